"""The list of entries with what a curator filters by: state, dates, how often each is the answer, how it is rated."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading
from kb.tables import entries as heads
from kb.tables import versions
from web import clock
from web.chat.tables import feedback, turns

ENTRIES_A_PAGE = 30
EXPIRING_WITHIN = dt.timedelta(days=30)
COUNTED_FOR = 60.0  # seconds that counts of hits are kept at hand
PERIOD = dt.timedelta(days=90)
POOR_SHARE_UP = 0.5
MARKS = {
    "": "全部",
    "overdue": "复核到期",
    "expiring": "30天内失效",
    "never": "从未命中",
    "low": "评价低",
    "pending": "有未发布的修改",
}


@dataclass(frozen=True)
class Use:
    """How an entry was used in the last 90 days: answers, thumbs up and down, the last time (UTC)."""

    hits: int = 0
    up: int = 0
    down: int = 0
    last_at: dt.datetime | None = None

    @property
    def low(self) -> bool:
        """Whether at least half of two or more votes are against it."""
        return self.down >= 2 and self.up / (self.up + self.down) <= POOR_SHARE_UP


@dataclass(frozen=True)
class Item:
    """One line of the list: the newest version of an entry, and how it is used."""

    id: str
    version: int
    public_version: int | None
    status: str
    kind: str
    theme: str
    department: str
    title: str
    words: str
    review_by: dt.date | None
    effective_to: dt.date | None
    use: Use = Use()

    def marked(self, mark: str, day: dt.date) -> bool:
        """Say whether a mark of MARKS fits on `day`."""
        live = self.public_version is not None
        return {
            "": True,
            "overdue": live and self.review_by is not None and self.review_by < day,
            "expiring": live and self.effective_to is not None and day <= self.effective_to <= day + EXPIRING_WITHIN,
            "never": live and not self.use.hits,
            "low": self.use.low,
            "pending": self.status in ("draft", "in_review"),
        }.get(mark, False)


@dataclass(frozen=True)
class Wanted:
    """What the list is filtered by; empty wants all."""

    q: str = ""
    kind: str = ""
    theme: str = ""
    department: str = ""
    status: str = ""
    mark: str = ""

    def fits(self, item: Item, day: dt.date) -> bool:
        """Say whether a line is wanted."""
        exact = (("kind", item.kind), ("theme", item.theme), ("department", item.department), ("status", item.status))
        return (
            all(getattr(self, name) in ("", value) for name, value in exact)
            and all(word in item.words for word in self.q.lower().split())
            and item.marked(self.mark, day)
        )


class Shelf:
    """All entries in brief. What was read once is read again only when it has a newer version."""

    def __init__(self, engine: Engine) -> None:
        """Read through `engine`."""
        self._engine = engine
        self._guard = threading.Lock()
        self._read: dict[str, Item] = {}
        self._uses: dict[str, Use] = {}
        self._counted = 0.0

    def items(self) -> list[Item]:
        """Return every entry, in the order of the ids (A2 before A10)."""
        uses = self.uses()
        query = sa.select(heads.c.id, heads.c.version, heads.c.public_version).order_by(heads.c.sort_key, heads.c.id)
        with self._guard, reading(self._engine) as connection:
            rows = connection.execute(query).all()
            known = {(item.id, item.version, item.public_version) for item in self._read.values()}
            for row in rows:
                if tuple(row) not in known:
                    self._read[row.id] = self._item(connection, row)
            there = [self._read[row.id] for row in rows]
        return [Item(**{**vars(item), "use": uses.get(item.id, Use())}) for item in there]

    def page(self, wanted: Wanted, number: int = 1) -> tuple[list[Item], int]:
        """Return page `number` (from 1) of what is wanted, and how many there are."""
        found = [item for item in self.items() if wanted.fits(item, clock.today())]
        return found[(number - 1) * ENTRIES_A_PAGE : number * ENTRIES_A_PAGE], len(found)

    def uses(self) -> dict[str, Use]:
        """Return how each entry was used; counted anew at most once a minute."""
        if time.monotonic() - self._counted > COUNTED_FOR or not self._counted:
            self._uses, self._counted = self._count(), time.monotonic()
        return self._uses

    def samples(self, entry_id: str, most: int = 8) -> list[tuple[str, dt.datetime, str]]:
        """Return the latest (question, time, vote) that an entry answered."""
        joined = turns.outerjoin(feedback, feedback.c.turn_id == turns.c.id)
        query = sa.select(turns.c.question, turns.c.asked_at, feedback.c.value).select_from(joined)
        query = query.where(turns.c.entry_id == entry_id).order_by(turns.c.asked_at.desc()).limit(most)
        with reading(self._engine) as connection:
            return [(row.question, row.asked_at, row.value or "") for row in connection.execute(query)]

    def _count(self) -> dict[str, Use]:
        joined = turns.outerjoin(feedback, feedback.c.turn_id == turns.c.id)
        votes = [sa.func.sum(sa.case((feedback.c.value == value, 1), else_=0)) for value in ("up", "down")]
        query = sa.select(turns.c.entry_id, sa.func.count(), *votes, sa.func.max(turns.c.asked_at))
        query = query.select_from(joined).where(turns.c.entry_id != "", turns.c.asked_at > clock.now() - PERIOD)
        with reading(self._engine) as connection:
            return {row[0]: Use(*row[1:]) for row in connection.execute(query.group_by(turns.c.entry_id))}

    def _item(self, connection: sa.engine.Connection, row: sa.engine.Row) -> Item:
        newest = (versions.c.entry_id == row.id, versions.c.version == row.version)
        found = connection.execute(sa.select(versions).where(*newest)).one()
        data = json.loads(found.data)
        return Item(
            id=row.id,
            version=row.version,
            public_version=row.public_version,
            status=found.status,
            kind=found.kind,
            theme=found.theme,
            words=found.words,
            department=data.get("department") or "",
            title=data.get("title") or "",
            review_by=_day(data.get("review_by")),
            effective_to=_day(data.get("effective_to")),
        )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
