"""The enterprise's own page of a 帮代办 booking: how far it is, messages to the agent, the rating at the end."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web.numbers import normal
from web.pages.enterprise.ownership import OwnerForm, private, prove, proven
from web.pages.form import Form, chosen, form, whole, written
from web.rate_limit import limited
from web.services import desk, masked
from web.tickets.bookings.service import Bookings
from web.tickets.bookings.steps import BOOKING, COMMITMENTS
from web.tickets.commands import REQUESTER, standing
from web.tickets.lifecycle import codes
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import BadInput, NotProven, TicketError
from web.tickets.lifecycle.inputs import LONG_TEXT_CHARACTERS, SHORT_TEXT_CHARACTERS

bp = Blueprint("bookings", __name__)
bp.after_request(private)
INPUTS = {"say": ("text",), "rate": ("grade", "reasons", "comment"), "cancel": ("reason",)}
TEXTS = ("text", "comment", "reason")


class BookingMoveForm(Form):
    """What goes with a move of the owner."""

    text: str = written("留言", LONG_TEXT_CHARACTERS)
    grade: int | None = whole("评价等级", 0, 9999)
    reasons: list[str] = chosen("评价原因", SHORT_TEXT_CHARACTERS, items=20)
    comment: str = written("说明", LONG_TEXT_CHARACTERS)
    reason: str = written("理由", LONG_TEXT_CHARACTERS)


@bp.get("/bookings")
def home() -> str:
    """Ask for number and phone."""
    return _check_page(normal(request.args.get("number", ""))[:32])


@bp.post("/bookings/check")
@limited
@form(OwnerForm, BadInput)
def check(problems: BadInput | None, given: OwnerForm) -> Any:
    """Compare number and phone; whose they are may see the booking for two hours in this browser."""
    number = normal(given.number)[:32]
    try:
        if problems:
            raise problems
        found = _desk().check(number, given.phone, request.remote_addr or "")
    except TicketError as error:
        return _check_page(number, error), error.status
    prove(found.number)
    return redirect(url_for("bookings.progress", number=found.number), 303)


@bp.get("/bookings/<number>")
def progress(number: str) -> Any:
    """Show how far the booking is, and what its owner can do."""
    number = normal(number)[:32]
    return _page(number) if proven(number) else redirect(url_for("bookings.home", number=number), 303)


@bp.post("/bookings/<number>/moves/<move>")
@limited
@form(BookingMoveForm, BadInput)
def make_move(number: str, move: str, problems: BadInput | None, given: BookingMoveForm) -> Any:
    """Say something to the agent, rate the work, cancel."""
    number = normal(number)[:32]
    if not proven(number):
        shown = NotProven("请先用编号和电话核对")
        return _check_page(number, shown), shown.status
    try:
        if move not in INPUTS:
            raise BadInput("没有这个操作", field="move")
        if problems:
            raise problems
        said = given.filled(*INPUTS[move])
        _desk().move(number, move, REQUESTER, **said | {name: masked(said[name]) for name in TEXTS if name in said})
    except TicketError as error:
        return _page(number, given, error), error.status
    flash(f"“{BOOKING.moves[move]}”已记下。")
    return redirect(url_for("bookings.progress", number=number), 303)


def _desk() -> Bookings:
    return desk().tickets.bookings


def _check_page(number: str, error: TicketError | None = None) -> str:
    return render_template("appeals/booking_check.html", number=number, error=error)


def _page(number: str, given: BookingMoveForm | None = None, error: TicketError | None = None) -> str:
    found = _desk().get(number)
    rules = [rule for rule in BOOKING.open_to(found.state, Role.REQUESTER) if rule.move in INPUTS]
    return render_template(
        "appeals/booking.html",
        booking=found,
        told=standing(found),
        machine=BOOKING,
        options={rule.move: rule.label for rule in rules},
        history=_desk().history(number),
        commitments=_desk().commitments(number),
        kinds=COMMITMENTS,
        codes=codes,
        given=given.dict() if given else {},
        error=error,
    )
