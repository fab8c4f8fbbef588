"""Entries in and out of files: upload, map columns, dry run, apply, undo; export and templates."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from pydantic import create_model

from kb.database import writing
from kb.exchange import write_entries
from kb.exchange.template import write_template
from kb.labels import KINDS, STATUSES, label
from web import clock
from web.accounts import audit
from web.curation.errors import BadUpload, CurationError
from web.curation.importing import MAPPED, MAPPED_BODY
from web.errors import InvalidField
from web.pages.form import Form, form, written
from web.pages.gate import person, require
from web.pages.upload_limits import FILE_LIMIT, takes
from web.services import curation
from web.services import desk as site

bp = Blueprint("curator_import", __name__)
EXPORTS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
PROBLEMS = 200
PATHS = tuple(dict.fromkeys((*MAPPED, *(path for paths in MAPPED_BODY.values() for path in paths))))


class KindForm(Form):
    """As what the rows of a file are imported."""

    kind: str = written("导入成", 16, usual="faq")


# Which column fills which field: the name of a column as it stands in the file, with its blanks.
COLUMNS: Any = {path: (str, written(label(path), 500, trim=False)) for path in PATHS}
ColumnsForm = create_model("ColumnsForm", __base__=KindForm, **COLUMNS)


@bp.get("/curator/import")
@require("entries.edit")
def page() -> Any:
    """Offer upload, export and templates, and list what was imported."""
    return _page()


@bp.post("/curator/import")
@require("entries.edit")
@takes(FILE_LIMIT)
def upload() -> Any:
    """Take a file and go on to its dry run."""
    given = request.files.get("file")
    try:
        if given is None or not given.filename:
            raise BadUpload("先选一个文件")
        key = curation().imports.take(person(), given.filename, given.read())
    except CurationError as error:
        return _page(error)
    return redirect(url_for(".plan", import_id=key), 303)


@bp.route("/curator/import/<import_id>", methods=["GET", "POST"])
@require("entries.edit")
@form(ColumnsForm, BadUpload)
def plan(import_id: str, problems: BadUpload | None, given: KindForm) -> Any:
    """Show what the import would do; a POST says which column fills which field."""
    imports, error, sent = curation().imports, problems, request.method == "POST"
    kind = given.kind if sent else request.args.get("kind", "faq")
    kind = kind if kind in MAPPED_BODY else "faq"
    fields, chosen = (*MAPPED, *MAPPED_BODY[kind]), given.dict() if sent else {}
    if sent and not problems:
        try:
            imports.map(import_id, kind, {field: chosen[field] for field in fields})
        except BadUpload as wrong:
            error = wrong
    shown = {"plan": imports.plan(import_id), "kind": kind, "kinds": MAPPED_BODY, "error": error}
    return render_template("curator/plan.html", **shown, fields=fields, given=chosen, most=PROBLEMS)


@bp.post("/curator/import/<import_id>/apply")
@require("entries.edit")
def apply(import_id: str) -> Any:
    """Store what the file holds, to be reviewed."""
    try:
        report = curation().imports.apply(person(), import_id)
    except BadUpload as error:
        return _page(error)
    flash(f"已导入：新增 {len(report.created)}，更新 {len(report.updated)}。审核后对访客生效。")
    return redirect(url_for(".page"), 303)


@bp.post("/curator/import/<import_id>/undo")
@require("entries.edit")
def undo(import_id: str) -> Any:
    """Take an import back."""
    try:
        done, left = curation().imports.undo(person(), import_id)
    except BadUpload as error:
        return _page(error)
    flash(f"已撤销 {done} 个条目。" + (f"导入后又改过、没有撤销：{'、'.join(left[:10])}。" if left else ""))
    return redirect(url_for(".page"), 303)


@bp.get("/curator/export.<form>")
@require("entries.edit")
def export(form: str) -> Response:
    """Give all entries, or those of one kind, as a file that can be imported again (docx: for reading)."""
    kind = request.args.get("kind", "")
    desk = curation()
    entries = desk.store.entries(statuses=tuple(STATUSES), kinds=(kind,) if kind in KINDS else ())
    content = _written(form, lambda path: write_entries(entries, path))
    with writing(site().engine) as connection:
        said = {"格式": form, "类型": kind, "条目数": len(entries)}
        audit.record(connection, person().name, "entries.export", "entries", None, said)
    return _download(content, form, f"entries-{clock.today():%Y%m%d}")


@bp.get("/curator/template.<form>")
@require("entries.edit")
def template(form: str) -> Response:
    """Give an empty table to fill in."""
    kind = request.args.get("kind", "")
    content = _written(form, lambda path: write_template(path, kind if kind in (*KINDS, "qa") else ""), ("xlsx", "csv"))
    return _download(content, form, f"template-{kind or 'all'}")


def _written(form: str, write: Any, forms: Any = tuple(EXPORTS)) -> bytes:
    if form not in forms:
        raise InvalidField(f"只能是 {'、'.join(forms)}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"entries.{form}"
        write(path)
        return path.read_bytes()


def _download(content: bytes, form: str, name: str) -> Response:
    headers = {"Content-Disposition": f"attachment; filename={name}.{form}"}
    return Response(content, mimetype=EXPORTS[form], headers=headers)


def _page(error: CurationError | None = None) -> Any:
    shown = {"imports": curation().imports.all(), "exports": EXPORTS, "error": error}
    return render_template("curator/import.html", **shown), error.status if error else 200
