"""Deadlines and the instants at which a ticket turns blue, orange and red: pure functions of ticket and policy."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from web.tickets.lifecycle.machine import ACTIVE, OPEN
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.ticket import Ticket
from web.tickets.lifecycle.time_limits import Limit

STAGE = {
    "registered": "dispatch",
    "dispatched": "sign",
    "return_asked": "decide_return",
    "replied": "revisit",
    "revisited": "revisit",
    "unsatisfied": "review",
    "appealed": "appeal",
}
WAITING = ("unsatisfied", "appealed")
PAST = dt.timedelta(seconds=1)  # a deadline is kept up to and with its last second


def settle(ticket: Ticket, policy: Policy) -> Ticket:
    """Return the ticket with all its deadlines counted anew from when its round and its stage began."""
    if ticket.state not in OPEN:
        return replace(ticket, stage_due_at=None, next_due_at=None, blue_at=None, orange_at=None, red_at=None)
    active = ticket.state in ACTIVE
    due = _due(ticket, policy) if active else ticket.due_at
    stage = _stage_due(ticket, policy)
    blue, orange, red = _turns(ticket, due, stage, policy)
    return replace(
        ticket,
        due_at=due,
        stage_due_at=stage,
        next_due_at=min((at for at in (due if active else None, stage) if at is not None), default=None),
        return_due_at=_return_due(ticket, policy),
        blue_at=min(blue, default=None),
        orange_at=min(orange, default=None),
        red_at=min(red, default=None),
    )


def _due(ticket: Ticket, policy: Policy) -> dt.datetime | None:
    due = policy.after(ticket.round_started_at or ticket.registered_at, Limit.parse(ticket.limit))
    if due is None or ticket.extension != "approved":
        return due
    return policy.after(due, Limit(ticket.extension_days, policy.limits.extension_unit))


def _stage_due(ticket: Ticket, policy: Policy) -> dt.datetime | None:
    stage = STAGE.get(ticket.state)
    if stage is None:
        return None
    limit = policy.limits.stages[stage, ticket.urgency]
    return policy.after(ticket.stage_started_at or ticket.registered_at, limit)


def _return_due(ticket: Ticket, policy: Policy) -> dt.datetime | None:
    if ticket.state != "dispatched":
        return ticket.return_due_at
    limit = policy.limits.stages["return", ticket.urgency]
    return policy.after(ticket.stage_started_at or ticket.registered_at, limit)


def _turns(
    ticket: Ticket, due: dt.datetime | None, stage: dt.datetime | None, policy: Policy
) -> tuple[list[dt.datetime], list[dt.datetime], list[dt.datetime]]:
    """Return every instant that turns the ticket blue, orange, red; the earliest of each counts."""
    rules = policy.limits.colours
    active = ticket.state in ACTIVE
    deadline = due if active else stage
    start = (ticket.round_started_at if active else ticket.stage_started_at) or ticket.registered_at
    blue: list[dt.datetime] = []
    orange: list[dt.datetime] = []
    red: list[dt.datetime] = []
    if deadline is not None:
        blue.append(deadline - (deadline - start) * rules.time_left_share)
        orange.append(deadline + PAST)
        overdue = policy.after(deadline, rules.red_overdue)
        red += [overdue + PAST] if overdue else []
    if active and rules.unsigned and stage is not None:
        blue.append(stage + PAST)
    if (active or ticket.state in WAITING) and ticket.unsatisfied_at is not None:
        orange += [ticket.unsatisfied_at] if ticket.unsatisfied >= rules.orange_unsatisfied else []
        red += [ticket.unsatisfied_at] if ticket.unsatisfied >= rules.red_unsatisfied else []
    if (active or ticket.state in WAITING) and ticket.repeated_at is not None:
        red.append(ticket.repeated_at)
    return blue, orange, red
