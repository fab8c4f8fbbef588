"""Failed sign-ins are counted, against the account and against the address, and each further one waits longer."""

from __future__ import annotations

import datetime as dt
import ipaddress

from sqlalchemy.engine import Connection, Engine

from kb.database import take_turns, writing
from kb.locks import Lock
from web import clock
from web.accounts.errors import TooManyTries
from web.accounts.tables import attempts
from web.failed_tries import Patience, Tally
from web.one_time_tokens import digest

ACCOUNT = Patience(free=5, first=30, longest=15 * 60)
ADDRESS = Patience(free=30, first=60, longest=60 * 60)
TALLY = Tally(attempts, window=dt.timedelta(hours=24))


class Attempts:
    """The count in the database. An attempt counts as failed from its start, so that many at once gain nothing."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def begin(self, name: str, address: str) -> bool:
        """Count one attempt; True when it makes the account wait from now on. Raises TooManyTries while waiting."""
        now, account, place = clock.now(), account_key(name), address_key(address)
        with writing(self._engine) as connection:
            take_turns(connection, Lock.SIGN_IN)
            for key in (account, place):
                if wait := TALLY.wait(connection, key, now):
                    raise TooManyTries(wait)
            TALLY.add(connection, place, ADDRESS, now)
            return TALLY.add(connection, account, ACCOUNT, now) >= ACCOUNT.free

    def succeeded(self, name: str, address: str) -> None:
        """Forget the account's failures and take this attempt off the address's count."""
        with writing(self._engine) as connection:
            take_turns(connection, Lock.SIGN_IN)
            TALLY.forget(connection, account_key(name))
            TALLY.take_back(connection, address_key(address))

    def failures(self, connection: Connection, name: str) -> int:
        """Return how many failures are kept against the account, inside the caller's transaction."""
        return TALLY.failures(connection, account_key(name))

    def forget(self, connection: Connection, name: str) -> None:
        """Let the account try again at once, inside the caller's transaction."""
        TALLY.forget(connection, account_key(name))


def account_key(name: str) -> str:
    """Return the key of an account, whether or not there is one of this name."""
    return f"account:{digest(name)}"


def address_key(address: str) -> str:
    """Return the key of an address; neighbours in one IPv6 /64 are one visitor."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return "address:unknown"
    if known.version == 6:
        known = ipaddress.ip_network((known, 64), strict=False).network_address
    return f"address:{known}"
