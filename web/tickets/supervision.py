"""Supervision slips in blue, orange and red: issued as deadlines come, each once, with who is told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kb.database import reading
from web.tickets import storage
from web.tickets.lifecycle.codes import Colour
from web.tickets.lifecycle.deadlines import settle
from web.tickets.lifecycle.errors import IllegalMove, StaleTicket
from web.tickets.lifecycle.ticket import Ticket
from web.tickets.service import SYSTEM, Tickets
from web.tickets.tables import slips, tickets

LOG = logging.getLogger(__name__)
TICKETS_LOOKED_AT = 500


@dataclass(frozen=True)
class Issued:
    """A slip that was issued just now: of which ticket, in which colour, and who is to be told."""

    number: str
    colour: Colour
    department: str
    told: tuple[str, ...]


class Supervision:
    """Issues slips, by clock and by hand."""

    def __init__(self, service: Tickets) -> None:
        """Move tickets through the service."""
        self._tickets = service

    def issue(self) -> list[Issued]:
        """Issue a slip for every open ticket whose colour got graver since its last slip.

        Safe to run at any time, again and again, and by several processes: each slip is issued once.
        """
        issued = []
        for ticket in self._pressing():
            colour = ticket.colour(self._tickets.now())
            if colour is None or colour.rank <= ticket.slip_rank:
                continue
            given = {"colour": colour.value, "reason": reason(ticket, colour)}
            try:
                self._tickets.move(ticket.number, "supervise", SYSTEM, revision=ticket.revision, **given)
            except (StaleTicket, IllegalMove):
                LOG.info("slip for %s left to the next run: the ticket moved meanwhile", ticket.number)
                continue
            issued.append(Issued(ticket.number, colour, ticket.department, self._tickets.policy.limits.tell[colour]))
        return issued

    def recount(self) -> int:
        """Count the open deadlines that could not be counted before; returns how many are known now.

        For the day on which the holidays of a new year have been entered.
        """
        unknown = sa.or_(tickets.c.due_at.is_(None), tickets.c.next_due_at.is_(None), tickets.c.red_at.is_(None))
        known = 0
        with reading(self._tickets.engine) as connection:
            query = sa.select(tickets.c.number).where(tickets.c.is_open, unknown).order_by(tickets.c.number)
            numbers = list(connection.execute(query).scalars())
        for number in numbers:
            before = self._tickets.get(number)
            after = self._settled(before)
            if (after.due_at, after.next_due_at, after.red_at) != (before.due_at, before.next_due_at, before.red_at):
                self._tickets.move(number, "recount", SYSTEM, reason="放假安排已录入", revision=before.revision)
                known += 1
        return known

    def history(
        self, *, department: str = "", colour: Colour | None = None, offset: int = 0, limit: int = 100
    ) -> list[dict[str, Any]]:
        """Return slips, latest first."""
        query = sa.select(slips)
        query = query.where(slips.c.department == department) if department else query
        query = query.where(slips.c.colour == colour.value) if colour else query
        order = (slips.c.issued_at.desc(), slips.c.number, slips.c.sequence)
        with reading(self._tickets.engine) as connection:
            return [
                dict(row) for row in connection.execute(query.order_by(*order).offset(offset).limit(limit)).mappings()
            ]

    def _settled(self, ticket: Ticket) -> Ticket:
        return settle(ticket, self._tickets.policy)

    def _pressing(self) -> Iterator[Ticket]:
        now, last = self._tickets.now(), ""
        columns = ((tickets.c.blue_at, 1), (tickets.c.orange_at, 2), (tickets.c.red_at, 3))
        graver = sa.or_(*(sa.and_(column <= now, tickets.c.slip_rank < rank) for column, rank in columns))
        while True:
            query = sa.select(tickets).where(tickets.c.is_open, tickets.c.number > last, graver)
            with reading(self._tickets.engine) as connection:
                rows = connection.execute(query.order_by(tickets.c.number).limit(TICKETS_LOOKED_AT)).mappings().all()
            yield from (storage.from_row(row) for row in rows)
            if len(rows) < TICKETS_LOOKED_AT:
                return
            last = rows[-1]["number"]


def reason(ticket: Ticket, colour: Colour) -> str:
    """Return why a ticket has its colour, in words."""
    if colour is Colour.RED and ticket.repeated_at is not None and ticket.repeated_at == ticket.red_at:
        return f"同一问题重复反映 {ticket.repeats} 次"
    at = {Colour.BLUE: ticket.blue_at, Colour.ORANGE: ticket.orange_at, Colour.RED: ticket.red_at}[colour]
    if ticket.unsatisfied and at == ticket.unsatisfied_at:
        return f"诉求人第 {ticket.unsatisfied} 次评价不满意"
    if colour is Colour.BLUE and ticket.state in ("registered", "dispatched") and ticket.due_at != ticket.stage_due_at:
        return "没有按时派单或签收，或办理期限临近"
    return {Colour.BLUE: "期限临近", Colour.ORANGE: "到期未办结", Colour.RED: "超期未办结"}[colour]
