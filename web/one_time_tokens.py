"""One-time tokens: random, kept as their hash alone, good until a time, used up by exactly one of many at once.

The caller passes the time and the table: with `digest`, `expires_at` and `used_at`, and `revoked_at` where tokens can
be recalled.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row


def new_token() -> str:
    """Return a token that nobody can guess: 256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what a table keeps of a token or key; it is random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def keep(connection: Connection, table: sa.Table, until: dt.datetime, **values: Any) -> str:
    """Add a row for a new token, good until then, in the caller's transaction and return the token."""
    token = new_token()
    connection.execute(sa.insert(table), {**values, "digest": digest(token), "expires_at": until})
    return token


def look(connection: Connection, table: sa.Table, token: str, now: dt.datetime) -> Row | None:
    """Return the row of a token that is still good, without using it; None when it is not."""
    return connection.execute(sa.select(table).where(_good(table, token, now))).first()


def consume(connection: Connection, table: sa.Table, token: str, now: dt.datetime) -> Row | None:
    """Use a token up in the caller's transaction and return its row; None when it is no longer good."""
    using = sa.update(table).where(_good(table, token, now)).values(used_at=now)
    if connection.execute(using).rowcount != 1:
        return None
    return connection.execute(sa.select(table).where(table.c.digest == digest(token))).one()


def revoke(connection: Connection, table: sa.Table, which: Any, now: dt.datetime) -> int:
    """Recall the tokens of the rows that `which` selects; returns how many were neither used nor recalled before."""
    recalling = sa.update(table).where(which, *_open(table)).values(revoked_at=now)
    return int(connection.execute(recalling).rowcount)


def _good(table: sa.Table, token: str, now: dt.datetime) -> Any:
    return sa.and_(table.c.digest == digest(token), table.c.expires_at > now, *_open(table))


def _open(table: sa.Table) -> list[Any]:
    return [table.c[name].is_(None) for name in ("used_at", "revoked_at") if name in table.c]
