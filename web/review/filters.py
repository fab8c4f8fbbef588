"""Which conversations are wanted: read from an address, kept under a name, and as conditions of a statement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.chat.tables import conversations, feedback, turns
from web.database import new_id
from web.review.errors import BadTag
from web.review.labels import OUTCOMES, VOTES
from web.review.tables import saved_filters, tags

LONGEST_FILTER_TEXT = 100
NAME_LENGTH = 20
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
NEEDS_EYES = ("no_answer", "refused", "handoff", "error")


@dataclass(frozen=True)
class Filter:
    """Which turns are wanted; an empty field wants all. Days are days in China, both included; `below` is 0-1."""

    q: str = ""
    begin: dt.date | None = None
    end: dt.date | None = None
    channel: str = ""
    outcome: str = ""
    act: str = ""
    entry: str = ""
    vote: str = ""
    tag: str = ""
    below: float | None = None
    eyes: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Filter:
        """Read the fields of an address; a value that cannot be used is left out."""
        texts = {
            name: given.get(name, "").strip()[:LONGEST_FILTER_TEXT] for name in ("q", "channel", "act", "entry", "tag")
        }
        return cls(
            **texts,
            begin=day(given.get("begin", "")),
            end=day(given.get("end", "")),
            outcome=given.get("outcome", "") if given.get("outcome", "") in OUTCOMES else "",
            vote=given.get("vote", "") if given.get("vote", "") in VOTES else "",
            below=_share(given.get("below", "")),
            eyes=given.get("eyes", "") == "1",
        )

    def given(self) -> dict[str, str]:
        """Return the fields that are set, as an address has them."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            name: "1" if value is True else str(value)
            for name, value in values.items()
            if value not in ("", None, False)
        }

    def indexed(self, turn: Any) -> list[Any]:
        """Return the conditions for which the turns have an index by time."""
        found = []
        for name, column in (("outcome", turn.c.outcome), ("act", turn.c.act), ("entry", turn.c.entry_id)):
            if getattr(self, name):
                found.append(column == getattr(self, name))
        if self.begin:
            found.append(turn.c.asked_at >= midnight(self.begin))
        if self.end:
            found.append(turn.c.asked_at < midnight(self.end + dt.timedelta(days=1)))
        if self.tag:
            tagged = sa.select(tags.c.conversation_id).where(tags.c.tag == self.tag)
            found.append(turn.c.conversation_id.in_(tagged))
        if self.vote:
            # Asked turn by turn: SQLite would fill a table with every vote there is for an IN.
            found.append(sa.exists().where(feedback.c.turn_id == turn.c.id, feedback.c.value == self.vote))
        return found

    def rest(self, low: float) -> Any:
        """Return the other conditions on turns joined with conversations and votes; `low` is a low confidence."""
        found = [sa.true()]
        if self.channel:
            found.append(conversations.c.channel == self.channel)
        if self.below is not None:
            found.append(turns.c.confidence < self.below)
        if self.eyes:
            unsure = sa.and_(turns.c.outcome.in_(("answered", "clarify")), turns.c.confidence < low)
            down = sa.func.coalesce(feedback.c.value, "") == "down"
            found.append(sa.or_(turns.c.outcome.in_(NEEDS_EYES), unsure, down))
        return sa.and_(*found)


@dataclass(frozen=True)
class Saved:
    """A filter that somebody keeps under a name."""

    id: str
    name: str
    query: dict[str, str]


class SavedFilters:
    """The filters of one person."""

    def __init__(self, engine: Engine, owner: str) -> None:
        """Keep rows through `engine` for the account `owner`."""
        self._engine, self._owner = engine, owner

    def all(self) -> list[Saved]:
        """Return them by name."""
        query = sa.select(saved_filters).where(saved_filters.c.owner == self._owner).order_by(saved_filters.c.name)
        with reading(self._engine) as connection:
            return [Saved(row.id, row.name, dict(row.query)) for row in connection.execute(query)]

    def keep(self, name: str, wanted: Filter) -> None:
        """Keep a filter; the same name again replaces it (BadTag)."""
        name = short(name, "筛选的名称")
        mine = (saved_filters.c.owner == self._owner, saved_filters.c.name == name)
        row = {"id": new_id(), "owner": self._owner, "name": name, "query": wanted.given(), "saved_at": clock.now()}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(saved_filters).where(*mine))
            connection.execute(sa.insert(saved_filters), row)

    def drop(self, filter_id: str) -> None:
        """Forget one of this person's filters."""
        mine = (saved_filters.c.owner == self._owner, saved_filters.c.id == filter_id)
        with writing(self._engine) as connection:
            connection.execute(sa.delete(saved_filters).where(*mine))


def short(text: str, what: str) -> str:
    """Return a name in one line of 1 to 20 characters (BadTag)."""
    found = " ".join(text.split())
    if not 1 <= len(found) <= NAME_LENGTH:
        raise BadTag(f"{what}要写 1 到 {NAME_LENGTH} 个字")
    return found


def midnight(day: dt.date) -> dt.datetime:
    """Return the instant at which a day begins in China, in UTC as the tables keep it."""
    return dt.datetime.combine(day, dt.time(), clock.CHINA).astimezone(dt.timezone.utc).replace(tzinfo=None)


def day(text: str) -> dt.date | None:
    """Return a day written as 2026-11-22, None for anything else."""
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


def _share(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= 1 else None
