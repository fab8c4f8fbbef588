"""Conversations and their turns: a turn is a row before it is answered, and the row says how that went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.chat.tables import conversations, feedback, turns
from web.database import new_id
from web.errors import UnknownConversation

HISTORY = 50
POSITION_TRIES = 5
# Put together once: each is carried out at every turn.
SPOKEN = sa.update(conversations).where(conversations.c.id == sa.bindparam("mine"))
SPOKEN = SPOKEN.values(last_at=sa.bindparam("moment"))
LAST = sa.select(sa.func.max(turns.c.position)).where(turns.c.conversation_id == sa.bindparam("mine"))
ANSWERED = sa.update(turns).where(turns.c.id == sa.bindparam("mine"))


@dataclass(frozen=True)
class Answer:
    """What was answered on a turn, ready to keep. Confidences are 0-1."""

    outcome: str
    messages: tuple[dict[str, Any], ...]
    act: str = ""
    act_confidence: float = 0.0
    confidence: float = 0.0
    sources: tuple[dict[str, Any], ...] = ()
    why: tuple[dict[str, Any], ...] = ()
    entry: str = ""
    version: int = 0
    facet: str = ""
    key: str = ""

    @property
    def text(self) -> str:
        """The sentence that answers."""
        return next((str(item["text"]) for item in self.messages if item["type"] == "text"), "")

    def with_messages(self, messages: tuple[dict[str, Any], ...]) -> Answer:
        """Return the same answer with other items."""
        return replace(self, messages=messages)


@dataclass(frozen=True)
class Turn:
    """One question and what became of it. `answer` is None until there is one; `error` names what went wrong.

    `repeated` says that the same call had opened the turn before.
    """

    id: str
    conversation_id: str
    position: int
    asked_at: dt.datetime
    question: str
    error: str = ""
    answer: Answer | None = None
    vote: str = ""
    repeated: bool = False


class Conversations:
    """The conversation log. Questions and answers are masked before they are kept."""

    def __init__(self, engine: Engine, mask: Callable[[str], str]) -> None:
        """Keep rows through `engine`; `mask` hides personal data in a text."""
        self._engine, self._mask = engine, mask

    def start(self, channel: str = "web") -> str:
        """Open a conversation and return its unguessable id."""
        conversation_id, moment = new_id(), clock.now()
        row = {"id": conversation_id, "channel": channel, "started_at": moment, "last_at": moment}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(conversations), row)
        return conversation_id

    def open_turn(self, conversation_id: str, question: str, message_id: str | None = None) -> Turn:
        """Keep the question as the next turn and return it (UnknownConversation).

        The same `message_id` again is the same turn: a repeated call asks once more, it never asks twice.
        """
        for _ in range(POSITION_TRIES - 1):
            try:
                return self._insert_turn(conversation_id, question, message_id)
            except sa.exc.IntegrityError:  # on PostgreSQL two messages may want one position: the next one is free
                continue
        return self._insert_turn(conversation_id, question, message_id)

    def _insert_turn(self, conversation_id: str, question: str, message_id: str | None) -> Turn:
        moment = clock.now()
        with writing(self._engine) as connection:
            if connection.execute(SPOKEN, {"mine": conversation_id, "moment": moment}).rowcount == 0:
                raise UnknownConversation("没有这个会话，或它已经被清除；请开始新会话")
            again = self._repeated(connection, conversation_id, message_id)
            if again:
                return again
            values = _blank() | {
                "id": new_id(),
                "conversation_id": conversation_id,
                "position": self._next_position(connection, conversation_id),
                "message_id": message_id,
                "asked_at": moment,
                "question": self._mask(question),
            }
            connection.execute(sa.insert(turns), values)
        return Turn(values["id"], conversation_id, values["position"], moment, values["question"])

    def _repeated(self, connection: Connection, conversation_id: str, message_id: str | None) -> Turn | None:
        if not message_id:
            return None
        found = _select().where(turns.c.conversation_id == conversation_id, turns.c.message_id == message_id)
        row = connection.execute(found).first()
        if row is None:
            return None
        attempts = sa.update(turns).where(turns.c.id == row.id).values(attempts=turns.c.attempts + 1)
        connection.execute(attempts)
        return replace(_turn(row), repeated=True)

    def _next_position(self, connection: Connection, conversation_id: str) -> int:
        return (connection.execute(LAST, {"mine": conversation_id}).scalar() or 0) + 1

    def complete(self, turn_id: str, answer: Answer, milliseconds: float) -> None:
        """Keep the answer on the turn's row; an earlier error of the same turn is over."""
        messages = [_masked(item, self._mask) for item in answer.messages]
        values = {
            "answered_at": clock.now(),
            "outcome": answer.outcome,
            "act": answer.act,
            "act_confidence": answer.act_confidence,
            "confidence": answer.confidence,
            "entry_id": answer.entry,
            "entry_version": answer.version,
            "facet": answer.facet,
            "facet_key": answer.key,
            "answer": self._mask(answer.text),
            "messages": messages,
            "sources": list(answer.sources),
            "why": list(answer.why),
            "milliseconds": milliseconds,
            "error": "",
        }
        self._update(turn_id, values)

    def fail(self, turn_id: str, error: str, milliseconds: float) -> None:
        """Keep the name of what went wrong on the turn's row."""
        self._update(turn_id, {"outcome": "error", "error": error, "milliseconds": milliseconds})

    def turn(self, turn_id: str) -> Turn | None:
        """Return one turn, or None."""
        with reading(self._engine) as connection:
            row = connection.execute(_select().where(turns.c.id == turn_id)).first()
        return _turn(row) if row else None

    def history(self, conversation_id: str, limit: int = HISTORY) -> list[Turn]:
        """Return the latest turns of a conversation, oldest first (UnknownConversation)."""
        known = sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
        query = _select().where(turns.c.conversation_id == conversation_id).order_by(turns.c.position.desc())
        with reading(self._engine) as connection:
            if connection.execute(known).first() is None:
                raise UnknownConversation("没有这个会话，或它已经被清除；请开始新会话")
            rows = connection.execute(query.limit(limit)).all()
        return [_turn(row) for row in reversed(rows)]

    def _update(self, turn_id: str, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            connection.execute(ANSWERED, {"mine": turn_id, **values})


def _blank() -> dict[str, Any]:
    texts = dict.fromkeys(("outcome", "act", "entry_id", "facet", "facet_key", "answer", "error"), "")
    numbers = {"attempts": 1, "act_confidence": 0.0, "confidence": 0.0, "entry_version": 0}
    return texts | numbers | {"messages": [], "sources": [], "why": []}


def _select() -> Any:
    votes = (feedback.c.value, feedback.c.reasons)
    return sa.select(turns, *votes).select_from(turns.outerjoin(feedback, feedback.c.turn_id == turns.c.id))


def _turn(row: Row) -> Turn:
    answer = Answer(
        outcome=row.outcome,
        messages=tuple(row.messages),
        act=row.act,
        act_confidence=row.act_confidence,
        confidence=row.confidence,
        sources=tuple(row.sources),
        why=tuple(row.why),
        entry=row.entry_id,
        version=row.entry_version,
        facet=row.facet,
        key=row.facet_key,
    )
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        position=row.position,
        asked_at=row.asked_at,
        question=row.question,
        error=row.error,
        answer=answer if row.answered_at and not row.error else None,
        vote=row.value or "",
    )


def _masked(item: dict[str, Any], mask: Callable[[str], str]) -> dict[str, Any]:
    """Return the item as it is kept: text masked, a card without the fields that its entry has anyway."""
    if item["type"] == "guide":
        return {name: item[name] for name in ("type", "entry_id", "version", "facet", "key")}
    return {**item, "text": mask(item["text"])} if "text" in item else item
