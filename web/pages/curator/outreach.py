"""The staff's side of serving: whom a policy would reach, sign-ups, the log of pushes, profiles from files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from kb.errors import BadFile
from kb.matching.audience import Population, reach
from kb.matching.policies import STANDINGS, Policy, checks_of
from web import clock
from web.accounts.audit import record
from web.accounts.errors import BadToken
from web.accounts.tokens import DAYS, LONGEST_TOKEN_NAME
from web.database import new_id
from web.errors import InvalidField, WebError
from web.knowledge.notices_ahead import audience
from web.notices.attendance_list import roll
from web.outbox import NAMES
from web.pages.form import Form, form, ticked, whole, written
from web.pages.gate import person, require
from web.pages.upload_limits import FILE_LIMIT, takes
from web.profiles.importing import Report, import_file, import_records
from web.push.commands import number_of
from web.push.news import REASONS
from web.push.push_log import PUSHES_A_PAGE
from web.push.sending import FAILED, STATUSES, UNCLEAR
from web.services import curation, desk, serving

bp = Blueprint("serving_staff", __name__)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES = (".xlsx", ".csv", ".json")
PROBLEMS = 200
LONGEST_NAME = 80  # of a file, as the log keeps it


class AttendanceForm(Form):
    """Who came, or did not."""

    receipt: str = written("回执号", 32)
    came: bool = ticked("到场")


class PushForm(Form):
    """The message to send again."""

    id: str = written("消息", 64)


class ImportForm(Form):
    """The file of a dry run, and what it was called."""

    kept: str = written("文件", 80)
    name: str = written("文件名", LONGEST_NAME)


class CodeForm(Form):
    """The enterprise that gets a new key."""

    code: str = written("统一社会信用代码", 40)


class TokenForm(Form):
    """A token for another system."""

    name: str = written("哪个系统用", LONGEST_TOKEN_NAME)
    days: int = whole("有效期", 0, 3650, usual=0)


@bp.get("/curator/reach")
@require("policies.reach")
def simulation() -> str:
    """Say which enterprises a policy or a notice would reach, and why not the others."""
    store, day = curation().store, clock.today()
    entries = [entry for entry in store.entries(kinds=("policy", "notice")) if getattr(entry.body, "rules", ())]
    wanted = request.args.get("entry", "")
    found = None
    if wanted:
        entry = store.latest(wanted)
        population = Population.of(serving().profiles.all_values(), day)
        if entry.kind == "notice":
            found = audience(entry, population)
        else:
            rules = checks_of(getattr(entry.body, "rules", ()), day)
            found = reach(Policy(entry.id, entry.title, day, rules), population)
    shown = {"entries": entries, "wanted": wanted, "found": found, "standings": STANDINGS}
    return render_template("serving/reach.html", **shown, number_of=number_of)


@bp.get("/curator/notices")
@require("notices.manage")
def notices() -> str:
    """List the notices that take sign-ups, with how many came."""
    entries = [entry for entry in serving().entries.all() if getattr(entry.body, "sign_up", "")]
    rows = [(entry, serving().notices.counts(entry.id)) for entry in entries]
    return render_template("serving/notices.html", rows=rows)


@bp.get("/curator/notices/<notice_id>")
@require("notices.manage")
def notice(notice_id: str) -> str:
    """Show who signed up for one notice, and tick off who came."""
    entry = serving().entries.get(notice_id)
    return render_template("serving/notice.html", entry=entry, rows=roll(serving().engine, notice_id))


@bp.post("/curator/notices/<notice_id>/attended")
@require("notices.manage")
@form(AttendanceForm)
def notice_attended(notice_id: str, given: AttendanceForm) -> Any:
    """Note whether somebody came."""
    serving().notices.mark_attended(given.receipt, given.came, actor=person().name)
    return redirect(url_for(".notice", notice_id=notice_id), 303)


@bp.get("/curator/notices/<notice_id>/sheet.xlsx")
@require("notices.manage")
def notice_sheet(notice_id: str) -> Response:
    """Send the attendance sheet."""
    content = serving().notices.attendance_sheet(notice_id, actor=person().name)
    headers = {"Content-Disposition": f"attachment; filename={notice_id}.xlsx", "Cache-Control": "no-store"}
    return Response(content, mimetype=SHEET, headers=headers)


@bp.get("/operator/pushes")
@require("pushes.read")
def pushes() -> str:
    """Show what was sent to whom, why, and what became of it."""
    return _pushes_page()


@bp.post("/operator/pushes/again")
@require("pushes.read")
@form(PushForm)
def push_again(given: PushForm) -> Any:
    """Send once more what failed, or what a person has found not to have arrived."""
    try:
        serving().log.send_again(given.id, actor=person().name)
    except InvalidField as error:
        return _pushes_page(error), error.status
    serving().wake()
    flash("会再发一次。")
    return redirect(url_for(".pushes"), 303)


@bp.get("/operator/profiles")
@require("profiles.import")
def importing() -> str:
    """Offer to import profiles from a file."""
    return _import_page()


@bp.post("/operator/profiles")
@require("profiles.import")
@takes(FILE_LIMIT)
def upload() -> Any:
    """Take a file, say what would come of it, and keep it until it is applied."""
    given = request.files.get("file")
    suffix = Path(given.filename or "").suffix.lower() if given else ""
    if given is None or suffix not in SUFFIXES:
        return _import_page(error=InvalidField("请选一个 .xlsx、.csv 或 .json 文件", field="file")), 422
    kept = _folder() / f"{new_id()}{suffix}"
    given.save(kept)
    return _tried(kept, Path(given.filename or "").name[:LONGEST_NAME])


@bp.post("/operator/profiles/apply")
@require("profiles.import")
@form(ImportForm)
def apply(given: ImportForm) -> Any:
    """Keep what the file of the dry run holds."""
    kept = next((path for path in _folder().iterdir() if path.name == given.kept), None)
    if kept is None:
        return _import_page(error=InvalidField("试算过的文件已经不在，请重新上传", field="file")), 422
    report = _import(kept, given.name or kept.name, dry=False)
    kept.unlink()
    flash(f"已导入：新增 {report.created} 家，更新 {report.updated} 家，没变 {report.unchanged} 家。")
    return redirect(url_for(".importing"), 303)


@bp.post("/operator/profiles/key")
@require("profiles.import")
@form(CodeForm)
def key(problems: InvalidField | None, given: CodeForm) -> Any:
    """Give an enterprise that has shown who it is a new key; shown once."""
    try:
        if problems:
            raise problems
        made = serving().profiles.new_key(serving().profiles.with_code(given.code).id, actor=person().name)
    except WebError as error:
        return _import_page(error=error, code=given.code), error.status
    return _import_page(made=made)


@bp.post("/operator/profiles/tokens")
@require("profiles.import")
@form(TokenForm, BadToken)
def make_token(problems: BadToken | None, given: TokenForm) -> Any:
    """Make a token for another system; shown once."""
    try:
        if problems:
            raise problems
        made = desk().accounts.tokens.make(person(), given.name, "profiles.import", given.days)
    except WebError as error:
        return _import_page(error=error, system=given.name), error.status
    return _import_page(token_made=made)


@bp.post("/operator/profiles/tokens/<token_id>/revoke")
@require("profiles.import")
def revoke_token(token_id: str) -> Any:
    """End a token at once."""
    desk().accounts.tokens.revoke(person(), token_id)
    flash("令牌已撤销，用它的系统马上不能再导入。")
    return redirect(url_for(".importing"), 303)


def _tried(kept: Path, name: str) -> Any:
    try:
        report = _import(kept, name, dry=True)
    except (BadFile, ValueError) as error:
        kept.unlink()
        return _import_page(error=InvalidField(f"文件读不了：{error}", field="file")), 422
    return _import_page(report=report, kept=kept.name, name=name)


def _import(path: Path, name: str, *, dry: bool) -> Report:
    more: dict[str, Any] = {"actor": person().name, "audit": record, "dry": dry}
    if path.suffix == ".json":
        records = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise ValueError("要是一个列表，每家企业一个对象")
        return import_records(serving().engine, records, source=name, **more)
    return import_file(serving().engine, path, name=name, **more)


def _folder() -> Path:
    folder = desk().settings.data_dir / "imports" / "profiles"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _import_page(**shown: Any) -> str:
    tokens = desk().accounts.tokens.all("profiles.import")
    return render_template("serving/profiles.html", **shown, most=PROBLEMS, tokens=tokens, days=DAYS)


def _pushes_page(error: WebError | None = None) -> str:
    status, number = request.args.get("status", ""), max(1, request.args.get("page", 1, type=int))
    total, found = serving().log.page(status=status, number=number)
    return render_template(
        "serving/pushes.html",
        found=found,
        total=total,
        number=number,
        last=max(1, -(-total // PUSHES_A_PAGE)),
        status=status,
        statuses=STATUSES,
        counts=serving().log.counts(),
        stuck=(FAILED, UNCLEAR),
        channels=NAMES,
        reasons=REASONS,
        error=error,
    )
