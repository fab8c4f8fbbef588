"""Judging answers: one look by each of two people, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, take_turns, writing
from kb.locks import Lock
from kb.privacy import mask
from web import clock
from web.accounts import audit
from web.chat.tables import turns
from web.errors import UnknownTurn
from web.review.errors import BadReview, ReviewClosed
from web.review.labels import ACTS, VERDICTS
from web.review.tables import reviews

LOOKS = 2
NOTE_LENGTH = 500


@dataclass(frozen=True)
class Judgement:
    """What one person says of one turn: a verdict, and the act and entry that would have been right."""

    verdict: str
    act: str = ""
    entry: str = ""
    note: str = ""


@dataclass(frozen=True)
class Judged:
    """A turn with the looks at it, in their order."""

    turn: Row
    looks: tuple[Row, ...]

    @property
    def agreed(self) -> bool:
        """Whether two people have looked and say the same."""
        if len(self.looks) < LOOKS:
            return False
        first, second = self.looks[:LOOKS]
        return (first.verdict, first.act, first.entry_id) == (second.verdict, second.act, second.entry_id)


class Reviews:
    """The judgements in the database. `entries` are the ids that a corrected entry may have."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def judge(self, turn_id: str, reviewer: str, said: Judgement, entries: Collection[str]) -> int:
        """Keep a judgement and return which look it is, 1 or 2.

        The same person again changes their own word. Raises BadReview, UnknownTurn, ReviewClosed for a third person.
        """
        _check(said, entries)
        with writing(self._engine) as connection:
            take_turns(connection, Lock.REVIEW)
            turn = connection.execute(sa.select(turns).where(turns.c.id == turn_id)).first()
            if turn is None:
                raise UnknownTurn("没有这一问")
            there = list(connection.execute(_looks(turn_id)))
            mine = next((row for row in there if row.reviewer == reviewer), None)
            if mine is None and len(there) >= LOOKS:
                raise ReviewClosed("已有两人评定过这一问")
            look = mine.look if mine else 1 + max((row.look for row in there), default=0)
            self._keep(connection, turn, look, mine, reviewer, said)
        return int(look)

    def _keep(
        self, connection: Connection, turn: Row, look: int, mine: Row | None, reviewer: str, said: Judgement
    ) -> None:
        values = {
            "verdict": said.verdict,
            "act": said.act or turn.act,
            "entry_id": said.entry or turn.entry_id,
            "note": mask(said.note.strip()[:NOTE_LENGTH]).text,
            "at": clock.now(),
        }
        before = {name: getattr(mine, name) for name in ("verdict", "act", "entry_id", "note")} if mine else None
        if mine:
            same = sa.and_(reviews.c.turn_id == turn.id, reviews.c.look == look)
            connection.execute(sa.update(reviews).where(same).values(**values))
        else:
            row = {"turn_id": turn.id, "look": look, "reviewer": reviewer, "first_verdict": said.verdict, **values}
            connection.execute(sa.insert(reviews), row)
        after = {name: value for name, value in values.items() if name != "at"}
        audit.record(connection, reviewer, "review.judge", f"turn:{turn.id}", before, after)

    def waiting(self, reviewer: str, limit: int = 50) -> list[Row]:
        """Return turns that one other person has judged, oldest first: they wait for this person's second look."""
        once = (
            sa.select(reviews.c.turn_id).group_by(reviews.c.turn_id).having(sa.func.count() < LOOKS).scalar_subquery()
        )
        query = sa.select(turns).join(reviews, reviews.c.turn_id == turns.c.id)
        query = query.where(reviews.c.turn_id.in_(once), reviews.c.reviewer != reviewer)
        with reading(self._engine) as connection:
            return list(connection.execute(query.order_by(reviews.c.at, turns.c.id).limit(limit)))

    def of_person(self, reviewer: str, ids: Collection[str]) -> dict[str, Row]:
        """Return this person's judgements of these turns, by turn."""
        query = sa.select(reviews).where(reviews.c.reviewer == reviewer, reviews.c.turn_id.in_(list(ids)))
        with reading(self._engine) as connection:
            return {row.turn_id: row for row in connection.execute(query)}

    def judged(self, since: dt.datetime | None = None, limit: int = 5000) -> list[Judged]:
        """Return the judged turns with their looks, latest first."""
        latest = sa.func.max(reviews.c.at)
        picked = sa.select(reviews.c.turn_id).group_by(reviews.c.turn_id).order_by(latest.desc(), reviews.c.turn_id)
        if since:
            picked = picked.having(latest >= since)
        with reading(self._engine) as connection:
            ids = list(connection.execute(picked.limit(limit)).scalars())
            looks: dict[str, list[Row]] = {}
            rows: dict[str, Row] = {}
            for begin in range(0, len(ids), 500):
                some = ids[begin : begin + 500]
                for row in connection.execute(
                    sa.select(reviews).where(reviews.c.turn_id.in_(some)).order_by(reviews.c.look)
                ):
                    looks.setdefault(row.turn_id, []).append(row)
                rows |= {row.id: row for row in connection.execute(sa.select(turns).where(turns.c.id.in_(some)))}
        return [Judged(rows[name], tuple(looks[name])) for name in ids]

    def settled(self) -> list[tuple[str, str]]:
        """Return (question, right entry) of unmasked turns that two people judged alike, latest first."""
        found = [(one.turn.question, one.looks[0].entry_id) for one in self.judged() if one.agreed]
        return [(question, entry) for question, entry in found if entry and "***" not in question]


def _looks(turn_id: str) -> sa.sql.Select:
    return sa.select(reviews).where(reviews.c.turn_id == turn_id).order_by(reviews.c.look)


def _check(said: Judgement, entries: Collection[str]) -> None:
    if said.verdict not in VERDICTS:
        raise BadReview("请选正确、部分正确或错误")
    if said.act and said.act not in ACTS:
        raise BadReview(f"没有“{said.act}”这种意图")
    if said.entry and said.entry not in entries:
        raise BadReview(f"没有编号为“{said.entry}”的条目")
