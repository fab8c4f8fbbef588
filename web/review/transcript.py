"""One conversation as the operator reads it: how each turn was answered and why, and what people did with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.chat.tables import conversations, events, feedback, turns
from web.errors import UnknownConversation
from web.review.filters import short
from web.review.registrations import Registered, of_conversation
from web.review.tables import reviews, tags

TURNS_SHOWN = 200
MOST_TAGS = 10


@dataclass(frozen=True)
class Transcript:
    """A conversation: turns and events are rows of their tables, oldest first. `more` says that earlier ones exist."""

    id: str
    channel: str
    started_at: dt.datetime
    turns: list[Row]
    events: list[Row]
    tags: list[str]
    registered: list[Registered]
    more: bool

    @property
    def told(self) -> list[tuple[str, Row]]:
        """Turns and events together in the order in which they happened, each with what it is."""
        mixed = [("turn", row.asked_at, 0, row) for row in self.turns] + [
            ("event", row.at, 1, row) for row in self.events
        ]
        return [(kind, row) for kind, _, _, row in sorted(mixed, key=lambda item: item[1:3])]


def read(engine: Engine, conversation_id: str, reviewer: str = "", *, unmask: bool = False) -> Transcript:
    """Return a conversation (UnknownConversation); each turn carries the reviewer's own verdict and no one else's."""
    with reading(engine) as connection:
        head = connection.execute(sa.select(conversations).where(conversations.c.id == conversation_id)).first()
        if head is None:
            raise UnknownConversation("没有这个会话，或它已经被清除")
        rows = _turns(connection, conversation_id, reviewer)
        told = sa.select(events).where(events.c.conversation_id == conversation_id).order_by(events.c.number)
        marks = sa.select(tags.c.tag).where(tags.c.conversation_id == conversation_id).order_by(tags.c.tag)
        return Transcript(
            conversation_id,
            head.channel,
            head.started_at,
            rows[:TURNS_SHOWN][::-1],
            list(connection.execute(told)),
            list(connection.execute(marks).scalars()),
            of_conversation(connection, conversation_id, unmask=unmask),
            len(rows) > TURNS_SHOWN,
        )


def tag(engine: Engine, conversation_id: str, text: str, actor: str) -> None:
    """Put a tag on a conversation (UnknownConversation, BadTag)."""
    text = short(text, "标签")
    row = {"conversation_id": conversation_id, "tag": text, "given_by": actor, "given_at": clock.now()}
    with writing(engine) as connection:
        _known(connection, conversation_id)
        there = list(
            connection.execute(sa.select(tags.c.tag).where(tags.c.conversation_id == conversation_id)).scalars()
        )
        if text in there or len(there) >= MOST_TAGS:
            return
        connection.execute(sa.insert(tags), row)
        audit.record(connection, actor, "conversation.tag", f"conversation:{conversation_id}", None, {"tag": text})


def untag(engine: Engine, conversation_id: str, text: str, actor: str) -> None:
    """Take a tag off a conversation."""
    with writing(engine) as connection:
        gone = connection.execute(
            sa.delete(tags).where(tags.c.conversation_id == conversation_id, tags.c.tag == text)
        ).rowcount
        if gone:
            audit.record(
                connection, actor, "conversation.untag", f"conversation:{conversation_id}", {"tag": text}, None
            )


def note_unmasking(engine: Engine, conversation_id: str, actor: str) -> None:
    """Write into the audit log that somebody looks at the contacts of a conversation (UnknownConversation)."""
    with writing(engine) as connection:
        _known(connection, conversation_id)
        audit.record(connection, actor, "conversation.unmask", f"conversation:{conversation_id}")


def all_tags(engine: Engine) -> list[str]:
    """Return the tags in use."""
    with reading(engine) as connection:
        return list(connection.execute(sa.select(tags.c.tag).distinct().order_by(tags.c.tag).limit(200)).scalars())


def _known(connection: Connection, conversation_id: str) -> None:
    if connection.execute(sa.select(conversations.c.id).where(conversations.c.id == conversation_id)).first() is None:
        raise UnknownConversation("没有这个会话，或它已经被清除")


def _turns(connection: Connection, conversation_id: str, reviewer: str) -> list[Row]:
    mine = sa.and_(reviews.c.turn_id == turns.c.id, reviews.c.reviewer == reviewer)
    joined = turns.outerjoin(feedback, feedback.c.turn_id == turns.c.id).outerjoin(reviews, mine)
    votes = (feedback.c.value.label("vote"), feedback.c.reasons, feedback.c.comment)
    looks = sa.select(sa.func.count()).where(reviews.c.turn_id == turns.c.id).correlate(turns).scalar_subquery()
    judged = (
        reviews.c.verdict,
        reviews.c.act.label("right_act"),
        reviews.c.entry_id.label("right_entry"),
        reviews.c.note,
    )
    query = sa.select(turns, *votes, *judged, looks.label("looks")).select_from(joined)
    query = query.where(turns.c.conversation_id == conversation_id).order_by(turns.c.position.desc())
    return list(connection.execute(query.limit(TURNS_SHOWN + 1)))
