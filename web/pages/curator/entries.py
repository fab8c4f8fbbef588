"""Entries at the curators' desk: the list with what can be done to many, and the editor with its preview."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for

from kb.bodies import BODIES
from kb.labels import KINDS
from kb.models import ID_PATTERN, Entry
from web import clock
from web.curation import bulk, queue_to_entry
from web.curation import fields as entry_fields
from web.curation.editing import findings
from web.curation.entry_list import ENTRIES_A_PAGE, MARKS, Wanted
from web.curation.errors import CurationError, EditConflict, InvalidEntry
from web.curation.previewing import preview as make_preview
from web.errors import BadRequestBody
from web.pages.curator.entry_form import EntryForm
from web.pages.form import Form, chosen, form, written
from web.pages.gate import person, require
from web.pages.upload_limits import FILE_LIMIT, FORM_LIMIT, takes
from web.services import curation, desk

bp = Blueprint("curator_entries", __name__)
NEW = "new"
LONGEST_FIELDS = 8000


class ChosenForm(Form):
    """The entries that are ticked."""

    id: list[str] = chosen("条目", 80, items=bulk.MOST_ENTRIES_AT_ONCE)


class BulkForm(ChosenForm):
    """What is to be changed in them."""

    what: str = written("要改什么", 40)
    value: str = written("改成", 500)


@bp.get("/curator/entries")
@require("entries.read")
def shelf() -> Any:
    """List entries with search and filters."""
    return _shelf()


@bp.post("/curator/entries/bulk")
@require("entries.edit")
@form(BulkForm, CurationError)
def bulk_change(problems: CurationError | None, given: BulkForm) -> Any:
    """Change one field of many entries: each becomes a version that waits for review."""
    try:
        if problems:
            raise problems
        done, left = bulk.change(curation(), person(), given.id, given.what, given.value)
    except CurationError as error:
        return _shelf(given, error)
    flash(
        f"已改 {done} 个条目，待审核后生效。" + (f"有 {len(left)} 个没有改：{'、'.join(left[:10])}。" if left else "")
    )
    return redirect(url_for(".shelf", status="in_review"), 303)


@bp.post("/curator/entries/bulk-publish")
@require("entries.publish")
@form(ChosenForm, CurationError)
def bulk_publish(given: ChosenForm) -> Any:
    """Publish many entries that others wrote."""
    done, left = bulk.publish(curation(), person(), given.id)
    flash(
        f"已发布 {done} 个条目。" + (f"没有发布（不在待审核，或是自己写的）：{'、'.join(left[:10])}。" if left else "")
    )
    return redirect(url_for(".shelf", status="in_review"), 303)


@bp.get("/curator/entries/new")
@require("entries.edit")
def new() -> Any:
    """Open the form of a new entry, filled from a row of the queue when there is one."""
    kind, question = request.args.get("kind", "faq"), request.args.get("question", "")
    kind = kind if kind in BODIES else "faq"
    texts = queue_to_entry.begin(curation(), question, kind) if question else {}
    entry_id = queue_to_entry.free_id(curation(), kind)
    return _editor({"id": entry_id, "kind": kind, "status": "draft", "version": 0}, texts, question=question)


@bp.get("/curator/entries/<entry_id>")
@require("entries.edit")
def edit(entry_id: str) -> Any:
    """Open the newest version in the form, or what the person typed over it and did not save."""
    entry = curation().store.latest(entry_id)
    mine = next((one for one in curation().editing.typed(entry_id) if one.author == person().name), None)
    texts = mine.fields if mine and mine.base_version == entry.version else entry_fields.as_texts(entry)
    return _editor(_base(entry), texts, restored=mine if texts is not None and mine else None)


@bp.post("/curator/entries/<entry_id>")
@require("entries.edit")
@takes(FORM_LIMIT)
def save(entry_id: str) -> Any:
    """Store a draft, or hand it in for review."""
    sent = EntryForm.sent()
    kept = _kept(entry_id, sent.base_version, sent.texts)
    try:
        entry = entry_fields.as_entry(kept, sent.texts)
        stored = curation().editing.save(person(), entry, sent.base_version, sent.note, submit=sent.submitted)
    except CurationError as error:
        return _editor({**kept, "version": sent.base_version}, sent.texts, error=error, question=sent.question)
    if sent.base_version == 0:
        curation().editing.discard(person(), NEW)
    if sent.question:
        curation().queue.link(person(), sent.question, stored.id, "queue.write")
    flash("已提交，等另一位审核员发布。" if sent.submitted else f"草稿已保存为第 {stored.version} 版。")
    return redirect(url_for("curator_versions.versions" if sent.submitted else ".edit", entry_id=stored.id), 303)


@bp.post("/curator/entries/<entry_id>/keep")
@require("entries.edit")
@takes(FORM_LIMIT)
def keep(entry_id: str) -> Any:
    """Keep what is typed; tells who else is typing, and whether there is a newer version."""
    data = _json()
    texts, base_version = data["fields"], data["base_version"]
    desk = curation()
    desk.editing.keep(person(), entry_id, base_version, texts)
    now = 0 if entry_id == NEW else desk.store.latest(entry_id).version
    others = [] if entry_id == NEW else desk.editing.others(person(), entry_id)
    at = clock.local(clock.now())[-5:]
    return jsonify({"ok": True, "at": at, "others": others, "newer": now if now != base_version else 0})


@bp.post("/curator/entries/<entry_id>/discard")
@require("entries.edit")
def discard(entry_id: str) -> Any:
    """Forget what was typed and not saved."""
    curation().editing.discard(person(), entry_id)
    flash("已放弃没有保存的修改。")
    return redirect(url_for(".new") if entry_id == NEW else url_for(".edit", entry_id=entry_id), 303)


@bp.post("/curator/entries/<entry_id>/preview")
@require("entries.edit")
@takes(FORM_LIMIT)
def preview(entry_id: str) -> Any:
    """Return the answer, the card and the sheet of what is typed, as a piece of the page."""
    data = _json()
    kept = _kept(entry_id, data["base_version"], {**data["fields"], "kind": str(data.get("kind", ""))})
    try:
        entry = entry_fields.as_entry(kept, data["fields"])
    except InvalidEntry as error:
        problems = {name: f"{entry_fields.named(name)}：{said}" for name, said in error.problems.items()}
        return jsonify({"ok": True, "html": "", "problems": error.problems, "told": problems})
    shown = make_preview(entry, str(data.get("key", "")), desk().entries.get)
    found = [f"{one.severity}：{one.message}" for one in findings(entry) if one.severity != "提示"]
    html = render_template("curator/_preview.html", shown=shown, findings=found)
    return jsonify({"ok": True, "html": html, "problems": {}, "told": {}})


@bp.post("/curator/entries/<entry_id>/file")
@require("entries.edit")
@takes(FILE_LIMIT)
def upload(entry_id: str) -> Any:
    """Take a file and return what the attachment's fields are to hold."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise BadRequestBody("没有收到文件")
    file = curation().files.add(person(), given.filename, given.read())
    return jsonify({"ok": True, "name": file.name, "url": file.url, "media": _media(file.media_type)})


