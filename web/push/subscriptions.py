"""What enterprises want to hear of and where: subscriptions by channel, and what they are not interested in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.errors import InvalidField
from web.outbox import NAMES
from web.profiles.service import SELF, Audit, unaudited
from web.push.quiet_hours import FREQUENCIES, Quiet
from web.push.tables import pushes, subscriptions, unwanted

Kind = Literal["entry", "theme"]
WAITING = "waiting"
STOPPED = "stopped"


@dataclass(frozen=True)
class Subscription:
    """One channel of an enterprise; `since` is UTC: only what is published later is sent."""

    profile_id: str
    channel: str
    frequency: str
    quiet: Quiet | None
    since: dt.datetime

    @property
    def text(self) -> str:
        """What was chosen, in words."""
        quiet = f"，{self.quiet.text} 不打扰" if self.quiet else ""
        return f"{NAMES[self.channel]}：{FREQUENCIES[self.frequency]}{quiet}"


class Wishes:
    """The subscriptions of one database. Safe to share between threads; every call is one transaction."""

    def __init__(self, engine: Engine, audit: Audit = unaudited) -> None:
        """Keep rows through `engine`; `audit` writes into the log in the same transaction."""
        self._engine, self._audit = engine, audit

    def of(self, profile_id: str) -> list[Subscription]:
        """Return the subscriptions in force of an enterprise, by channel."""
        with reading(self._engine) as connection:
            return active(connection, profile_id)

    def subscribe(self, profile_id: str, channel: str, frequency: str = "now", quiet: Quiet | None = None) -> None:
        """Take a channel up, or change how often and when; what was published before is not sent (InvalidField)."""
        if channel not in NAMES or frequency not in FREQUENCIES:
            raise InvalidField("请从列出的渠道和频率里选", field="channel")
        mine = sa.and_(subscriptions.c.profile_id == profile_id, subscriptions.c.channel == channel)
        wish = {
            "frequency": frequency,
            "quiet_from": quiet.begin if quiet else None,
            "quiet_to": quiet.end if quiet else None,
            "ended_at": None,
        }
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(subscriptions).where(mine).with_for_update()).first()
            if row is None:
                fixed = {"profile_id": profile_id, "channel": channel, "since": clock.now()}
                connection.execute(sa.insert(subscriptions), {**wish, **fixed})
            else:
                again = {"since": clock.now()} if row.ended_at is not None else {}
                connection.execute(sa.update(subscriptions).where(mine).values(**wish, **again))
            self._audit(connection, SELF, "push.subscribe", f"profile:{profile_id}", None, [channel, frequency])

    def unsubscribe(self, profile_id: str, channel: str = "") -> int:
        """End one channel, or all; what still waits is not sent any more. Returns how many ended now."""
        mine = [subscriptions.c.profile_id == profile_id, subscriptions.c.ended_at.is_(None)]
        waits = [pushes.c.profile_id == profile_id, pushes.c.status == WAITING]
        if channel:
            mine.append(subscriptions.c.channel == channel)
            waits.append(pushes.c.channel == channel)
        with writing(self._engine) as connection:
            ended = connection.execute(sa.update(subscriptions).where(*mine).values(ended_at=clock.now())).rowcount
            connection.execute(sa.update(pushes).where(*waits).values(status=STOPPED, trouble="已退订"))
            if ended:
                self._audit(connection, SELF, "push.unsubscribe", f"profile:{profile_id}", None, [channel or "*"])
        return int(ended)

    def refuse(self, profile_id: str, kind: Kind, name: str) -> None:
        """Remember that an enterprise does not want to hear of an entry or a theme; twice is once."""
        row = {"profile_id": profile_id, "kind": kind, "name": name[:80]}
        same = [unwanted.c[key] == value for key, value in row.items()]
        waits = [pushes.c.profile_id == profile_id, pushes.c.status == WAITING, pushes.c.entry_id == name]
        with writing(self._engine) as connection:
            if connection.execute(sa.select(unwanted.c.name).where(*same)).first() is None:
                connection.execute(sa.insert(unwanted), {**row, "at": clock.now()})
            if kind == "entry":
                connection.execute(sa.update(pushes).where(*waits).values(status=STOPPED, trouble="不感兴趣"))

    def allow(self, profile_id: str, kind: Kind, name: str) -> None:
        """Forget that something was not wanted."""
        row = {"profile_id": profile_id, "kind": kind, "name": name}
        with writing(self._engine) as connection:
            connection.execute(sa.delete(unwanted).where(*[unwanted.c[key] == value for key, value in row.items()]))

    def refused(self, profile_id: str) -> list[tuple[str, str]]:
        """Return (kind, name) of what an enterprise does not want to hear of."""
        with reading(self._engine) as connection:
            found = unwanted_of(connection, [profile_id]).get(profile_id, set())
        return sorted(found)


def active(connection: Connection, profile_id: str = "") -> list[Subscription]:
    """Return the subscriptions in force, of one enterprise or of all, in the order of enterprise and channel."""
    query = sa.select(subscriptions).where(subscriptions.c.ended_at.is_(None))
    if profile_id:
        query = query.where(subscriptions.c.profile_id == profile_id)
    rows = connection.execute(query.order_by(subscriptions.c.profile_id, subscriptions.c.channel)).all()
    return [_subscription(row) for row in rows]


def unwanted_of(connection: Connection, profile_ids: Iterable[str]) -> dict[str, set[tuple[str, str]]]:
    """Return for each enterprise the (kind, name) pairs it does not want."""
    wanted, found = set(profile_ids), dict[str, set[tuple[str, str]]]()
    for row in connection.execute(sa.select(unwanted)):
        if row.profile_id in wanted:
            found.setdefault(row.profile_id, set()).add((row.kind, row.name))
    return found


def _subscription(row: Row) -> Subscription:
    quiet = None if row.quiet_from is None else Quiet(row.quiet_from, row.quiet_to)
    return Subscription(row.profile_id, row.channel, row.frequency, quiet, row.since)
