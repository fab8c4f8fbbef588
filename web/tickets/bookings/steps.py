"""帮代办: an agent of the desk goes the way of a guide together with an enterprise, step by step. Pure part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import BadInput, NotAllowed, UsedUp
from web.tickets.lifecycle.guards import says
from web.tickets.lifecycle.rules import STAY, Given, Machine, Rule, State
from web.tickets.lifecycle.ticket import Actor

COMMITMENTS = {"lack": "容缺", "promise": "承诺"}
AGENT, STAFF = Role.HANDLER, (Role.HANDLER, Role.DISPATCHER)
IN_HAND = ("accepted", "working")


@dataclass(frozen=True)
class BookingStep:
    """One step of the way: what is to be done, and when and by whom it was ticked off."""

    name: str
    done_at: str = ""
    done_by: str = ""


@dataclass(frozen=True)
class Booking:
    """One booking as it stands; `revision` counts its events."""

    number: str
    title: str
    booked_at: dt.datetime
    steps: tuple[BookingStep, ...]
    entry_id: str = ""
    state: str = "booked"
    revision: int = 1
    enterprise: str = ""
    credit_code: str = ""
    contact_name: str = ""
    phone: str = ""
    wish: str = ""
    conversation_id: str = ""
    agent: str = ""
    department: str = ""
    grade: int | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""
    accept_due_at: dt.datetime | None = None
    accepted_at: dt.datetime | None = None
    done_at: dt.datetime | None = None
    rated_at: dt.datetime | None = None

    @property
    def progress(self) -> tuple[int, int]:
        """Return (steps ticked off, all steps)."""
        return sum(bool(step.done_at) for step in self.steps), len(self.steps)


@says("只有负责的帮代办员")
def own_booking(booking: Booking, actor: Actor, given: Given, now: dt.datetime) -> None:
    """Forbid other agents; dispatchers and the system are free."""
    if actor.role is AGENT and booking.agent != actor.id:
        raise NotAllowed("这件代办由别的帮代办员负责")


@says("步骤在清单上，还没有办好")
def known_step(booking: Booking, actor: Actor, given: Given, now: dt.datetime) -> None:
    """Forbid steps that are not on the list, or ticked off already."""
    step = next((one for one in booking.steps if one.name == given["step"]), None)
    if step is None:
        raise BadInput(f"没有这一步：{given['step']}", field="step")
    if step.done_at:
        raise UsedUp(f"“{step.name}”已经办好")


@says("各步都已办好，否则写明理由")
def all_ticked(booking: Booking, actor: Actor, given: Given, now: dt.datetime) -> None:
    """Forbid finishing while steps are left, unless a reason is given."""
    done, all_steps = booking.progress
    if done < all_steps and not given.get("reason"):
        raise BadInput(f"还有 {all_steps - done} 步没有办好；不再办的请写明理由", field="reason")


BOOKING = Machine(
    "帮代办",
    (
        State("booked", "已预约", Role.DISPATCHER.value),
        State("accepted", "已受理", AGENT.value),
        State("working", "代办中", AGENT.value),
        State("done", "已办好", Role.REQUESTER.value),
        State("rated", "已评价"),
        State("declined", "不能代办"),
        State("cancelled", "已取消"),
    ),
    (
        Rule("accept", "受理", ("booked",), "accepted", STAFF, (), ("agent", "department", "text")),
        Rule("decline", "不能代办", ("booked",), "declined", STAFF, ("reason",)),
        Rule("hand_over", "换人", IN_HAND, STAY, (Role.DISPATCHER,), ("agent", "reason")),
        Rule("tick", "办好一步", IN_HAND, "working", (AGENT,), ("step",), ("text",), (own_booking, known_step)),
        Rule("say", "留言", ("booked", *IN_HAND, "done"), STAY, (Role.REQUESTER, *STAFF), ("text",)),
        Rule("finish", "办好", IN_HAND, "done", (AGENT,), (), ("reason", "text"), (own_booking, all_ticked)),
        Rule("rate", "评价", ("done",), "rated", (Role.REQUESTER,), ("grade",), ("reasons", "comment")),
        Rule("cancel", "取消", ("booked", *IN_HAND), "cancelled", (Role.REQUESTER, Role.DISPATCHER), ("reason",)),
    ),
)  # fmt: skip


def advance(booking: Booking, move: str, actor: Actor, given: Given, now: dt.datetime) -> Booking:
    """Return the booking after a move with checked inputs (the errors of `Machine.check` and of the guards)."""
    rule = BOOKING.check(booking.state, move, actor.role, given)
    for guard in rule.guards:
        guard(booking, actor, given, now)
    changes = _changes(booking, move, actor, given, now)
    return replace(booking, state=rule.lands(booking.state), revision=booking.revision + 1, **changes)


def _changes(booking: Booking, move: str, actor: Actor, given: Given, now: dt.datetime) -> dict[str, Any]:
    if move == "accept":
        agent = given.get("agent") or actor.id
        return {"agent": agent, "department": given.get("department") or actor.department, "accepted_at": now}
    if move == "hand_over":
        return {"agent": given["agent"]}
    if move == "tick":
        ticked = BookingStep(given["step"], now.isoformat(timespec="seconds"), actor.id)
        return {"steps": tuple(ticked if step.name == given["step"] else step for step in booking.steps)}
    if move == "finish":
        return {"done_at": now}
    if move == "rate":
        rated = {"grade": given["grade"], "reasons": given.get("reasons", ()), "comment": given.get("comment", "")}
        return {**rated, "rated_at": now}
    return {}
