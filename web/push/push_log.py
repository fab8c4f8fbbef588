"""The log of pushes: to whom, what, why, and what became of it; and the opening of a message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.errors import InvalidField
from web.profiles.service import Audit, unaudited
from web.profiles.tables import profiles
from web.push.sending import FAILED, STATUSES, UNCLEAR
from web.push.subscriptions import WAITING
from web.push.tables import pushes

PUSHES_A_PAGE = 50


@dataclass(frozen=True)
class Pushed:
    """One line of the log; instants are UTC."""

    id: str
    enterprise: str
    profile_id: str
    entry_id: str
    version: int
    reason: str
    channel: str
    status: str
    title: str
    why: str
    made_at: dt.datetime
    due_at: dt.datetime
    sent_at: dt.datetime | None
    opened_at: dt.datetime | None
    trouble: str


class PushLog:
    """The log of one database. Safe to share between threads."""

    def __init__(self, engine: Engine, audit: Audit = unaudited) -> None:
        """Read through `engine`; what staff change is written into `audit`."""
        self._engine, self._audit = engine, audit

    def page(self, *, status: str = "", profile_id: str = "", number: int = 1) -> tuple[int, list[Pushed]]:
        """Return how many lines there are, and page `number` (from 1) of them, newest first."""
        where: list[Any] = [pushes.c.status == status] if status in STATUSES else []
        where += [pushes.c.profile_id == profile_id] if profile_id else []
        names = [column for column in pushes.c if column.name in Pushed.__annotations__]
        query = sa.select(*names, profiles.c.name.label("enterprise")).join(
            profiles, profiles.c.id == pushes.c.profile_id
        )
        query = query.where(*where).order_by(pushes.c.made_at.desc(), pushes.c.id)
        count = sa.select(sa.func.count()).select_from(pushes).where(*where)
        with reading(self._engine) as connection:
            total = int(connection.execute(count).scalar_one())
            rows = connection.execute(query.limit(PUSHES_A_PAGE).offset((number - 1) * PUSHES_A_PAGE)).mappings().all()
        return total, [Pushed(**row) for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many lines stand in each status, and how many messages were opened."""
        query = sa.select(pushes.c.status, sa.func.count(), sa.func.count(pushes.c.opened_at)).group_by(pushes.c.status)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        found = {row[0]: int(row[1]) for row in rows}
        return {**{name: found.get(name, 0) for name in STATUSES}, "opened": sum(int(row[2]) for row in rows)}

    def open(self, batch: str) -> str | None:
        """Note that a message was opened and return the entry it tells of first, None when there is no such message."""
        here = pushes.c.batch == batch
        with writing(self._engine) as connection:
            found = connection.execute(sa.select(pushes.c.entry_id).where(here).order_by(pushes.c.made_at)).scalar()
            unread = sa.and_(here, pushes.c.opened_at.is_(None))
            connection.execute(sa.update(pushes).where(unread).values(opened_at=clock.now()))
        return None if found is None else str(found)

    def send_again(self, push_id: str, *, actor: str) -> None:
        """Let a line that failed, or of which nothing is known, go out once more (InvalidField for any other)."""
        stuck = sa.and_(pushes.c.id == push_id, pushes.c.status.in_((FAILED, UNCLEAR)))
        fresh = {"status": WAITING, "due_at": clock.now(), "tries": 0, "trouble": ""}
        with writing(self._engine) as connection:
            if connection.execute(sa.update(pushes).where(stuck).values(**fresh)).rowcount != 1:
                raise InvalidField("只有没发成或不明的才能再发", field="id")
            self._audit(connection, actor, "push.again", f"push:{push_id}", None, None)
