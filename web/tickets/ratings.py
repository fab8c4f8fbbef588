"""好差评: five grades with reasons after every reply, what became of bad ones, and no grade where none was given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kb.database import reading
from web.tickets.lifecycle.codes import BAD_GRADES
from web.tickets.lifecycle.errors import BadInput
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Actor, Ticket
from web.tickets.service import Tickets
from web.tickets.tables import ratings, rectifications


@dataclass(frozen=True)
class Rectification:
    """What follows a bad grade: contact and cure, each with its deadline (None while the year is not known)."""

    number: str
    sequence: int
    round: int
    department: str
    status: str
    opened_at: dt.datetime
    contact_due_at: dt.datetime | None
    due_at: dt.datetime | None
    contacted_at: dt.datetime | None
    done_at: dt.datetime | None
    checked_at: dt.datetime | None
    verdict: str
    measures: str
    check_text: str

    def late(self, now: dt.datetime) -> bool:
        """Say whether contact or cure is overdue at `now`, or was made too late."""
        pairs = ((self.contact_due_at, self.contacted_at or self.done_at), (self.due_at, self.done_at))
        return any(due is not None and (done or now) > due for due, done in pairs)


class Ratings:
    """Takes grades from requesters and from revisits."""

    def __init__(self, service: Tickets) -> None:
        """Move tickets through the service."""
        self._tickets = service

    def grade(
        self,
        number: str,
        grade: int,
        actor: Actor,
        *,
        reasons: Sequence[str] = (),
        comment: str = "",
        real_name: bool | None = None,
        resolved: str = "",
    ) -> Ticket:
        """Record the requester's grade (1-5) and whether the matter is resolved (`yes`, `no` or not said).

        A bad grade opens a rectification with a deadline and brings the ticket back for review.
        Raises the errors of `Tickets.move`; UsedUp when this reply was graded already.
        """
        ticket = self._tickets.get(number)
        move = "grade_good"
        if grade in BAD_GRADES:
            move = "grade_final" if ticket.state == "closed" and ticket.appeal else "grade_bad"
        given = _given(grade, reasons, comment, real_name, resolved)
        return self._tickets.move(number, move, actor, revision=ticket.revision, **given)

    def of(self, number: str) -> list[dict[str, Any]]:
        """Return the grades of a ticket, first to last."""
        query = sa.select(ratings).where(ratings.c.number == number).order_by(ratings.c.sequence)
        with reading(self._tickets.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def rectifications(
        self, *, department: str = "", finished: bool = False, offset: int = 0, limit: int = 50
    ) -> list[Rectification]:
        """Return rectifications, the earliest deadline first; unfinished ones unless told otherwise."""
        table = rectifications
        statuses = ("done", "checked") if finished else ("open", "contacted")
        query = sa.select(table).where(table.c.status.in_(statuses))
        if department:
            query = query.where(table.c.department == department)
        order = (table.c.due_at.is_(None).desc(), table.c.due_at, table.c.number, table.c.sequence)
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(*order).offset(offset).limit(limit)).mappings()
            return [Rectification(**row) for row in rows]


def _given(grade: int, reasons: Sequence[str], comment: str, real_name: bool | None, resolved: str) -> dict[str, Any]:
    if isinstance(reasons, str):
        raise BadInput("评价原因要写成列表", field="reasons")
    given: dict[str, Any] = {"grade": grade, "reasons": list(reasons), "comment": comment, "resolved": resolved}
    return given if real_name is None else {**given, "real_name": real_name}


def gradable(ticket: Ticket) -> bool:
    """Say whether the requester may still grade the latest reply (the time limit is asked when it is done)."""
    return any(rule.move == "grade_good" and ticket.state in rule.sources for rule in LIFE.rules) and (
        ticket.graded_round < ticket.round
    )
