"""Rows of the queue as they are kept: questions of one meaning, with the turns in which they were asked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from web import clock
from web.curation.errors import UnknownQuestion
from web.curation.tables import asked, questions

TURNS_OF_A_ROW = 500


@dataclass(frozen=True)
class Asked:
    """One turn in a row of the queue."""

    turn_id: str
    text: str
    reason: str
    act: str
    after_entry: str
    entry_id: str
    entry_version: int
    facet_key: str
    asked_at: dt.datetime
    answered: bool


@dataclass(frozen=True)
class Question:
    """A row of the queue: `size` turns of one meaning, the department that owns the nearest entry."""

    id: str
    title: str
    department: str
    near_id: str
    entry_id: str
    size: int
    opened_at: dt.datetime
    last_at: dt.datetime
    state: str
    closed_at: dt.datetime | None
    closed_by: str
    note: str
    asked: tuple[Asked, ...] = field(default=())

    @property
    def days(self) -> int:
        """How many days the oldest of its turns has waited."""
        return (clock.now() - self.opened_at).days

    @property
    def texts(self) -> tuple[str, ...]:
        """The different wordings, in the order asked."""
        return tuple(dict.fromkeys(one.text for one in self.asked))


def read(connection: Connection, question_id: str) -> Question:
    """Return one row with its turns (UnknownQuestion)."""
    row = connection.execute(sa.select(questions).where(questions.c.id == question_id)).first()
    if row is None:
        raise UnknownQuestion("没有这一行，或它已经被清除")
    return with_asked(connection, row)


def with_asked(connection: Connection, row: Row) -> Question:
    """Return a row with its turns, oldest first, TURNS_OF_A_ROW at most."""
    query = sa.select(asked).where(asked.c.question_id == row.id).order_by(asked.c.asked_at).limit(TURNS_OF_A_ROW)
    found = [dict(one) for one in connection.execute(query).mappings()]
    for one in found:
        del one["question_id"]
    return Question(**row._mapping, asked=tuple(Asked(**one) for one in found))


def change(connection: Connection, question_id: str, **values: object) -> None:
    """Write values of a row."""
    connection.execute(sa.update(questions).where(questions.c.id == question_id).values(**values))
