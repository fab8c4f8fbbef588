"""The accounts themselves: reading them, and the plain rules of names and roles."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading
from web.accounts.errors import BadAccount, LastAdmin, NameTaken, UnknownPerson
from web.accounts.roles import STAFF, allowed, titles
from web.accounts.tables import people
from web.errors import WebError
from web.text import clean

NAME = re.compile(r"[a-z0-9\u4e00-\u9fff][a-z0-9\u4e00-\u9fff._-]{1,31}")
SHOWN_LENGTH = 40


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `name` is what they sign in with, never given to anybody else."""

    id: str
    name: str
    shown_name: str
    roles: frozenset[str]
    active: bool
    has_password: bool
    subject: str
    created_at: dt.datetime
    last_at: dt.datetime | None

    @property
    def role_titles(self) -> str:
        """The roles as a person reads them."""
        return titles(self.roles)

    def may(self, right: str) -> bool:
        """Say whether this person has the right."""
        return allowed(right, self.roles)


class People:
    """The accounts in the database, read only."""

    def __init__(self, engine: Engine) -> None:
        """Read through `engine`."""
        self._engine = engine

    def all(self) -> list[Person]:
        """Return everybody, active ones first, by name."""
        query = sa.select(people).order_by(people.c.active.desc(), people.c.name)
        with reading(self._engine) as connection:
            return [person(row) for row in connection.execute(query)]

    def get(self, person_id: str) -> Person:
        """Return one person (UnknownPerson)."""
        with reading(self._engine) as connection:
            return get(connection, person_id)


def get(connection: Connection, person_id: str) -> Person:
    """Return one person inside the caller's transaction (UnknownPerson)."""
    row = connection.execute(sa.select(people).where(people.c.id == person_id)).first()
    if row is None:
        raise UnknownPerson("没有这个账号")
    return person(row)


def by_name(connection: Connection, name: str) -> Row | None:
    """Return the row of the account of this name, its password hash included."""
    return connection.execute(sa.select(people).where(people.c.name == name)).first()


def admins(connection: Connection, without: str = "") -> list[str]:
    """Return the ids of active people who can manage accounts, leaving one out."""
    query = sa.select(people.c.id, people.c.roles).where(people.c.active.is_(True), people.c.id != without)
    return [row.id for row in connection.execute(query) if allowed("users.manage", row.roles)]


def keep_an_admin(connection: Connection, person_id: str) -> None:
    """Raise LastAdmin when nobody but this person can manage accounts."""
    if not admins(connection, without=person_id):
        raise LastAdmin("这是最后一个系统管理员，不能停用或取消管理员角色；请先邀请另一位")


def free_name(connection: Connection, name: str) -> str:
    """Return the name as it is kept (BadAccount, NameTaken)."""
    kept = login_name(name)
    if not NAME.fullmatch(kept):
        raise BadAccount("登录名用 2 到 32 个小写字母、数字或汉字，可以含 . _ -")
    if by_name(connection, kept) is not None:
        raise NameTaken(f"登录名 {kept} 已经有人用了")
    return kept


def login_name(name: str) -> str:
    """Return the one form of a login name, however it was typed."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def shown_name(name: str) -> str:
    """Return the name to show (BadAccount)."""
    try:
        return clean(name, SHOWN_LENGTH).replace("\n", " ")
    except WebError as error:
        raise BadAccount(f"请填写姓名，最多 {SHOWN_LENGTH} 个字") from error


def known_roles(roles: Collection[str]) -> list[str]:
    """Return the roles in the order of the table (BadAccount for none, or one that no account can have)."""
    if not roles or not set(roles) <= set(STAFF):
        raise BadAccount("请至少选一个角色")
    return [role for role in STAFF if role in roles]


def person(row: Any) -> Person:
    """Return the value of a row."""
    return Person(
        id=row.id,
        name=row.name,
        shown_name=row.shown_name,
        roles=frozenset(row.roles),
        active=row.active,
        has_password=bool(row.password),
        subject=row.subject or "",
        created_at=row.created_at,
        last_at=row.last_at,
    )
