"""The operator's room: conversations as a mailbox, one conversation in full, and the figures."""

from __future__ import annotations

import csv
import io
from typing import Any, cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from kb.database import writing
from kb.exchange.cells import to_cell
from kb.exchange.workbook import sheets
from web import clock
from web.accounts import audit
from web.pages.form import Form, form, written
from web.pages.gate import person, require
from web.pages.shown_turns import text_of, title_of
from web.review import labels, transcript
from web.review.dashboard import Dashboard, dashboard
from web.review.errors import BadTag
from web.review.filters import LONGEST_FILTER_TEXT, Filter, SavedFilters
from web.review.listing import Cursor, Listing
from web.review.periods import UNITS
from web.services import desk

bp = Blueprint("operator", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TagForm(Form):
    """A tag to put on, or one to take off."""

    tag: str = written("标签", 100)
    gone: str = written("去掉的标签", 100)


class FilterForm(Form):
    """The filter of the list with a name to keep it under, or the kept one to forget."""

    drop: str = written("要删除的筛选", 64)
    name: str = written("筛选的名称", 100)
    q: str = written("关键词", LONGEST_FILTER_TEXT)
    begin: str = written("开始", LONGEST_FILTER_TEXT)
    end: str = written("结束", LONGEST_FILTER_TEXT)
    channel: str = written("渠道", LONGEST_FILTER_TEXT)
    outcome: str = written("结果", LONGEST_FILTER_TEXT)
    act: str = written("意图", LONGEST_FILTER_TEXT)
    entry: str = written("条目", LONGEST_FILTER_TEXT)
    vote: str = written("评价", LONGEST_FILTER_TEXT)
    tag: str = written("标签", LONGEST_FILTER_TEXT)
    below: str = written("把握低于", LONGEST_FILTER_TEXT)
    eyes: str = written("要看的", LONGEST_FILTER_TEXT)


@bp.get("/operator")
@require("dashboard.read")
def home() -> Any:
    """Begin with the figures of today."""
    return redirect(url_for("operator.figures"))


@bp.get("/operator/conversations")
@require("conversations.read")
def conversations() -> str:
    """List the conversations that fit, latest first."""
    wanted, low = Filter.read(request.args), desk().settings.answer_threshold
    page = Listing(desk().engine, low).page(wanted, Cursor.read(request.args.get("after", "")))
    saved = SavedFilters(desk().engine, person().name).all()
    shown = {"page": page, "wanted": wanted, "given": wanted.given(), "saved": saved, "low": low}
    paged = bool(request.args.get("after"))
    return render_template(
        "operator/conversations.html", **shown, names=labels, tags=transcript.all_tags(desk().engine), paged=paged
    )


@bp.get("/operator/conversations/<conversation_id>")
@require("conversations.read")
def conversation(conversation_id: str) -> str:
    """Show a conversation with all that is known of each answer."""
    return _conversation(conversation_id)


@bp.post("/operator/conversations/<conversation_id>/unmask")
@require("conversations.unmask")
def unmask(conversation_id: str) -> str:
    """Show the contacts that were left, and note in the log who looked."""
    transcript.note_unmasking(desk().engine, conversation_id, person().name)
    return _conversation(conversation_id, unmask=True)


@bp.post("/operator/conversations/<conversation_id>/tags")
@require("conversations.review")
@form(TagForm, BadTag)
def tag(conversation_id: str, problems: BadTag | None, given: TagForm) -> Any:
    """Put a tag on a conversation, or take one off."""
    try:
        if problems:
            raise problems
        if given.gone:
            transcript.untag(desk().engine, conversation_id, given.gone, person().name)
        else:
            transcript.tag(desk().engine, conversation_id, given.tag, person().name)
    except BadTag as error:
        flash(error.detail)
    return redirect(url_for("operator.conversation", conversation_id=conversation_id), 303)


@bp.post("/operator/filters")
@require("conversations.read")
@form(FilterForm, BadTag)
def filters(problems: BadTag | None, given: FilterForm) -> Any:
    """Keep the filter of the list under a name, or forget one."""
    saved = SavedFilters(desk().engine, person().name)
    wanted = Filter.read(given.dict())
    if given.drop:
        saved.drop(given.drop)
        return redirect(url_for("operator.conversations"), 303)
    try:
        if problems:
            raise problems
        saved.keep(given.name, wanted)
        flash("筛选已保存。")
    except BadTag as error:
        flash(error.detail)
    return redirect(url_for("operator.conversations", **cast(Any, wanted.given())), 303)


@bp.get("/operator/figures")
@require("dashboard.read")
def figures() -> str:
    """Show the figures by day, week or month."""
    return render_template("operator/figures.html", board=_board(), units=UNITS, charts=_charts())


@bp.get("/operator/figures.csv")
@require("dashboard.read")
def figures_csv() -> Response:
    """Give one table of the page as CSV."""
    board = _board()
    table = board.table(request.args.get("table", "trend"))
    if table is None:
        abort(404)
    _note_export(f"{board.unit}/{table.name}.csv")
    out = io.StringIO()
    csv.writer(out).writerows([[to_cell(value) for value in row] for row in (table.columns, *table.rows)])
    return _file("\ufeff" + out.getvalue(), "text/csv; charset=utf-8", f"figures-{table.name}-{board.unit}.csv")


@bp.get("/operator/figures.xlsx")
@require("dashboard.read")
def figures_xlsx() -> Response:
    """Give all tables of the page as one workbook."""
    board = _board()
    _note_export(f"{board.unit}.xlsx")
    tables = ((table.title, table.columns, table.rows) for table in board.tables)
    return _file(sheets(tables), XLSX, f"figures-{board.unit}.xlsx")


def _conversation(conversation_id: str, *, unmask: bool = False) -> str:
    read = transcript.read(desk().engine, conversation_id, person().name, unmask=unmask)
    shown = {"talk": read, "unmasked": unmask, "names": labels, "title_of": title_of(), "text_of": text_of}
    held = desk().live.holder(conversation_id)
    return render_template("operator/conversation.html", **shown, held=held, low=desk().settings.answer_threshold)


def _board() -> Dashboard:
    unit = request.args.get("unit", "day")
    return dashboard(
        desk().engine, cast(Any, unit if unit in UNITS else "day"), clock.today(), title_of(), desk().meaning
    )


def _charts() -> bool:
    """Say whether the chart library was put in place at set-up."""
    from web.assets import VENDOR

    return (VENDOR / "echarts.min.js").is_file()


def _note_export(what: str) -> None:
    with writing(desk().engine) as connection:
        audit.record(connection, person().name, "figures.export", "figures", None, {"file": what})


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
