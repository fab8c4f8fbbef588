"""The enterprise's own pages: making an appeal, its progress by number and phone, grades, and what else is theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web import clock
from web.errors import BadAttachment
from web.numbers import normal
from web.pages.downloads import download
from web.pages.enterprise.ownership import OwnerForm, private, prove, proven
from web.pages.form import Form, chosen, form, ticked, whole, written
from web.pages.upload_limits import ATTACHMENT_LIMIT, takes
from web.rate_limit import limited
from web.services import desk, masked
from web.tickets.commands import REQUESTER, next_of
from web.tickets.lifecycle import codes
from web.tickets.lifecycle.available_moves import buttons
from web.tickets.lifecycle.errors import BadInput, NotProven, TicketError, UnknownAttachment
from web.tickets.lifecycle.inputs import LONG_TEXT_CHARACTERS, SHORT_TEXT_CHARACTERS
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Draft, Ticket
from web.tickets.progress import wanted_information
from web.tickets.ratings import gradable
from web.tickets.ticket_desk import TicketDesk
from web.uploads import MOST_BYTES

bp = Blueprint("appeals", __name__)
OWN_MOVES = ("add_information", "appeal", "withdraw")


class AppealForm(Form):
    """A new appeal."""

    text: str = written("反映的情况", LONG_TEXT_CHARACTERS)
    title: str = written("标题", SHORT_TEXT_CHARACTERS)
    enterprise: str = written("企业名称", SHORT_TEXT_CHARACTERS)
    credit_code: str = written("统一社会信用代码", SHORT_TEXT_CHARACTERS)
    contact_name: str = written("联系人", SHORT_TEXT_CHARACTERS)
    phone: str = written("电话", SHORT_TEXT_CHARACTERS)
    district: str = written("区域", SHORT_TEXT_CHARACTERS)
    place: str = written("地点", 500)
    kind: str = written("类型", SHORT_TEXT_CHARACTERS)
    category: str = written("类别", SHORT_TEXT_CHARACTERS)
    consent: bool = ticked("同意转给承办部门")
    real_name: bool = ticked("公开姓名", usual=True)


class GradeForm(Form):
    """What somebody thinks of a reply."""

    grade: int | None = whole("评价等级", 0, 9999)
    reasons: list[str] = chosen("评价原因", SHORT_TEXT_CHARACTERS, items=20)
    comment: str = written("说明", LONG_TEXT_CHARACTERS)
    real_name: bool | None = ticked("署名", usual=None)
    resolved: str = written("事情实际解决了吗", SHORT_TEXT_CHARACTERS)


class OwnMoveForm(Form):
    """What goes with a move of the owner: information, or a reason."""

    move: str = written("操作", SHORT_TEXT_CHARACTERS)
    text: str = written("补充的情况", LONG_TEXT_CHARACTERS)
    reason: str = written("理由", LONG_TEXT_CHARACTERS)


def _whose() -> bool:
    return proven(str((request.view_args or {}).get("number", "")))


bp.after_request(private)


@bp.get("/appeals")
def home() -> str:
    """Ask for number and phone."""
    return _check_page(normal(request.args.get("number", ""))[:32])


@bp.post("/appeals/check")
@limited
@form(OwnerForm, BadInput)
def check(problems: BadInput | None, given: OwnerForm) -> Any:
    """Compare number and phone; whose they are may see the appeal for two hours in this browser."""
    number = normal(given.number)[:32]
    try:
        if problems:
            raise problems
        found = _desk().progress.check(number, given.phone, request.remote_addr or "")
    except TicketError as error:
        return _check_page(number, error), error.status
    prove(found.number)
    return redirect(url_for("appeals.progress", number=found.number), 303)


@bp.get("/appeals/new")
def new() -> str:
    """Show the form of a new appeal."""
    return _new_page({})


@bp.post("/appeals/new")
@limited
@form(AppealForm, BadInput)
def make(problems: BadInput | None, given: AppealForm) -> Any:
    """Register an appeal."""
    try:
        if problems:
            raise problems
        if not given.phone:
            raise BadInput("请留一个电话，查进度和联系您都要用", field="phone")
        hidden = {name: masked(getattr(given, name)) for name in ("text", "title", "place")}
        made = _desk().tickets.open(Draft(**{**given.filled(), **hidden}, channel="web"), REQUESTER)
    except TicketError as error:
        return _new_page(given.filled(), error), error.status
    prove(made.number)
    flash(f"诉求已登记，编号 {made.number}。请记下编号，凭编号和电话查进度。")
    return redirect(url_for("appeals.progress", number=made.number), 303)


@bp.get("/appeals/<number>")
def progress(number: str) -> Any:
    """Show how an appeal stands, and what its owner can do."""
    number = normal(number)[:32]
    if not proven(number):
        return redirect(url_for("appeals.home", number=number), 303)
    return _progress_page(_desk().tickets.get(number))


@bp.post("/appeals/<number>/grade")
@limited
@form(GradeForm, BadInput)
def grade(number: str, problems: BadInput | None, given: GradeForm) -> Any:
    """Grade the latest reply; nothing is chosen beforehand."""

    def change(ticket: Ticket) -> str:
        if given.grade is None:
            raise BadInput("请选一个评价等级", field="grade")
        more = given.filled("reasons", "real_name", "resolved")
        moved = _desk().ratings.grade(ticket.number, given.grade, REQUESTER, comment=masked(given.comment), **more)
        return "评价已记下。" + ("承办部门会联系您核实并整改。" if moved.rectification == "open" else "谢谢。")

    return _changed(number, change, given, problems)


@bp.post("/appeals/<number>/moves/<move>")
@limited
@form(OwnMoveForm, BadInput)
def make_move(number: str, move: str, problems: BadInput | None, given: OwnMoveForm) -> Any:
    """Add information, withdraw, or appeal against how it was settled."""

    def change(ticket: Ticket) -> str:
        if move not in OWN_MOVES:
            raise BadInput("没有这个操作", field="move")
        said: dict[str, Any] = {name: masked(value) for name, value in given.filled("text", "reason").items()}
        _desk().tickets.move(ticket.number, move, REQUESTER, **said)
        return f"“{LIFE.moves[move]}”已记下。"

    return _changed(number, change, given, problems)


@bp.post("/appeals/<number>/files")
@limited
@takes(ATTACHMENT_LIMIT, _whose, fields=False)
def attach(number: str) -> Any:
    """Keep a file with an appeal."""
    sent = request.files.get("file")

    def change(ticket: Ticket) -> str:
        if sent is None or not sent.filename:
            raise BadAttachment("请选一个文件")
        _desk().attachments.add(ticket.number, sent.filename, sent.stream.read(MOST_BYTES + 1), REQUESTER)
        return "附件已保存。"

    return _changed(number, change)


@bp.get("/appeals/<number>/files/<attachment_id>")
def attachment(number: str, attachment_id: str) -> Any:
    """Send a file of an appeal back to its owner, to be saved."""
    number = normal(number)[:32]
    if not proven(number):
        return redirect(url_for("appeals.home", number=number), 303)
    found, content = _desk().attachments.open(attachment_id)
    if found.number != number:
        raise UnknownAttachment("没有这个附件")
    return download(found, content)


def _changed(number: str, change: Any, given: Form | None = None, problems: BadInput | None = None) -> Any:
    number = normal(number)[:32]
    if not proven(number):
        error = NotProven("请先用编号和电话核对")
        return _check_page(number, error), error.status
    ticket = _desk().tickets.get(number)
    try:
        if problems:
            raise problems
        flash(change(ticket))
    except (TicketError, BadAttachment) as error:
        return _progress_page(_desk().tickets.get(number), given, error), error.status
    return redirect(url_for("appeals.progress", number=number), 303)


def _desk() -> TicketDesk:
    return desk().tickets


def _check_page(number: str, error: TicketError | None = None) -> str:
    return render_template("appeals/check.html", number=number, error=error)


def _new_page(given: Mapping[str, Any], error: TicketError | None = None) -> str:
    categories = _desk().policy.categories
    return render_template(
        "appeals/new.html", given=given, error=error, codes=codes, categories=categories, category_name=categories.name
    )


def _progress_page(ticket: Ticket, given: Form | None = None, error: TicketError | BadAttachment | None = None) -> str:
    service = _desk()
    standing = service.progress.of(ticket)
    options = {one.move: one for one in buttons(ticket, [REQUESTER], clock.now(), service.policy)}
    can_grade = gradable(ticket) and any(move in options for move in ("grade_good", "grade_bad", "grade_final"))
    open_ones = [one for one in service.tickets.rectifications(ticket.number) if one["status"] != "checked"]
    return render_template(
        "appeals/progress.html",
        ticket=ticket,
        standing=standing,
        next_step=next_of(standing),
        can_grade=can_grade,
        options=[options[move] for move in OWN_MOVES if move in options],
        rectifications=open_ones,
        asked=wanted_information(service.tickets.history(ticket.number)),
        grades=service.ratings.of(ticket.number),
        files=service.attachments.of(ticket.number),
        codes=codes,
        error=error,
        given=given.dict() if given else {},
    )
