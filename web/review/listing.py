"""Conversations as a mailbox: one line each, latest first, in pages that cost the same wherever they are.

A page is found by walking an index back in time, never by counting. What no index answers is checked on the way, for
at most as many turns a page as `LOOK_BACK_STEPS` add up to; when that ends first, the page says so and the next one
goes on from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading
from web.chat.tables import conversations, feedback, holds, turns
from web.review import fulltext as index
from web.review.filters import Filter
from web.review.labels import outcome as outcome_name
from web.review.tables import reviews, tags, words

CONVERSATIONS_A_PAGE = 50
LOOK_BACK_STEPS = (200, 1800, 6000)
LATEST = 2**53


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this turn, or after this number when words are searched."""

    at: dt.datetime | None = None
    turn_id: str = ""
    number: int = LATEST

    @classmethod
    def read(cls, text: str) -> Cursor:
        """Read what `str` wrote; anything else is the beginning."""
        head, _, turn_id = text.partition("~")
        try:
            if head.isdecimal() and not turn_id:
                return cls(number=min(int(head), LATEST))
            return cls(dt.datetime.fromisoformat(head), turn_id[:64])
        except ValueError:
            return cls()

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.turn_id}" if self.at else str(self.number)


@dataclass(frozen=True)
class Line:
    """One conversation, shown by its latest turn that fits. Confidence is 0-1."""

    conversation_id: str
    turn_id: str
    asked_at: dt.datetime
    channel: str
    question: str
    outcome: str
    act: str
    confidence: float
    entry_id: str
    error: str
    vote: str
    tags: tuple[str, ...] = ()
    held_by: str = ""
    verdict: str = ""

    def reason(self, low: float) -> str:
        """Say why somebody should look at it, empty when there is no reason; `low` is a low confidence."""
        if self.error:
            return "出错"
        if self.vote == "down":
            return "评为没用"
        if self.outcome in ("no_answer", "refused", "handoff"):
            return outcome_name(self.outcome)
        return "把握低" if self.outcome in ("answered", "clarify") and self.confidence < low else ""


@dataclass(frozen=True)
class Page:
    """Some lines, where the next page begins, and whether the walk ended before the page was full."""

    lines: list[Line] = field(default_factory=list)
    after: str = ""
    unfinished: bool = False


