"""The queue of unanswered questions: rows of one meaning, and what can be done with a row."""

from __future__ import annotations

from typing import Any, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for

from kb.bodies import Part
from retriever.search.searcher import Searcher
from web.curation import queue_to_entry
from web.curation.errors import CurationError, InvalidEntry
from web.curation.hit_test import OUTCOMES
from web.curation.queue import QUESTIONS_A_PAGE
from web.curation.weak_turns import REASONS
from web.pages.form import Form, chosen, form, written
from web.pages.gate import person, require
from web.services import curation

bp = Blueprint("curator_queue", __name__)
STATES = {"open": "待处理", "closed": "已能回答", "out_of_scope": "业务之外"}
NEAREST = 5


class AttachForm(Form):
    """Wordings, and the entry that they ask for: one of the list, or another."""

    text: list[str] = chosen("问法", 5000, trim=False)
    entry: str = written("条目", 80)
    other: str = written("其他条目的编号", 80)
    part: str = written("问的是哪一部分", 40)


class AsideForm(Form):
    """Why a row is none of the desk's business."""

    note: str = written("为什么", 500)


@bp.get("/curator/queue")
@require("unanswered.work")
def rows() -> str:
    """List the rows, largest first."""
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    department = request.args.get("department", "")[:100]
    number = max(1, request.args.get("page", 1, type=int) or 1)
    queue = curation().queue
    found, total = queue.page(state, department, number)
    shown = {
        "rows": found,
        "total": total,
        "number": number,
        "last": max(1, -(-total // QUESTIONS_A_PAGE)),
        "state": state,
    }
    names = {"states": STATES, "reasons": REASONS, "department": department, "departments": queue.departments()}
    return render_template("curator/queue.html", **shown, **names)


@bp.post("/curator/queue/refresh")
@require("unanswered.work")
def refresh() -> Any:
    """Take in what is new and ask the open rows again."""
    queue = curation().queue
    new, closed = queue.refresh(), queue.recheck()
    flash(f"新收进 {new} 个问题，{len(closed)} 行现在已能回答、自动关闭。")
    return redirect(url_for(".rows"), 303)


@bp.get("/curator/queue/<question_id>")
@require("unanswered.work")
def row(question_id: str) -> Any:
    """Show one row: its wordings, what the chat says to them today, the nearest entries."""
    return _page(question_id)


@bp.post("/curator/queue/<question_id>/attach")
@require("unanswered.work")
@form(AttachForm, CurationError)
def attach(question_id: str, problems: CurationError | None, given: AttachForm) -> Any:
    """Add wordings of a row to an entry as ways of asking it."""
    entry_id = given.entry or given.other
    try:
        if problems:
            raise problems
        entry = queue_to_entry.attach(curation(), person(), question_id, entry_id, given.text, given.part)
    except CurationError as error:
        return _page(question_id, given, error)
    where = "已提交审核，发布后这一行会自动复查。" if entry.status == "in_review" else "已加进它的草稿。"
    flash(f"已加为“{entry.title}”的问法，{where}")
    return redirect(url_for("curator_entries.edit", entry_id=entry.id), 303)


@bp.post("/curator/queue/<question_id>/recheck")
@require("unanswered.work")
def recheck(question_id: str) -> Any:
    """Ask the row's questions again."""
    closed = curation().queue.recheck(question_id)
    flash("现在已能回答，这一行已自动关闭。" if closed else "还不能全部回答，这一行继续保留。")
    return redirect(url_for(".row", question_id=question_id), 303)


@bp.post("/curator/queue/<question_id>/out-of-scope")
@require("unanswered.work")
@form(AsideForm, CurationError)
def out_of_scope(question_id: str, problems: CurationError | None, given: AsideForm) -> Any:
    """Set a row aside as none of the desk's business."""
    try:
        if problems:
            raise problems
        curation().queue.set_aside(person(), question_id, given.note)
    except CurationError as error:
        return _page(question_id, given, error)
    flash("已标为业务之外。")
    return redirect(url_for(".rows"), 303)


@bp.post("/curator/queue/<question_id>/reopen")
@require("unanswered.work")
def reopen(question_id: str) -> Any:
    """Put a row back into the queue."""
    curation().queue.reopen(person(), question_id)
    flash("已放回队列。")
    return redirect(url_for(".row", question_id=question_id), 303)


def _page(question_id: str, given: Form | None = None, error: CurationError | None = None) -> Any:
    desk = curation()
    found = desk.queue.get(question_id)
    searcher: Searcher = desk.searcher()
    said = {one.turn_id: desk.queue.ask_again(one, searcher) for one in found.asked[:50]}
    near = searcher.search(found.title, top_k=NEAREST).candidates[:NEAREST]
    shown = {"row": found, "said": said, "near": near, "reasons": REASONS, "states": STATES, "outcomes": OUTCOMES}
    shown["parts"] = get_args(Part)
    shown["wordings"] = list(dict.fromkeys(one.text for one in found.asked))
    problems = error.problems if isinstance(error, InvalidEntry) else {}
    typed = given.dict() if given else {}
    shown |= {"problems": problems, "typed": typed, "error": None if problems else error}
    return render_template("curator/question.html", **shown), error.status if error else 200