def _shelf(given: BulkForm | None = None, error: CurationError | None = None) -> Any:
    names = ("q", "kind", "theme", "department", "status", "mark")
    wanted = Wanted(**{name: request.args.get(name, "").strip()[:100] for name in names})
    number = max(1, request.args.get("page", 1, type=int) or 1)
    desk = curation()
    items, total = desk.shelf.page(wanted, number)
    everything = desk.shelf.items()
    values = {name: sorted({getattr(one, name) for one in everything} - {""}) for name in ("theme", "department")}
    choices = {name: [(value, value) for value in found] for name, found in values.items()}
    kept = {name: value for name, value in vars(wanted).items() if value}
    shown = {
        "items": items,
        "total": total,
        "number": number,
        "last": max(1, -(-total // ENTRIES_A_PAGE)),
        "given": kept,
    }
    shown["typed"] = given or BulkForm()
    page = render_template(
        "curator/shelf.html", **shown, wanted=wanted, choices=choices, marks=MARKS, bulk=bulk.WHAT, error=error
    )
    return page, error.status if error else 200


def _editor(base: dict[str, Any], texts: Any, error: Any = None, restored: Any = None, question: str = "") -> Any:
    desk, entry_id = curation(), str(base["id"])
    is_new = not base.get("version")
    newer = error.version if isinstance(error, EditConflict) else 0
    page = render_template(
        "curator/edit.html",
        base=base,
        is_new=is_new,
        key=NEW if is_new else entry_id,
        texts=texts,
        groups=entry_fields.groups(base["kind"]),
        rows=entry_fields.rows,
        named=entry_fields.named,
        problems=error.problems if isinstance(error, InvalidEntry) else {},
        error=error,
        newer=newer,
        restored=restored,
        question=question,
        others=[] if is_new else desk.editing.others(person(), entry_id),
        use=desk.shelf.uses().get(entry_id),
        samples=[] if is_new else desk.shelf.samples(entry_id),
        kinds=KINDS,
    )
    return page, error.status if error else 200


def _base(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry_fields.FIELDS_KEPT}


def _kept(entry_id: str, base_version: int, texts: dict[str, str]) -> dict[str, Any]:
    """Return what is not typed: of the version the form was opened on, or of a new entry."""
    if base_version:
        return _base(curation().store.get(entry_id, base_version))
    wanted, kind = texts.get("id", "").strip() or entry_id, texts.get("kind", "")
    safe = wanted if ID_PATTERN.match(wanted) and wanted != NEW else ""
    return {"id": safe or wanted[:80], "kind": kind if kind in BODIES else "faq", "status": "draft", "version": 1}


def _json() -> dict[str, Any]:
    given = request.get_json(silent=True)
    data: dict[str, Any] = given if isinstance(given, dict) else {}
    fields = data.get("fields")
    if not isinstance(fields, dict) or not isinstance(data.get("base_version"), int) or len(fields) > LONGEST_FIELDS:
        raise BadRequestBody("要有 fields 和 base_version")
    return {**data, "fields": {str(name): str(value) for name, value in fields.items()}}


def _media(media_type: str) -> str:
    return "image" if media_type.startswith("image/") else "file"
