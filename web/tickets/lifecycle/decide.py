"""What a move does: a pure step from one ticket to the next, with the event and the rows that go with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from typing import Any

from web.tickets.lifecycle.deadlines import settle
from web.tickets.lifecycle.effects import EFFECTS, timeliness
from web.tickets.lifecycle.inputs import clean
from web.tickets.lifecycle.machine import LIFE, phase
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.rules import Given
from web.tickets.lifecycle.ticket import Actor, Draft, Event, Step, Ticket

TEXTS = ("reply", "text", "reason", "comment")  # the first that was given is the event's text
REGISTER = "register"


def opened(draft: Draft, number: str, actor: Actor, now: dt.datetime, policy: Policy, repeats: int = 1) -> Step:
    """Return the first step of a ticket: registered, its limit running. `repeats` is how often it was told by now."""
    limit = policy.handling(draft.kind, draft.category, draft.urgency)
    ticket = Ticket(
        number=number,
        registered_at=now,
        round_started_at=now,
        stage_started_at=now,
        limit=str(limit),
        repeats=repeats,
        repeated_at=now if repeats >= policy.limits.colours.repeats else None,
        **{item.name: getattr(draft, item.name) for item in fields(Draft)},
    )
    ticket = settle(ticket, policy)
    details = {"channel": draft.channel, "repeats": repeats, **_due(ticket)}
    event = Event(
        number=number,
        sequence=1,
        at=now,
        actor=actor.id,
        role=actor.role.value,
        move=REGISTER,
        from_state="",
        to_state=ticket.state,
        text="",
        details=details,
    )
    return Step(ticket, event)


def decide(ticket: Ticket, move: str, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Step:
    """Return what a move brings; nothing is stored.

    Raises UnknownMove, IllegalMove, NotAllowed, MissingInput, BadInput, UsedUp or TooLate.
    """
    rule = LIFE.check(ticket.state, move, actor.role, given)
    read = clean(given, policy)
    LIFE.check(ticket.state, move, actor.role, read)  # a text of blanks only is missing after all
    for guard in rule.guards:
        guard(ticket, actor, read, now, policy)
    state = rule.lands(ticket.state)
    effect = EFFECTS.get(move)
    changes, rows = effect(ticket, actor, read, now, policy) if effect else ({}, ())
    if state != ticket.state:
        changes = {"stage_started_at": now, **changes}
    if phase(state) != phase(ticket.state):
        changes = {"slip_rank": 0, **changes}
    moved = settle(replace(ticket, state=state, revision=ticket.revision + 1, **changes), policy)
    event = Event(
        number=ticket.number,
        sequence=moved.revision,
        at=now,
        actor=actor.id,
        role=actor.role.value,
        move=move,
        from_state=ticket.state,
        to_state=state,
        department=moved.department,
        text=next((str(read[name]) for name in TEXTS if read.get(name)), ""),
        public=rule.public,
        timely=timeliness(ticket, now) if move in ("reply", "answer") else "",
        round=ticket.round,
        details={**_kept(read), **_due(moved)},
    )
    return Step(moved, event, rows)


def _kept(read: Given) -> dict[str, Any]:
    shown = next((name for name in TEXTS if read.get(name)), "")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in read.items() if name != shown}


def _due(ticket: Ticket) -> dict[str, str | None]:
    return {"due_at": ticket.due_at.isoformat() if ticket.due_at else None}
