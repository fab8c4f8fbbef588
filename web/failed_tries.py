"""Failed tries, counted by key within a window: in a table of one row a key, or in one of one row a failure.

The caller passes the table and its own time, and counts inside its own transaction.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class Patience:
    """How many failures are free, and the wait in seconds after the next, doubled each time up to the longest."""

    free: int
    first: int
    longest: int

    def wait(self, failures: int) -> int:
        """Return the wait after so many failures."""
        beyond = failures - self.free
        return 0 if beyond < 0 else min(self.longest, self.first << min(beyond, 16))


@dataclass(frozen=True)
class Tally:
    """Counts in a row a key, with a wait that grows; the window starts anew with each failure.

    The table has `key`, `failures`, `last_at` and `blocked_until`. Callers take turns where tries come at once.
    """

    table: sa.Table
    window: dt.timedelta

    def wait(self, connection: Connection, key: str, now: dt.datetime) -> int:
        """Return the seconds for which the key has to wait still, rounded up; 0 when it may try."""
        until = connection.execute(sa.select(self.table.c.blocked_until).where(self._is(key))).scalar()
        return int((until - now).total_seconds()) + 1 if until and until > now else 0

    def failures(self, connection: Connection, key: str) -> int:
        """Return how many failures are kept against the key."""
        return connection.execute(sa.select(self.table.c.failures).where(self._is(key))).scalar() or 0

    def add(self, connection: Connection, key: str, patience: Patience, now: dt.datetime) -> int:
        """Count one failure, which may make the key wait from now on; returns how many there are in the window."""
        row = connection.execute(sa.select(self.table).where(self._is(key))).first()
        failures = row.failures + 1 if row and now - row.last_at < self.window else 1
        wait = patience.wait(failures)
        until = now + dt.timedelta(seconds=wait) if wait else None
        values = {"failures": failures, "last_at": now, "blocked_until": until}
        if row:
            connection.execute(sa.update(self.table).where(self._is(key)).values(**values))
        else:
            connection.execute(sa.insert(self.table), {"key": key, **values})
        return failures

    def take_back(self, connection: Connection, key: str) -> None:
        """Count one failure less: the try turned out well."""
        fewer = sa.update(self.table).where(self._is(key), self.table.c.failures > 0)
        connection.execute(fewer.values(failures=self.table.c.failures - 1))

    def forget(self, connection: Connection, key: str) -> None:
        """Let the key try again at once."""
        connection.execute(sa.delete(self.table).where(self._is(key)))

    def _is(self, key: str) -> sa.sql.ColumnElement[bool]:
        return self.table.c.key == key


@dataclass(frozen=True)
class Log:
    """Keeps a row a failure, which counts against several keys at once: one in each of the table's text columns.

    The table has `at` beside them; a failure counts as long as it lies within the window.
    """

    table: sa.Table
    window: dt.timedelta

    def failures(self, connection: Connection, column: str, key: str, now: dt.datetime) -> int:
        """Return how many failures of the window stand against the key in this column."""
        here = (self.table.c[column] == self._cut(column, key), self.table.c.at >= now - self.window)
        return int(connection.execute(sa.select(sa.func.count()).select_from(self.table).where(*here)).scalar_one())

    def add(self, connection: Connection, now: dt.datetime, **keys: str) -> None:
        """Keep one failure against these keys, each under the name of its column."""
        row = {column: self._cut(column, key) for column, key in keys.items()}
        connection.execute(sa.insert(self.table), {**row, "at": now})

    def _cut(self, column: str, key: str) -> str:
        return key[: self.table.c[column].type.length]
