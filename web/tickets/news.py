"""What the chat tells of its appeals and bookings while it is open: each step once, in the order it happened."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import sqlalchemy as sa

from kb.database import reading
from web.tickets.bookings.steps import BOOKING
from web.tickets.bookings.tables import booking_events, bookings
from web.tickets.lifecycle.codes import Role
from web.tickets.ticket_desk import TicketDesk

MOST_NEWS = 50
_SEEN = re.compile(r"(\d{1,15})-(\d{1,15})")
TOLD = {"say": "代办员留言：{text}", "tick": "已办好一步：{step}", "decline": "不能代办：{text}"}


@dataclass(frozen=True)
class Step:
    """One step of an appeal or a booking, in a sentence, with the page where its owner sees everything."""

    number: str
    title: str
    text: str
    at: dt.datetime
    url: str


def steps(desk: TicketDesk, conversation_id: str, seen: str = "") -> tuple[list[Step], str]:
    """Return what happened since `seen`, earliest first, and what to send as `seen` the next time.

    A mark that nobody gave counts as none. What the visitor did in the chat itself (registering, booking) is left out.
    """
    marks = _SEEN.fullmatch(seen)
    tickets_seen, bookings_seen = (int(marks[1]), int(marks[2])) if marks else (0, 0)
    lines = desk.progress.news(conversation_id, tickets_seen, MOST_NEWS)
    rows = _of_bookings(desk, conversation_id, bookings_seen)
    found = [Step(one.number, "诉求", one.text, one.at, f"/appeals?number={one.number}") for one in lines]
    found += [Step(row.number, "帮代办", _sentence(row), row.at, f"/bookings?number={row.number}") for row in rows]
    mark = f"{max([tickets_seen, *(one.id for one in lines)])}-{max([bookings_seen, *(row.id for row in rows)])}"
    return sorted(found, key=lambda one: one.at), mark


def _of_bookings(desk: TicketDesk, conversation_id: str, after: int) -> list[sa.engine.Row]:
    joined = booking_events.join(bookings, bookings.c.number == booking_events.c.number)
    query = sa.select(booking_events).select_from(joined).where(bookings.c.conversation_id == conversation_id)
    query = query.where(booking_events.c.id > after, booking_events.c.move != "book")
    query = query.where(booking_events.c.role != Role.REQUESTER.value).order_by(booking_events.c.id).limit(MOST_NEWS)
    with reading(desk.tickets.engine) as connection:
        return list(connection.execute(query))


def _sentence(row: sa.engine.Row) -> str:
    label = BOOKING.moves.get(row.move, row.move)
    sentence: str = TOLD.get(row.move, label).format(text=row.text, step=row.details.get("step", ""))
    return sentence
