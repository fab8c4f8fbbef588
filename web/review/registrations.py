"""What conversations had registered: appeals, bookings, other requests; contacts are covered unless asked for."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kb.privacy import mask
from retriever.dialogue.commands import BOOK_AGENT, CREATE_TICKET
from web.chat.requests import CONTACTS, NAMES, masked
from web.chat.tables import requests
from web.tickets.bookings.steps import BOOKING
from web.tickets.bookings.tables import bookings
from web.tickets.lifecycle.machine import LIFE
from web.tickets.tables import tickets

FIELDS = {
    "what": "内容",
    "title": "事项",
    "contact_name": "联系人",
    "contact": "联系方式",
    "phone": "电话",
    "email": "邮箱",
    "topic": "主题",
}


@dataclass(frozen=True)
class Registered:
    """One thing that was registered: its number, what it is called, and what was given, by name.

    `page` is the endpoint where the staff work on it and `standing` how it stands; empty for what is only noted.
    """

    number: str
    title: str
    given: dict[str, Any]
    has_contacts: bool
    page: str = ""
    standing: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was given as a person reads it."""
        return [(FIELDS.get(name, name), str(value)) for name, value in self.given.items() if value not in ("", None)]


def of_conversation(connection: Connection, conversation_id: str, *, unmask: bool) -> list[Registered]:
    """Return what one conversation had registered, oldest first in each kind."""
    found = [
        _registered("企业诉求", row, about(row), unmask, "officer_tickets.ticket", LIFE.states[row.state].label)
        for row in _rows(connection, tickets, tickets.c.registered_at, conversation_id)
    ]
    found += [
        _registered("帮代办预约", row, about(row), unmask, "officer_bookings.booking", BOOKING.states[row.state].label)
        for row in _rows(connection, bookings, bookings.c.booked_at, conversation_id)
    ]
    return found + [
        _registered(NAMES.get(row.name, "申请"), row, dict(row.args), unmask)
        for row in _rows(connection, requests, requests.c.created_at, conversation_id)
    ]


def about(row: Row) -> dict[str, Any]:
    """Return what an appeal or a booking is about, and whom to reach."""
    return {"title": row.title, "contact_name": row.contact_name, "phone": row.phone}


def _registered(title: str, row: Row, given: dict[str, Any], unmask: bool, *there: str) -> Registered:
    contacts = any(given.get(name) for name in CONTACTS)
    return Registered(row.number, title, given if unmask else cover(given), contacts, *there)


def sent(connection: Connection, begin: dt.datetime, end: dt.datetime) -> Counter[str]:
    """Count what conversations had registered in a stretch of time (UTC), by the name of the command."""
    counted: Counter[str] = Counter()
    for name, table, at in (
        (CREATE_TICKET, tickets, tickets.c.registered_at),
        (BOOK_AGENT, bookings, bookings.c.booked_at),
    ):
        query = (
            sa.select(sa.func.count()).select_from(table).where(at >= begin, at < end, table.c.conversation_id != "")
        )
        counted[name] += int(connection.execute(query).scalar() or 0)
    others = sa.select(requests.c.name, sa.func.count()).group_by(requests.c.name)
    for name, number in connection.execute(others.where(requests.c.created_at >= begin, requests.c.created_at < end)):
        counted[name] += int(number)
    return +counted


def cover(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was given with contacts covered and personal numbers in other texts masked."""
    kept = masked(given, lambda text: mask(text).text)
    return {name: _covered(value) if name in CONTACTS and value else value for name, value in kept.items()}


def _covered(value: Any) -> str:
    """Return a contact so that it can be told from another one and no more."""
    text = str(value)
    return text[:1] + "*" * max(3, min(len(text), 12) - 3) + (text[-2:] if len(text) > 6 else "")


def _rows(connection: Connection, table: sa.Table, at: Any, conversation_id: str) -> list[Any]:
    return list(connection.execute(sa.select(table).where(table.c.conversation_id == conversation_id).order_by(at)))
