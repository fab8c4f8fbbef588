"""Whom to tell what: one row for each enterprise, thing, reason and channel, made once whatever happens."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, take_turns, writing
from kb.locks import Lock
from kb.matching.audience import CODES, Population
from kb.matching.fields import Value, declared
from kb.matching.policies import CAUTION, Match, match
from kb.store import Store
from web import clock
from web.database import new_id
from web.profiles.service import values_of
from web.profiles.tables import profiles
from web.push.news import News, news, publication_times
from web.push.quiet_hours import due_at
from web.push.subscriptions import WAITING, Subscription, active, unwanted_of
from web.push.tables import pushes, subscriptions

ALWAYS = "面向所有订阅企业"
Rows = list[dict[str, Any]]


class Planner:
    """Plans pushes in one database."""

    def __init__(self, engine: Engine, store: Store) -> None:
        """Read entries from `store`, keep rows through `engine`."""
        self._engine, self._store = engine, store
        self._seen: tuple[str, dt.date] | None = None

    def plan_if_changed(self, now: dt.datetime | None = None, day: dt.date | None = None) -> int:
        """Plan when the entries or the day are others than the last time in this process; returns what was added."""
        seen = self._store.fingerprint(), day or clock.today()
        if seen == self._seen:
            return 0
        added = self.plan(now, day)
        self._seen = seen
        return added

    def plan(self, now: dt.datetime | None = None, day: dt.date | None = None) -> int:
        """Add a row for everything that is to be told and has none yet; returns how many were added."""
        now, day = now or clock.now(), day or clock.today()
        entries = self._store.entries(kinds=("policy", "notice"))
        with reading(self._engine) as connection:
            told = news(entries, publication_times(connection), now, day)
            if not told:
                return 0
            wishes = active(connection)
            refused = unwanted_of(connection, {one.profile_id for one in wishes})
            known = _values(connection)
        rows = [row for one in told for row in _rows(one, wishes, known, refused, now)]
        return self._add(rows)

    def _add(self, rows: Rows) -> int:
        if not rows:
            return 0
        with writing(self._engine) as connection:
            take_turns(connection, Lock.PLANNING)
            there = _there(connection, {str(row["entry_id"]) for row in rows})
            alive = set(connection.execute(sa.select(profiles.c.id)).scalars())
            fresh = [row for row in rows if _key(row) not in there and row["profile_id"] in alive]
            if fresh:
                connection.execute(sa.insert(pushes), fresh)
        return len(fresh)


def _values(connection: Connection) -> dict[str, dict[str, Value]]:
    """Return the values of every enterprise that has a subscription."""
    subscribed = sa.select(subscriptions.c.profile_id).where(subscriptions.c.ended_at.is_(None))
    query = sa.select(profiles.c.id, profiles.c.data).where(profiles.c.id.in_(subscribed))
    return {row.id: values_of(row.data, declared()) for row in connection.execute(query)}


def _rows(
    one: News,
    wishes: Sequence[Subscription],
    known: Mapping[str, Mapping[str, Value]],
    refused: Mapping[str, set[tuple[str, str]]],
    now: dt.datetime,
) -> Iterable[dict[str, Any]]:
    own = {("entry", one.entry.id), ("theme", one.entry.theme)}
    channels = defaultdict(list)
    for wish in wishes:
        late = one.since is not None and wish.since > one.since
        if wish.profile_id in known and not late and not refused.get(wish.profile_id, set()) & own:
            channels[wish.profile_id].append(wish)
    population = Population.of(((key, known[key]) for key in channels), one.conditions.day)
    standings = population.standings(one.conditions)
    for key, standing in zip(population.keys, standings, strict=True):
        if CODES[standing] == "not_met":
            continue
        found = match(known[str(key)], [one.conditions])[0]
        if worth_telling(found):
            yield from (_row(one, wish, found, now) for wish in channels[str(key)])


def worth_telling(found: Match) -> bool:
    """Say whether a match is pushed: nothing rules it out, and something is met where anything is asked."""
    return found.standing != "not_met" and (not found.outcomes or bool(found.of("met")))


def _row(one: News, wish: Subscription, found: Match, now: dt.datetime) -> dict[str, Any]:
    why = found.explanation.removesuffix(CAUTION).strip("。") if found.outcomes else ALWAYS
    return {
        "id": new_id(),
        "profile_id": wish.profile_id,
        "entry_id": one.entry.id,
        "version": one.entry.version,
        "reason": one.reason,
        "channel": wish.channel,
        "status": WAITING,
        "title": one.entry.title[:200],
        "why": why,
        "made_at": now,
        "due_at": due_at(wish.frequency, wish.quiet, now),
        "tries": 0,
        "trouble": "",
    }


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("profile_id", "entry_id", "version", "reason", "channel"))


def _there(connection: Connection, entry_ids: set[str]) -> set[tuple[Any, ...]]:
    columns = (pushes.c.profile_id, pushes.c.entry_id, pushes.c.version, pushes.c.reason, pushes.c.channel)
    query = sa.select(*columns).where(pushes.c.entry_id.in_(sorted(entry_ids)))
    return {tuple(row) for row in connection.execute(query)}
