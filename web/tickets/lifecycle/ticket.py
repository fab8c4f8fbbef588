"""A ticket, what happened to it, and who did it, as frozen values. All instants are UTC without a zone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from web.tickets.lifecycle.codes import URGENCY_RANK, Colour, Role


@dataclass(frozen=True)
class Actor:
    """Who acts: an id, in which role, and for staff of which department."""

    id: str
    role: Role
    department: str = ""


@dataclass(frozen=True)
class Draft:
    """A new appeal as it was told; `service.Tickets.open` makes a ticket of it."""

    text: str
    kind: str = "help"
    category: str = "other"
    urgency: str = "normal"
    channel: str = "web"
    title: str = ""
    enterprise: str = ""
    credit_code: str = ""
    contact_name: str = ""
    phone: str = ""
    district: str = ""
    place: str = ""
    entry_id: str = ""
    conversation_id: str = ""
    turn_id: str = ""
    real_name: bool = True
    consent: bool = False


@dataclass(frozen=True)
class Ticket:
    """One appeal as it stands. `revision` counts its events; every move adds one to it."""

    number: str
    kind: str
    category: str
    urgency: str
    channel: str
    title: str
    text: str
    registered_at: dt.datetime
    state: str = "registered"
    revision: int = 1
    round: int = 1
    enterprise: str = ""
    credit_code: str = ""
    contact_name: str = ""
    phone: str = ""
    district: str = ""
    place: str = ""
    entry_id: str = ""
    conversation_id: str = ""
    turn_id: str = ""
    real_name: bool = True
    consent: bool = False
    repeats: int = 1  # how often it was told, this time included
    # who has it
    department: str = ""
    co_departments: tuple[str, ...] = ()
    # time: `limit` runs from `round_started_at`, the limit of the present state from `stage_started_at`
    limit: str = ""
    round_started_at: dt.datetime | None = None
    stage_started_at: dt.datetime | None = None
    extension: str = ""  # asked, approved, refused; used once a reopened round has begun
    extension_days: int = 0
    due_at: dt.datetime | None = None
    stage_due_at: dt.datetime | None = None
    next_due_at: dt.datetime | None = None
    return_due_at: dt.datetime | None = None
    blue_at: dt.datetime | None = None
    orange_at: dt.datetime | None = None
    red_at: dt.datetime | None = None
    slip_rank: int = 0
    # what came of it
    returns: int = 0
    designated: bool = False
    replied_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    reply: str = ""
    outcome: str = ""
    timely: str = ""  # yes, no, unknown; of the latest reply
    grade: int | None = None
    graded_round: int = 0
    revisited_round: int = 0
    resolved: str = ""  # yes, no: what the enterprise says, never what staff assume
    unsatisfied: int = 0
    unsatisfied_at: dt.datetime | None = None
    repeated_at: dt.datetime | None = None
    reopens: int = 0
    appeal: str = ""  # asked, supported, rejected
    after_appeal: bool = False  # not satisfied even after the appeal was decided
    rectification: str = ""  # open, contacted, done, checked
    merged_into: str = ""
    transferred_to: str = ""

    @property
    def urgency_rank(self) -> int:
        """0 for urgent, 1 for the rest: urgent tickets come first everywhere."""
        return URGENCY_RANK[self.urgency]

    @property
    def sort_at(self) -> dt.datetime:
        """When it has to be looked at: the next deadline, or, where that is unknown, at once."""
        return self.next_due_at or self.registered_at

    def colour(self, now: dt.datetime) -> Colour | None:
        """Return the colour at `now`, or None while nothing presses."""
        reached = [
            colour
            for colour, at in ((Colour.RED, self.red_at), (Colour.ORANGE, self.orange_at), (Colour.BLUE, self.blue_at))
            if at is not None and at <= now
        ]
        return reached[0] if reached else None


@dataclass(frozen=True)
class Event:
    """One thing that happened to a ticket; never changed afterwards. `sequence` counts from 1 within the ticket."""

    number: str
    sequence: int
    at: dt.datetime
    actor: str
    role: str
    move: str
    from_state: str
    to_state: str
    department: str = ""
    text: str = ""
    public: bool = True
    timely: str = ""
    round: int = 1
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """What one move brings: the ticket afterwards, its event, and rows of the tables beside them (by name)."""

    ticket: Ticket
    event: Event
    rows: tuple[tuple[str, dict[str, Any]], ...] = ()
