"""What an officer works from: open appeals, urgent first, then what will be late first, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kb.database import reading
from web.tickets import storage
from web.tickets.lifecycle.codes import Colour
from web.tickets.lifecycle.errors import BadInput
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Ticket
from web.tickets.service import Tickets
from web.tickets.tables import tickets

LARGEST_PAGE = 200


@dataclass(frozen=True)
class Row:
    """One line of the list: the ticket, its colour at the time of asking, and whether its deadline is still unknown."""

    ticket: Ticket
    colour: Colour | None

    @property
    def word(self) -> str:
        """The colour in words: 临近, 到期, 超期, or 期限待定 where the year's holidays are not known yet."""
        if self.colour:
            return self.colour.word
        return "期限待定" if self.ticket.next_due_at is None and LIFE.states[self.ticket.state].is_open else ""


@dataclass(frozen=True)
class Page:
    """One page, and the mark to ask for the next one with (empty when this is the last)."""

    rows: tuple[Row, ...]
    next: str = ""


class Worklist:
    """The open appeals of one database."""

    def __init__(self, service: Tickets) -> None:
        """Read through the service's database and clock."""
        self._tickets = service

    def page(
        self,
        *,
        department: str = "",
        states: Collection[str] = (),
        waits_for: str = "",
        colour: Colour | None = None,
        category: str = "",
        after: str = "",
        size: int = 50,
    ) -> Page:
        """Return one page; `waits_for` is a role's code, `after` the mark of the page before (BadInput)."""
        now = self._tickets.now()
        states = [state.code for state in LIFE.states.values() if state.waits_for == waits_for] if waits_for else states
        query = sa.select(tickets).where(tickets.c.is_open, *_filters(department, states, colour, now))
        if category:
            query = query.where(tickets.c.category.in_(self._tickets.policy.categories.within(category)))
        if after:
            query = query.where(_behind(after))
        size = max(1, min(size, LARGEST_PAGE))
        order = (tickets.c.urgency_rank, tickets.c.sort_at, tickets.c.number)
        with reading(self._tickets.engine) as connection:
            found = connection.execute(query.order_by(*order).limit(size + 1)).mappings().all()
        shown = [storage.from_row(row) for row in found[:size]]
        rows = tuple(Row(ticket, ticket.colour(now)) for ticket in shown)
        return Page(rows, _mark(shown[-1]) if len(found) > size else "")

    def counts(self, *, department: str = "") -> dict[str, int]:
        """Return how many open appeals there are: `all`, `blue`, `orange`, `red`, and `unknown` without a deadline."""
        now = self._tickets.now()
        columns = [sa.func.count().label("all")]
        columns += [_sum(_coloured(colour, now)).label(colour.value) for colour in Colour]
        columns.append(_sum(tickets.c.next_due_at.is_(None)).label("unknown"))
        query = sa.select(*columns).where(tickets.c.is_open, *_filters(department, (), None, now))
        with reading(self._tickets.engine) as connection:
            row = connection.execute(query).mappings().one()
        return {name: int(value or 0) for name, value in row.items()}


def _sum(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _filters(department: str, states: Collection[str], colour: Colour | None, now: dt.datetime) -> list[Any]:
    filters: list[Any] = []
    if department:
        filters.append(tickets.c.department == department)
    if states:
        filters.append(tickets.c.state.in_(list(states)))
    if colour:
        filters.append(_coloured(colour, now))
    return filters


def _coloured(colour: Colour, now: dt.datetime) -> Any:
    columns = {Colour.BLUE: tickets.c.blue_at, Colour.ORANGE: tickets.c.orange_at, Colour.RED: tickets.c.red_at}
    graver = [columns[other] for other in Colour if other.rank > colour.rank]
    return sa.and_(columns[colour] <= now, *(sa.or_(column.is_(None), column > now) for column in graver))


def _mark(ticket: Ticket) -> str:
    return f"{ticket.urgency_rank}|{ticket.sort_at.isoformat()}|{ticket.number}"


def _behind(mark: str) -> Any:
    try:
        rank, at, number = mark.split("|")
        place = int(rank), dt.datetime.fromisoformat(at), number
    except ValueError as error:
        raise BadInput("翻页标记不能用，请从第一页看起", field="after") from error
    return sa.tuple_(tickets.c.urgency_rank, tickets.c.sort_at, tickets.c.number) > place
