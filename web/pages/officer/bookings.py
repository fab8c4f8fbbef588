"""帮代办: the bookings, one with its steps, messages and commitments (容缺、承诺)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web import clock
from web.pages.form import Form, form, written
from web.pages.gate import require
from web.pages.officer.home import actors, frame, tickets
from web.tickets.bookings.steps import AGENT, BOOKING, COMMITMENTS, Booking
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import BadInput, NotAllowed, TicketError
from web.tickets.lifecycle.inputs import LONG_TEXT_CHARACTERS, SHORT_TEXT_CHARACTERS
from web.tickets.lifecycle.rules import INPUTS, Rule
from web.tickets.lifecycle.ticket import Actor

bp = Blueprint("officer_bookings", __name__)
OPEN = tuple(state.code for state in BOOKING.states.values() if state.is_open)
DUE_WITHIN = dt.timedelta(days=7)
ACTING = (AGENT, Role.DISPATCHER)


class BookingMoveForm(Form):
    """What goes with a move of the desk."""

    agent: str = written("代办员", SHORT_TEXT_CHARACTERS)
    department: str = written("部门", SHORT_TEXT_CHARACTERS)
    text: str = written("留言", LONG_TEXT_CHARACTERS)
    reason: str = written("理由", LONG_TEXT_CHARACTERS)
    step: str = written("步骤", SHORT_TEXT_CHARACTERS)


class CommitmentForm(Form):
    """What is lacking or promised, and until when."""

    kind: str = written("种类", 16)
    what: str = written("内容", 500)
    due_on: str = written("到期日", 16)


@bp.get("/officer/bookings")
@require("tickets.read")
def bookings() -> str:
    """List the bookings that are not finished, and the commitments that fall due within a week."""
    finished = request.args.get("finished") == "1"
    states = tuple(set(BOOKING.states) - set(OPEN)) if finished else OPEN
    shown = {"rows": tickets().bookings.find(states=states), "due": tickets().bookings.due(clock.today() + DUE_WITHIN)}
    return render_template(
        "officer/bookings.html", **shown, machine=BOOKING, kinds=COMMITMENTS, finished=finished, now=clock.now(),
        today=clock.today(), **frame(),
    )  # fmt: skip


@bp.get("/officer/bookings/<number>")
@require("tickets.read")
def booking(number: str) -> str:
    """Show one booking."""
    return _page(number)


@bp.post("/officer/bookings/<number>/moves/<move>")
@require("tickets.move")
@form(BookingMoveForm, BadInput)
def make_move(number: str, move: str, problems: BadInput | None, given: BookingMoveForm) -> Any:
    """Accept, tick off a step, hand over, say something, finish."""

    def change(found: Booking) -> str:
        rule = BOOKING.rule(found.state, move)
        tickets().bookings.move(found.number, move, _actor(rule), **given.filled())
        return f"“{rule.label}”已记下。"

    return _changed(number, change, given, problems, move)


@bp.post("/officer/bookings/<number>/commitments")
@require("tickets.move")
@form(CommitmentForm, BadInput)
def commit(number: str, problems: BadInput | None, given: CommitmentForm) -> Any:
    """Note a commitment with its day."""

    def change(found: Booking) -> str:
        actor = _somebody()
        try:
            day = dt.date.fromisoformat(given.due_on)
        except ValueError as error:
            raise BadInput("请选到期日", field="due_on") from error
        tickets().bookings.commit(found.number, given.kind, given.what, day, actor)
        return "已记下。"

    return _changed(number, change, given, problems)


@bp.post("/officer/bookings/<number>/commitments/<commitment_id>/keep")
@require("tickets.move")
def keep(number: str, commitment_id: str) -> Any:
    """Note that a commitment was kept."""

    def change(found: Booking) -> str:
        mine = {one.id for one in tickets().bookings.commitments(found.number)}
        if commitment_id not in mine:
            raise BadInput("这个预约没有这项承诺", field="commitment")
        tickets().bookings.keep(commitment_id, _somebody())
        return "已记为履行。"

    return _changed(number, change)


def _changed(
    number: str, change: Any, given: Form | None = None, problems: BadInput | None = None, tried: str = ""
) -> Any:
    found = tickets().bookings.get(number)
    try:
        if problems:
            raise problems
        flash(change(found))
    except TicketError as error:
        return _page(number, given, error, tried), error.status
    return redirect(url_for("officer_bookings.booking", number=found.number), 303)


def _actor(rule: Rule) -> Actor:
    """Return the first of the person's posts that may make the move (NotAllowed)."""
    fit = [one for role in ACTING for one in actors() if one.role is role and role in rule.roles]
    if not fit:
        raise NotAllowed(f"您的岗位不能“{rule.label}”")
    return fit[0]


def _somebody() -> Actor:
    fit = [one for one in actors() if one.role in ACTING]
    if not fit:
        raise NotAllowed("只有主办和派单员可以记承诺")
    return fit[0]


def _page(number: str, given: Form | None = None, error: TicketError | None = None, tried: str = "") -> str:
    found, service = tickets().bookings.get(number), tickets().bookings
    mine = {one.role for one in actors()}
    agents = {one.id for one in actors()}
    rules = [
        rule
        for rule in BOOKING.rules
        if found.state in rule.sources and mine & set(rule.roles) & set(ACTING) and _may(rule, found, agents)
    ]
    return render_template(
        "officer/booking.html",
        booking=found,
        machine=BOOKING,
        rules=[rule for rule in rules if rule.move != "tick"],
        ticks=any(rule.move == "tick" for rule in rules),
        inputs=INPUTS,
        history=service.history(found.number),
        commitments=service.commitments(found.number),
        kinds=COMMITMENTS,
        today=clock.today(),
        may_commit=bool(mine & set(ACTING)),
        given=given.dict() if given else {},
        tried=tried,
        error=error,
        **frame(),
    )


def _may(rule: Rule, found: Booking, names: set[str]) -> bool:
    """Say whether the rule is for any agent, or this one is the person's own."""
    return rule.move not in ("tick", "finish") or found.agent in names
