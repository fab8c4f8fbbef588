"""What the requester sees: progress by number and phone, limited attempts, and news for the chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from kb.database import reading
from web.numbers import normal
from web.tickets import storage
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Event, Ticket
from web.tickets.ownership_proof import Proof
from web.tickets.service import Tickets
from web.tickets.tables import events, tickets


@dataclass(frozen=True)
class Line:
    """One line of progress: when, and a sentence for the requester. `id` grows with time over all tickets."""

    id: int
    number: str
    at: dt.datetime
    text: str


@dataclass(frozen=True)
class Progress:
    """How an appeal stands for the person who made it."""

    number: str
    title: str
    state: str
    label: str
    due_at: dt.datetime | None
    reply: str
    can_grade: bool
    lines: tuple[Line, ...]


class ProgressDesk:
    """Shows requesters their own appeals, and only theirs."""

    def __init__(self, service: Tickets) -> None:
        """Read through the service's database, policy and clock."""
        self._tickets, self._proof = service, Proof(service)

    def check(self, number: str, phone: str, place: str) -> Progress:
        """Return the progress of the appeal that was made with this phone.

        `place` is where the question comes from (address or session): failures count against it and against the
        number. Raises NotProven, alike for a wrong phone and for a number that does not exist; TooManyAttempts.
        """
        number = normal(number)[:32]
        with reading(self._tickets.engine) as connection:
            kept = connection.execute(sa.select(tickets.c.phone).where(tickets.c.number == number)).scalar()
        self._proof.check(number, kept or "", phone, place)
        return self.of(self._tickets.get(number))

    def of(self, ticket: Ticket) -> Progress:
        """Return the progress of a ticket that is proven to be the requester's (by its conversation, say)."""
        query = sa.select(events).where(events.c.number == ticket.number, events.c.public)
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(events.c.sequence)).mappings().all()
        return Progress(
            number=ticket.number,
            title=ticket.title,
            state=ticket.state,
            label=LIFE.states[ticket.state].label,
            due_at=ticket.due_at if LIFE.states[ticket.state].is_open else None,
            reply=ticket.reply,
            can_grade=ticket.state in ("replied", "revisited", "closed") and ticket.graded_round < ticket.round,
            lines=tuple(Line(row["id"], ticket.number, row["at"], sentence(storage.event_of(row))) for row in rows),
        )

    def news(self, conversation_id: str, after: int = 0, limit: int = 50) -> list[Line]:
        """Return what happened to the appeals of a conversation since the line with the id `after`, oldest first.

        Registering is left out: the chat itself has said it.
        """
        if not conversation_id:
            return []
        query = (
            sa.select(events)
            .join(tickets, tickets.c.number == events.c.number)
            .where(tickets.c.conversation_id == conversation_id, events.c.public, events.c.id > after)
            .where(events.c.move != "register")
            .order_by(events.c.id)
            .limit(limit)
        )
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [Line(row["id"], row["number"], row["at"], sentence(storage.event_of(row))) for row in rows]


def wanted_information(history: Sequence[Event]) -> str:
    """Return what the desk asked the requester for and has not been told yet, empty when nothing."""
    asked = ""
    for event in history:
        if event.move == "ask_more":
            asked = event.text
        elif event.move == "add_information":
            asked = ""
    return asked


SENTENCES = {
    "register": "已收到您的诉求，编号 {number}",
    "dispatch": "已交{department}办理",
    "redispatch": "已改由{department}办理",
    "sign": "{department}已签收",
    "handle": "{department}已开始办理",
    "answer": "已答复：{text}",
    "reply": "已答复：{text}",
    "approve_extension": "办理需要更多时间，期限有调整",
    "ask_more": "请补充情况：{text}",
    "revisit_unreached": "回访没有联系上您",
    "reopen": "已退回{department}重新办理",
    "rectify_done": "整改完成：{text}",
    "transfer": "已转其他渠道：{text}",
    "merge": "与您或他人反映的同一问题合并办理",
}


def sentence(event: Event) -> str:
    """Return what a requester reads for an event."""
    label = LIFE.moves.get(event.move, event.move)
    return SENTENCES.get(event.move, label).format(
        number=event.number, department=event.department or "承办部门", text=event.text
    )
