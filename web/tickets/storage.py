"""Tickets as rows: reading, and writing one step so that of two concurrent moves only one can win."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from web.tickets.lifecycle.errors import StaleTicket, UnknownTicket
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Event, Step, Ticket
from web.tickets.tables import events, ratings, rectifications, slips, tickets

BESIDE = {"slips": slips, "ratings": ratings, "rectifications": rectifications}
LAST = ".last"  # a row name with this ending changes the ticket's latest row instead of adding one
FIELDS = tuple(item.name for item in fields(Ticket))
UNFINISHED = {
    "contacted_at": None,
    "done_at": None,
    "checked_at": None,
    "verdict": "",
    "measures": "",
    "check_text": "",
}


def from_row(row: Mapping[str, Any]) -> Ticket:
    """Return the ticket of a row."""
    values = {name: row[name] for name in FIELDS}
    return Ticket(**{**values, "co_departments": tuple(values["co_departments"])})


def to_row(ticket: Ticket) -> dict[str, Any]:
    """Return the row of a ticket, with the columns that lists are sorted and filtered by."""
    values = {name: getattr(ticket, name) for name in FIELDS}
    return {
        **values,
        "co_departments": list(ticket.co_departments),
        "is_open": LIFE.states[ticket.state].is_open,
        "urgency_rank": ticket.urgency_rank,
        "sort_at": ticket.sort_at,
    }


def event_row(event: Event) -> dict[str, Any]:
    """Return the row of an event."""
    return {item.name: getattr(event, item.name) for item in fields(Event)}


def event_of(row: Mapping[str, Any]) -> Event:
    """Return the event of a row."""
    return Event(**{item.name: row[item.name] for item in fields(Event)})


def read(connection: Connection, number: str, *, lock: bool = False) -> Ticket:
    """Return one ticket (UnknownTicket); with `lock` no other transaction can move it until this one ends."""
    query = sa.select(tickets).where(tickets.c.number == number)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise UnknownTicket(f"没有编号为 {number} 的诉求", number=number)
    return from_row(row)


def add(connection: Connection, step: Step) -> None:
    """Write a new ticket and its first event (IntegrityError when the number is taken)."""
    connection.execute(sa.insert(tickets), to_row(step.ticket))
    connection.execute(sa.insert(events), event_row(step.event))


def advance(connection: Connection, before: Ticket, step: Step) -> None:
    """Write one move: the event, then the ticket, then what stands beside it.

    Raises StaleTicket when the ticket is no longer as it was in `before`; the caller's transaction has to be given up.
    """
    stale = StaleTicket(f"{before.number} 刚被别人处理过，请刷新后再试", number=before.number)
    try:
        connection.execute(sa.insert(events), event_row(step.event))
    except (sa.exc.IntegrityError, sa.exc.InternalError) as error:
        raise stale from error
    old, new = to_row(before), to_row(step.ticket)
    changed = {name: value for name, value in new.items() if value != old[name]}
    same = (tickets.c.number == before.number, tickets.c.revision == before.revision, tickets.c.state == before.state)
    if connection.execute(sa.update(tickets).where(*same).values(changed)).rowcount != 1:
        raise stale
    for name, row in step.rows:
        _beside(connection, before.number, name, row)


def _beside(connection: Connection, number: str, name: str, row: dict[str, Any]) -> None:
    if not name.endswith(LAST):
        row = {**UNFINISHED, **row} if name == "rectifications" else row
        connection.execute(sa.insert(BESIDE[name]), {"number": number, **row})
        return
    table = BESIDE[name.removesuffix(LAST)]
    last = sa.select(sa.func.max(table.c.sequence)).where(table.c.number == number).scalar_subquery()
    connection.execute(sa.update(table).where(table.c.number == number, table.c.sequence == last).values(row))


def rows_beside(life: Iterable[Step]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (number, table, row) of everything beside the steps of one life, later changes worked in."""
    rows: list[tuple[str, str, dict[str, Any]]] = []
    for step in life:
        for name, row in step.rows:
            if not name.endswith(LAST):
                rows.append((step.ticket.number, name, {**UNFINISHED, **row} if name == "rectifications" else row))
                continue
            latest = [kept for _, table, kept in rows if table == name.removesuffix(LAST)][-1]
            latest.update(row)
    return rows
