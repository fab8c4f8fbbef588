"""Failed sign-ins are counted, against the account and against the address, and each further one waits longer."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import take_turns, writing
from web import clock
from web.accounts.errors import TooManyTries
from web.accounts.tables import attempts

TURNS = 0x51584201  # the advisory lock of this table on PostgreSQL
FORGOTTEN = dt.timedelta(hours=24)


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


ACCOUNT = Patience(free=5, first=30, longest=15 * 60)
ADDRESS = Patience(free=30, first=60, longest=60 * 60)


class Attempts:
    """The count in the database. An attempt counts as failed from its start, so that many at once gain nothing."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def begin(self, name: str, address: str) -> bool:
        """Count one attempt; True when it makes the account wait from now on. Raises TooManyTries while waiting."""
        now, account, place = clock.now(), account_key(name), address_key(address)
        with writing(self._engine) as connection:
            take_turns(connection, TURNS)
            for key in (account, place):
                _refuse_blocked(connection, key, now)
            _count(connection, place, ADDRESS, now)
            return _count(connection, account, ACCOUNT, now) >= ACCOUNT.free

    def succeeded(self, name: str, address: str) -> None:
        """Forget the account's failures and take this attempt off the address's count."""
        place = address_key(address)
        fewer = sa.update(attempts).where(attempts.c.key == place, attempts.c.failures > 0)
        with writing(self._engine) as connection:
            take_turns(connection, TURNS)
            connection.execute(sa.delete(attempts).where(attempts.c.key == account_key(name)))
            connection.execute(fewer.values(failures=attempts.c.failures - 1))

    def forget(self, connection: Connection, name: str) -> None:
        """Let the account try again at once, inside the caller's transaction."""
        connection.execute(sa.delete(attempts).where(attempts.c.key == account_key(name)))


def account_key(name: str) -> str:
    """Return the key of an account, whether or not there is one of this name."""
    return "account:" + hashlib.sha256(name.encode()).hexdigest()


def address_key(address: str) -> str:
    """Return the key of an address; neighbours in one IPv6 /64 are one visitor."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    if known.version == 6:
        known = ipaddress.ip_network((known, 64), strict=False).network_address
    return f"address:{known}"


def _refuse_blocked(connection: Connection, key: str, now: dt.datetime) -> None:
    until = connection.execute(sa.select(attempts.c.blocked_until).where(attempts.c.key == key)).scalar()
    if until and until > now:
        raise TooManyTries(int((until - now).total_seconds()) + 1)


def _count(connection: Connection, key: str, patience: Patience, now: dt.datetime) -> int:
    row = connection.execute(sa.select(attempts).where(attempts.c.key == key)).first()
    failures = row.failures + 1 if row and now - row.last_at < FORGOTTEN else 1
    wait = patience.wait(failures)
    values = {
        "failures": failures,
        "last_at": now,
        "blocked_until": now + dt.timedelta(seconds=wait) if wait else None,
    }
    if row:
        connection.execute(sa.update(attempts).where(attempts.c.key == key).values(**values))
    else:
        connection.execute(sa.insert(attempts), {"key": key, **values})
    return failures
