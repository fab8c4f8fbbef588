"""Conversations that a person of the staff has taken over: who holds them, what was said, and who is told.

Visitors and operators ask for news at intervals that the answer names. The site serves with a bounded number of
threads, and an open event stream would keep one for each visitor who looks at the page; asking costs one or two
look-ups by key, a few milliseconds of a thread, and works through every proxy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from kb.settings import Settings
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.accounts.roles import RIGHTS, TITLES
from web.chat.staff_hours import closed_text, staffed
from web.chat.tables import conversations, events, holds, turns
from web.errors import AlreadyHeld, NotHeld, UnknownConversation
from web.text import clean

FindBy = Callable[[Connection, str, str, str], None]  # in a write transaction: conversation, turn, text
IDLE = dt.timedelta(minutes=30)  # a person who says nothing for so long has gone: the bot answers again
CURRENT = dt.timedelta(minutes=30)
SOON_SECONDS, LATER_SECONDS = 3, 15  # seconds until a visitor's page asks again: while a person is there, and otherwise
MOST_SHOWN_AT_ONCE = 100
# Put together once: asked twice at every turn.
HOLDER = sa.select(holds).where(
    holds.c.conversation_id == sa.bindparam("conversation"), holds.c.seen_at >= sa.bindparam("since")
)


@dataclass(frozen=True)
class Current:
    """A conversation in which something was said lately. `waits` says that the visitor asked for a person."""

    id: str
    channel: str
    last_at: dt.datetime
    question: str
    outcome: str
    holder: str
    role: str
    waits: bool


class Live:
    """Takes conversations over and hands them back. Safe to share between threads."""

    def __init__(self, engine: Engine, settings: Settings, mask: Callable[[str], str], find_by: FindBy) -> None:
        """Keep rows through `engine`; `mask` hides personal data; `find_by` makes a turn findable by texts."""
        self._engine, self._settings, self._mask, self._find_by = engine, settings, mask, find_by

    # ---- what the chat asks ------------------------------------------------------------------------------
    def held(self, conversation_id: str) -> bool:
        """Say whether a person holds the conversation, so that the bot has to be silent."""
        return self.holder(conversation_id) is not None

    def remarks(self, outcome: str) -> tuple[dict[str, Any], ...]:
        """Return what an answer of this outcome has to add: out of hours, that nobody is there."""
        if outcome != "handoff" or staffed(self._settings) is not False:
            return ()
        return ({"type": "text", "text": closed_text(self._settings)},)

    # ---- what the visitor's page asks --------------------------------------------------------------------
    def news(self, conversation_id: str, after: int) -> dict[str, Any]:
        """Return what people said since event `after`, who is there, and when to ask again (UnknownConversation)."""
        query = sa.select(events).where(events.c.conversation_id == conversation_id, events.c.number > after)
        with reading(self._engine) as connection:
            rows = list(connection.execute(query.order_by(events.c.number).limit(MOST_SHOWN_AT_ONCE)))
            if not rows:
                _known(connection, conversation_id)
            held = _holder(connection, conversation_id)
        found = [
            {"number": row.number, "kind": row.kind, "who": row.role, "text": row.text, "at": clock.iso(row.at)}
            for row in rows
        ]
        return {"events": found, "who": held.role if held else "", "again": SOON_SECONDS if held else LATER_SECONDS}

    # ---- what the staff does -----------------------------------------------------------------------------
    def holder(self, conversation_id: str) -> Row | None:
        """Return who holds the conversation now, None when nobody does."""
        with reading(self._engine) as connection:
            return _holder(connection, conversation_id)

    def take(self, conversation_id: str, person: Person) -> None:
        """Take a conversation over (UnknownConversation, AlreadyHeld); taking one's own again changes nothing."""
        moment = clock.now()
        row = {"conversation_id": conversation_id, "holder": person.name, "role": public_name(person)}
        try:
            with writing(self._engine) as connection:
                _known(connection, conversation_id)
                there = _holder(connection, conversation_id)
                if there:
                    if there.holder == person.name:
                        return
                    raise AlreadyHeld(f"这个会话已由{there.role}（{there.holder}）接管")
                connection.execute(sa.delete(holds).where(holds.c.conversation_id == conversation_id))
                connection.execute(sa.insert(holds), {**row, "since": moment, "seen_at": moment})
                self._event(connection, conversation_id, "joined", person)
                audit.record(connection, person.name, "live.take", f"conversation:{conversation_id}")
        except sa.exc.IntegrityError as error:  # on PostgreSQL two people may press at once
            raise AlreadyHeld("刚刚有人接管了这个会话") from error

    def say(self, conversation_id: str, person: Person, text: str) -> None:
        """Say something to the visitor (NotHeld, EmptyMessage, MessageTooLong); it is kept masked like any message."""
        said = self._mask(clean(text, self._settings.message_limit))
        with writing(self._engine) as connection:
            self._mine(connection, conversation_id, person)
            mine = sa.update(holds).where(holds.c.conversation_id == conversation_id)
            connection.execute(mine.values(seen_at=clock.now()))
            self._event(connection, conversation_id, "said", person, said)
            _touch(connection, conversation_id)
            last = sa.select(turns.c.id).where(turns.c.conversation_id == conversation_id)
            turn_id = connection.execute(last.order_by(turns.c.position.desc()).limit(1)).scalar()
            if turn_id:
                self._find_by(connection, conversation_id, turn_id, said)

    def hand_back(self, conversation_id: str, person: Person) -> None:
        """Let the bot answer again (NotHeld)."""
        with writing(self._engine) as connection:
            self._mine(connection, conversation_id, person)
            connection.execute(sa.delete(holds).where(holds.c.conversation_id == conversation_id))
            self._event(connection, conversation_id, "left", person)
            audit.record(connection, person.name, "live.hand_back", f"conversation:{conversation_id}")

    def current(self, limit: int = MOST_SHOWN_AT_ONCE) -> list[Current]:
        """Return the conversations of the last half hour: those that wait for a person first, then the latest."""
        since = clock.now() - CURRENT
        newest = sa.select(turns.c.id).where(turns.c.conversation_id == conversations.c.id)
        newest = newest.order_by(turns.c.position.desc()).limit(1).correlate(conversations).scalar_subquery()
        joined = conversations.join(turns, turns.c.id == newest).outerjoin(
            holds, sa.and_(holds.c.conversation_id == conversations.c.id, holds.c.seen_at >= clock.now() - IDLE)
        )
        columns = (conversations, turns.c.question, turns.c.outcome, turns.c.act, holds.c.holder, holds.c.role)
        query = sa.select(*columns).select_from(joined).where(conversations.c.last_at >= since)
        query = query.order_by(conversations.c.last_at.desc(), conversations.c.id).limit(limit)
        with reading(self._engine) as connection:
            rows = list(connection.execute(query))
        found = [
            Current(
                row.id,
                row.channel,
                row.last_at,
                row.question,
                row.outcome,
                row.holder or "",
                row.role or "",
                not row.holder and row.outcome == "handoff" and row.act != "held",
            )
            for row in rows
        ]
        return sorted(found, key=lambda one: not one.waits)

    def _event(self, connection: Connection, conversation_id: str, kind: str, person: Person, text: str = "") -> None:
        row = {"conversation_id": conversation_id, "kind": kind, "role": public_name(person), "actor": person.name}
        connection.execute(sa.insert(events), {**row, "text": text, "at": clock.now()})

    def _mine(self, connection: Connection, conversation_id: str, person: Person) -> None:
        there = _holder(connection, conversation_id)
        if there is None or there.holder != person.name:
            raise NotHeld("这个会话现在不由您接管；请先点“接管”")


def public_name(person: Person) -> str:
    """Return what a visitor reads of a person of the staff: the role, never the name."""
    may = RIGHTS["conversations.join"].roles
    return next((title for role, title in TITLES.items() if role in person.roles and role in may), "工作人员")


def _holder(connection: Connection, conversation_id: str) -> Row | None:
    wanted = {"conversation": conversation_id, "since": clock.now() - IDLE}
    found: Row | None = connection.execute(HOLDER, wanted).first()
    return found


def _known(connection: Connection, conversation_id: str) -> None:
    if connection.execute(sa.select(conversations.c.id).where(conversations.c.id == conversation_id)).first() is None:
        raise UnknownConversation("没有这个会话，或它已经被清除；请开始新会话")


def _touch(connection: Connection, conversation_id: str) -> None:
    connection.execute(
        sa.update(conversations).where(conversations.c.id == conversation_id).values(last_at=clock.now())
    )
