"""The figures of a day: counted from its turns, kept once the day is over, added up into weeks and months."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, take_turns, writing
from kb.locks import Lock
from web import clock
from web.chat.tables import feedback, turns
from web.review.filters import midnight
from web.review.labels import FORMS
from web.review.registrations import sent
from web.review.tables import days

OPEN_DAYS = 2  # a turn of yesterday may still be answered; older days do not change
STEP = 1.1  # each latency class is ten percent wider than the one before
ONE = dt.timedelta(days=1)
CHINA_AHEAD = dt.timedelta(hours=8)


@dataclass(frozen=True)
class Figures:
    """What happened in a stretch of days. `latency` counts answers by class; `forms` holds begun and sent ones."""

    questions: int = 0
    conversations: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)
    latency: Counter[int] = field(default_factory=Counter)
    begun: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)

    def milliseconds(self, share: float) -> float | None:
        """Return the time within which this share (0-1) of the answers came, to ten percent; None without answers."""
        total, seen = sum(self.latency.values()), 0
        for place in sorted(self.latency):
            seen += self.latency[place]
            if seen >= share * total:
                return float(STEP**place)
        return None

    def plain(self) -> dict[str, Any]:
        """Return the figures as JSON keeps them."""
        counters = {name: dict(getattr(self, name)) for name in COUNTERS if name != "votes"}
        return {"questions": self.questions, "conversations": self.conversations, **counters}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Figures:
        """Return what `plain` wrote; votes are not in it, they may still change."""
        counters = {name: Counter(kept[name]) for name in COUNTERS if name not in ("votes", "latency")}
        latency = Counter({int(place): count for place, count in kept["latency"].items()})
        return cls(kept["questions"], kept["conversations"], latency=latency, **counters)


COUNTERS = ("outcomes", "votes", "entries", "latency", "begun", "sent")


def total(figures: Iterable[Figures]) -> Figures:
    """Return the sum; conversations are counted once a day."""
    questions = conversations = 0
    counters: dict[str, Counter[Any]] = {name: Counter() for name in COUNTERS}
    for one in figures:
        questions, conversations = questions + one.questions, conversations + one.conversations
        for name, counter in counters.items():
            counter.update(getattr(one, name))
    return Figures(questions, conversations, **counters)


def between(engine: Engine, begin: dt.date, end: dt.date) -> dict[dt.date, Figures]:
    """Return the figures of each day from `begin` up to and with `end` that had any, days in China."""
    with reading(engine) as connection:
        first = connection.execute(sa.select(sa.func.min(turns.c.asked_at))).scalar()
        begin = max(begin, _day(first)) if first else end + ONE
        query = sa.select(days).where(days.c.day >= begin, days.c.day <= end)
        found = {row.day: Figures.read(row.figures) for row in connection.execute(query)}
        missing = [day for day in _range(begin, end) if day not in found]
        counted = {day: count(connection, day) for day in missing}
        votes = _votes(connection, begin, end)
    _keep(engine, {day: one for day, one in counted.items() if day <= clock.today() - OPEN_DAYS * ONE})
    both = {**found, **counted}
    return {day: replace(one, votes=votes.get(day, Counter())) for day, one in sorted(both.items())}


def count(connection: Connection, day: dt.date) -> Figures:
    """Count a day from its turns, votes left out."""
    within = (turns.c.asked_at >= midnight(day), turns.c.asked_at < midnight(day + ONE))
    names = ("conversation_id", "outcome", "act", "entry_id", "milliseconds")
    rows = connection.execute(sa.select(*(turns.c[name] for name in names)).where(*within)).all()
    answered = [row for row in rows if row.outcome == "answered" and row.entry_id]
    acts = {act: name for act, name, _ in FORMS}
    begun = {(row.conversation_id, acts[row.act]) for row in rows if row.outcome == "form" and row.act in acts}
    return Figures(
        questions=len(rows),
        conversations=len({row.conversation_id for row in rows}),
        outcomes=Counter(row.outcome for row in rows),
        entries=Counter(row.entry_id for row in answered),
        latency=Counter(_class(row.milliseconds) for row in rows if row.milliseconds is not None),
        begun=Counter(name for _, name in begun),
        sent=sent(connection, midnight(day), midnight(day + ONE)),
    )


def _votes(connection: Connection, begin: dt.date, end: dt.date) -> dict[dt.date, Counter[str]]:
    """Count votes by the day on which they were given."""
    given = feedback.c.given_at
    if connection.dialect.name == "sqlite":
        day = sa.func.date(given, "+8 hours")
    else:
        day = sa.func.to_char(given + CHINA_AHEAD, "YYYY-MM-DD")
    query = sa.select(day.label("day"), feedback.c.value, sa.func.count().label("number"))
    query = query.where(given >= midnight(begin), given < midnight(end + ONE)).group_by(sa.text("1"), feedback.c.value)
    found: dict[dt.date, Counter[str]] = {}
    for row in connection.execute(query):
        found.setdefault(dt.date.fromisoformat(row.day), Counter())[row.value] += row.number
    return found


def _keep(engine: Engine, counted: Mapping[dt.date, Figures]) -> None:
    if not counted:
        return
    with writing(engine) as connection:
        take_turns(connection, Lock.DAILY_FIGURES)
        there = set(connection.execute(sa.select(days.c.day).where(days.c.day.in_(list(counted)))).scalars())
        rows = [{"day": day, "figures": one.plain()} for day, one in counted.items() if day not in there]
        if rows:
            connection.execute(sa.insert(days), rows)


def _class(milliseconds: float) -> int:
    return math.ceil(math.log(max(milliseconds, 1.0), STEP))


def _day(moment: dt.datetime) -> dt.date:
    return (moment.replace(tzinfo=dt.timezone.utc).astimezone(clock.CHINA)).date()


def _range(begin: dt.date, end: dt.date) -> Iterable[dt.date]:
    return (begin + ONE * number for number in range((end - begin).days + 1))
