"""The queue of unanswered questions: rows of one meaning, and what can be done with a row."""

from __future__ import annotations

from typing import Any, get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for

from kb.bodies import Part
from retriever.search.searcher import Searcher
from web.curation import queue_to_entry
from web.curation.errors import CurationError, InvalidEntry
from web.curation.hit_test import OUTCOMES
from web.curation.queue import PAGE
from web.curation.weak_turns import REASONS
from web.pages.gate import person, require
from web.services import curation

bp = Blueprint("curator_queue", __name__)
STATES = {"open": "待处理", "closed": "已能回答", "out_of_scope": "业务之外"}
NEAREST = 5


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
    shown = {"rows": found, "total": total, "number": number, "last": max(1, -(-total // PAGE)), "state": state}
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
def attach(question_id: str) -> Any:
    """Add wordings of a row to an entry as ways of asking it."""
    desk, form = curation(), request.form
    entry_id = (form.get("entry") or form.get("other") or "").strip()
    try:
        entry = queue_to_entry.attach(desk, person(), question_id, entry_id, form.getlist("text"), form.get("part", ""))
    except CurationError as error:
        return _page(question_id, error)
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
def out_of_scope(question_id: str) -> Any:
    """Set a row aside as none of the desk's business."""
    try:
        curation().queue.set_aside(person(), question_id, request.form.get("note", ""))
    except CurationError as error:
        return _page(question_id, error)
    flash("已标为业务之外。")
    return redirect(url_for(".rows"), 303)


@bp.post("/curator/queue/<question_id>/reopen")
@require("unanswered.work")
def reopen(question_id: str) -> Any:
    """Put a row back into the queue."""
    curation().queue.reopen(person(), question_id)
    flash("已放回队列。")
    return redirect(url_for(".row", question_id=question_id), 303)


def _page(question_id: str, error: CurationError | None = None) -> Any:
    desk = curation()
    found = desk.queue.get(question_id)
    searcher: Searcher = desk.searcher()
    said = {one.turn_id: desk.queue.ask_again(one, searcher) for one in found.asked[:50]}
    near = searcher.search(found.title, top_k=NEAREST).candidates[:NEAREST]
    shown = {"row": found, "said": said, "near": near, "reasons": REASONS, "states": STATES, "outcomes": OUTCOMES}
    shown["parts"] = get_args(Part)
    shown["wordings"] = list(dict.fromkeys(one.text for one in found.asked))
    problems = error.problems if isinstance(error, InvalidEntry) else {}
    shown |= {"problems": problems, "typed": request.form, "error": None if problems else error}
    return render_template("curator/question.html", **shown), error.status if error else 200
