"""Tokens by which another system calls the API in a person's name: one right each, for a limited time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.accounts.errors import BadToken, Forbidden, SignInNeeded, UnknownToken
from web.accounts.people import Person, person
from web.accounts.sessions import NOTED_EVERY
from web.accounts.tables import people, tokens
from web.database import new_id
from web.one_time_tokens import digest, new_token

PREFIX = "qxb_"  # what scanners of secrets look for
DAYS = (30, 90, 365)
LONGEST_TOKEN_NAME = 40


@dataclass(frozen=True)
class Token:
    """One token without its secret: what it is called, which right it has, whose it is, how long it is good."""

    id: str
    name: str
    right: str
    person: Person
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None


class Tokens:
    """The tokens in the database; it keeps their hash alone."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def make(self, owner: Person, name: str, right: str, days: int) -> str:
        """Return a new token, shown once; it can do the right as long as its owner may (BadToken, Forbidden)."""
        name = name.strip()
        if not 1 <= len(name) <= LONGEST_TOKEN_NAME or days not in DAYS:
            raise BadToken(f"请写明哪个系统用（最多 {LONGEST_TOKEN_NAME} 个字），并选有效期", field="name")
        if not owner.may(right):
            raise Forbidden(f"您的角色（{owner.role_titles}）不能做这件事")
        secret, now = f"{PREFIX}{new_token()}", clock.now()
        row = {
            "id": new_id(),
            "digest": digest(secret),
            "name": name,
            "right": right,
            "person_id": owner.id,
            "made_at": now,
            "expires_at": now + dt.timedelta(days=days),
        }
        with writing(self._engine) as connection:
            connection.execute(sa.insert(tokens), row)
            audit.record(connection, owner.name, "token.make", f"token:{name}", None, {"right": right, "days": days})
        return secret

    def all(self, right: str) -> list[Token]:
        """Return the tokens for a right that are good, those made last first."""
        query = _good(clock.now()).where(tokens.c.right == right).order_by(tokens.c.made_at.desc(), tokens.c.id)
        with reading(self._engine) as connection:
            return [_token(row) for row in connection.execute(query)]

    def revoke(self, actor: Person, token_id: str) -> None:
        """End a token at once (UnknownToken)."""
        with writing(self._engine) as connection:
            row = connection.execute(_good(clock.now()).where(tokens.c.id == token_id)).first()
            if row is None:
                raise UnknownToken("没有这个令牌，或它已经失效")
            ended = sa.update(tokens).where(tokens.c.id == token_id).values(revoked_at=clock.now())
            connection.execute(ended)
            audit.record(connection, actor.name, "token.revoke", f"token:{row.token_name}")

    def find(self, secret: str, right: str) -> Token:
        """Return the token of a secret and note its use (SignInNeeded, Forbidden)."""
        now = clock.now()
        with reading(self._engine) as connection:
            row = connection.execute(_good(now).where(tokens.c.digest == digest(secret))).first()
        if row is None:
            raise SignInNeeded("令牌不对，或已过期、被撤销")
        found = _token(row)
        if found.right != right or not found.person.may(right):
            raise Forbidden("这个令牌不能做这件事")
        if found.used_at is None or now - found.used_at >= NOTED_EVERY:
            with writing(self._engine) as connection:
                connection.execute(sa.update(tokens).where(tokens.c.id == found.id).values(used_at=now))
        return found


def _good(now: dt.datetime) -> Any:
    lasting = (tokens.c.revoked_at.is_(None), tokens.c.expires_at > now, people.c.active.is_(True))
    own = (tokens.c.id.label("token_id"), tokens.c.name.label("token_name"), tokens.c.right)
    times = (tokens.c.made_at, tokens.c.expires_at, tokens.c.used_at)
    return sa.select(people, *own, *times).select_from(tokens.join(people)).where(*lasting)


def _token(row: Any) -> Token:
    return Token(row.token_id, row.token_name, row.right, person(row), row.made_at, row.expires_at, row.used_at)
