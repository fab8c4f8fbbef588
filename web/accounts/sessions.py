"""Who is signed in where: one row a browser, ended at any time from either side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, writing
from web import clock
from web.accounts.people import Person, person
from web.accounts.tables import people, sessions
from web.one_time_tokens import digest, new_token

IDLE = dt.timedelta(hours=1)
LONGEST_SESSION = dt.timedelta(hours=12)
NOTED_EVERY = dt.timedelta(minutes=1)  # a row is not written at each click


@dataclass(frozen=True)
class Session:
    """One browser that is signed in."""

    digest: str
    person: Person
    began_at: dt.datetime
    seen_at: dt.datetime
    address: str
    agent: str


class Sessions:
    """The sessions in the database; the browser holds a random token, the table its hash."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def find(self, token: str) -> Session | None:
        """Return the session of a token while it lasts and its person is active, and note that it was used."""
        kept, now = digest(token), clock.now()
        with reading(self._engine) as connection:
            row = connection.execute(_live(now).where(sessions.c.digest == kept)).first()
        if row is None:
            return None
        if now - row.seen_at >= NOTED_EVERY:
            seen = sa.update(sessions).where(sessions.c.digest == kept).values(seen_at=now)
            with writing(self._engine) as connection:
                connection.execute(seen)
        return _session(row)

    def all(self, person_id: str = "") -> list[Session]:
        """Return the sessions that last, latest used first; of one person when an id is given."""
        query = _live(clock.now()).order_by(sessions.c.seen_at.desc())
        if person_id:
            query = query.where(sessions.c.person_id == person_id)
        with reading(self._engine) as connection:
            return [_session(row) for row in connection.execute(query)]

    def end(self, token: str) -> None:
        """End the session of this token."""
        with writing(self._engine) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.digest == digest(token)))


def begin(connection: Connection, person_id: str, address: str, agent: str, instead: str = "") -> str:
    """Open a session in the caller's transaction and return its new token; the one of `instead` ends."""
    token, now = new_token(), clock.now()
    row = {
        "digest": digest(token),
        "person_id": person_id,
        "began_at": now,
        "seen_at": now,
        "address": address[:64],
        "agent": agent[:200],
    }
    worn = sa.or_(sessions.c.digest == digest(instead), sessions.c.began_at < now - LONGEST_SESSION)
    connection.execute(sa.delete(sessions).where(worn))
    connection.execute(sa.insert(sessions), row)
    return token


def end_all(connection: Connection, person_id: str, but: str = "") -> int:
    """End the person's sessions, except the one of the token `but`; returns how many there were."""
    mine = sa.delete(sessions).where(sessions.c.person_id == person_id, sessions.c.digest != digest(but))
    return int(connection.execute(mine).rowcount)


def _live(now: dt.datetime) -> Any:
    lasting = (sessions.c.seen_at > now - IDLE, sessions.c.began_at > now - LONGEST_SESSION, people.c.active.is_(True))
    joined = sessions.join(people, people.c.id == sessions.c.person_id)
    return sa.select(people, sessions).select_from(joined).where(*lasting)


def _session(row: Any) -> Session:
    return Session(row.digest, person(row), row.began_at, row.seen_at, row.address, row.agent)