class Listing:
    """The mailbox over one database. `low` is the confidence under which an answer needs eyes."""

    def __init__(self, engine: Engine, low: float) -> None:
        """Read through `engine`."""
        self._engine, self._low = engine, low

    def page(self, wanted: Filter, cursor: Cursor | None = None, size: int = CONVERSATIONS_A_PAGE) -> Page:
        """Return the page after `cursor`."""
        cursor = start = cursor or Cursor()
        found: dict[str, Row] = {}
        with reading(self._engine) as connection:
            for step in LOOK_BACK_STEPS:
                rows = self._walk(connection, wanted, cursor, step)
                self._collect(connection, wanted, start, rows, found)
                if len(found) > size:
                    kept = list(found.values())[:size]
                    return Page(self._lines(connection, kept), str(_after(kept[-1], wanted)))
                if len(rows) < step:
                    return Page(self._lines(connection, found.values()))
                cursor = _after(rows[-1], wanted)
            return Page(self._lines(connection, found.values()), str(cursor), unfinished=True)

    def _collect(
        self, connection: Connection, wanted: Filter, start: Cursor, rows: Sequence[Row], found: dict[str, Row]
    ) -> None:
        """Take the latest fitting turn of each conversation that no earlier page has shown."""
        fresh: dict[str, Row] = {}
        for row in rows:
            if row.fits and row.conversation_id not in found and len(found) + len(fresh) <= CONVERSATIONS_A_PAGE * 4:
                fresh.setdefault(row.conversation_id, row)
        shown = self._shown(connection, wanted, start, list(fresh)) if fresh else set()
        found |= {name: row for name, row in fresh.items() if name not in shown}

    def _shown(self, connection: Connection, wanted: Filter, start: Cursor, ids: list[str]) -> set[str]:
        """Return which of the conversations have a fitting turn at or before the cursor: an earlier page has them."""
        if start == Cursor():
            return set()
        query = self._rows(wanted, self._earlier(connection, wanted, start, ids))
        return {row.conversation_id for row in connection.execute(query) if row.fits}

    def _earlier(self, connection: Connection, wanted: Filter, start: Cursor, ids: list[str]) -> Any:
        if not wanted.q:
            later = sa.tuple_(turns.c.asked_at, turns.c.id) >= sa.tuple_(start.at, start.turn_id)
            query = sa.select(turns.c.id, sa.literal(0).label("number")).where(turns.c.conversation_id.in_(ids), later)
            return query.where(*wanted.indexed(turns)).subquery("walked")
        theirs = sa.select(words.c.number).where(words.c.conversation_id.in_(ids), words.c.number >= start.number)
        numbers = list(connection.execute(theirs).scalars()) or [0]
        return self._searched(wanted, LATEST, None, numbers)

    def _walk(self, connection: Connection, wanted: Filter, cursor: Cursor, step: int) -> list[Row]:
        if wanted.q:
            source = self._searched(wanted, cursor.number, step)
            return [] if source is None else list(connection.execute(self._rows(wanted, source, searched=True)))
        query = sa.select(turns.c.id, sa.literal(0).label("number")).where(*wanted.indexed(turns))
        if cursor.at:
            query = query.where(sa.tuple_(turns.c.asked_at, turns.c.id) < sa.tuple_(cursor.at, cursor.turn_id))
        source = query.order_by(turns.c.asked_at.desc(), turns.c.id.desc()).limit(step).subquery("walked")
        return list(connection.execute(self._rows(wanted, source)))

    def _searched(self, wanted: Filter, before: int, limit: int | None, among: Sequence[int] | None = None) -> Any:
        found = index.hits(self._engine.dialect.name, wanted.q, before, limit, among)
        if found is None:
            return None
        joined = found.join(words, words.c.number == found.c.number)
        return sa.select(words.c.turn_id.label("id"), found.c.number).select_from(joined).subquery("walked")

    def _rows(self, wanted: Filter, source: Any, *, searched: bool = False) -> Any:
        """Return narrow rows of the walked turns, latest first, each with whether the rest of the filter fits."""
        joined = source.join(turns, turns.c.id == source.c.id).join(
            conversations, conversations.c.id == turns.c.conversation_id
        )
        joined = joined.outerjoin(feedback, feedback.c.turn_id == turns.c.id)
        fits = sa.and_(wanted.rest(self._low), *(wanted.indexed(turns) if wanted.q else ()))
        columns = (turns.c.id, turns.c.asked_at, turns.c.conversation_id, source.c.number)
        query = sa.select(*columns, fits.label("fits")).select_from(joined)
        if searched:
            return query.order_by(source.c.number.desc())
        return query.order_by(turns.c.asked_at.desc(), turns.c.id.desc())

    def _lines(self, connection: Connection, rows: Iterable[Row]) -> list[Line]:
        ids = [row.id for row in rows]
        names = ("asked_at", "question", "outcome", "act", "confidence", "entry_id", "error")
        joined = (
            turns.join(conversations, conversations.c.id == turns.c.conversation_id)
            .outerjoin(feedback, feedback.c.turn_id == turns.c.id)
            .outerjoin(holds, holds.c.conversation_id == turns.c.conversation_id)
        )
        columns = [turns.c.id, turns.c.conversation_id, *(turns.c[name] for name in names)]
        query = sa.select(*columns, conversations.c.channel, feedback.c.value, holds.c.role).select_from(joined)
        found = {row.id: row for row in connection.execute(query.where(turns.c.id.in_(ids)))}
        marks = self._tags(connection, [row.conversation_id for row in found.values()])
        judged = _verdicts(connection, ids)
        return [
            Line(
                conversation_id=row.conversation_id,
                turn_id=row.id,
                channel=row.channel,
                vote=row.value or "",
                held_by=row.role or "",
                tags=tuple(marks.get(row.conversation_id, ())),
                verdict=judged.get(row.id, ""),
                **{name: getattr(row, name) for name in names},
            )
            for row in (found[turn_id] for turn_id in ids)
        ]

    def _tags(self, connection: Connection, ids: list[str]) -> dict[str, list[str]]:
        query = sa.select(tags.c.conversation_id, tags.c.tag).where(tags.c.conversation_id.in_(ids))
        found: dict[str, list[str]] = {}
        for row in connection.execute(query.order_by(tags.c.tag)):
            found.setdefault(row.conversation_id, []).append(row.tag)
        return found


def _verdicts(connection: Connection, ids: list[str]) -> dict[str, str]:
    query = sa.select(reviews.c.turn_id, reviews.c.verdict).where(reviews.c.turn_id.in_(ids)).order_by(reviews.c.look)
    return {row.turn_id: row.verdict for row in connection.execute(query)}


def _after(row: Row, wanted: Filter) -> Cursor:
    return Cursor(number=row.number) if wanted.q else Cursor(row.asked_at, row.id)
