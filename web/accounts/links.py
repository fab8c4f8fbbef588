"""One-time links: for the first admin, for people invited, and for a password to be set anew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, writing
from web import clock, one_time_tokens
from web.accounts import audit, people
from web.accounts.errors import LinkInvalid
from web.accounts.roles import titles
from web.accounts.tables import links
from web.database import new_id

FIRST_ADMIN, INVITE, RESET = "first_admin", "invite", "reset"
LASTS = {FIRST_ADMIN: dt.timedelta(hours=24), INVITE: dt.timedelta(hours=72), RESET: dt.timedelta(hours=24)}
TITLES = {FIRST_ADMIN: "首个管理员", INVITE: "邀请", RESET: "重设密码"}
LINKS_SHOWN = 200
INVALID = "这个链接用过了、已撤销或已过期；请联系系统管理员另要一个"


@dataclass(frozen=True)
class Link:
    """One link as the pages show it; its token is known only to whoever was given it."""

    id: str
    purpose: str
    person_id: str
    name: str
    shown_name: str
    roles: tuple[str, ...]
    made_by: str
    made_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None

    @property
    def title(self) -> str:
        """What the link is for."""
        return TITLES[self.purpose]

    @property
    def role_titles(self) -> str:
        """The roles that the new account gets."""
        return titles(self.roles)

    @property
    def state(self) -> str:
        """How the link stands now, in a word."""
        if self.used_at:
            return "已使用"
        if self.revoked_at:
            return "已撤销"
        return "有效" if self.expires_at > clock.now() else "已过期"

    @property
    def open(self) -> bool:
        """Whether it can still be used."""
        return self.state == "有效"


class Links:
    """The links in the database."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def all(self) -> list[Link]:
        """Return the latest links, newest first."""
        query = sa.select(links).order_by(links.c.made_at.desc(), links.c.id).limit(LINKS_SHOWN)
        with reading(self._engine) as connection:
            return [_link(row) for row in connection.execute(query)]

    def find(self, token: str) -> Link:
        """Return the link of a token without using it up (LinkInvalid)."""
        with reading(self._engine) as connection:
            return _usable(connection, token)

    def revoke(self, link_id: str, actor: str) -> None:
        """Make a link useless (LinkInvalid when it is so already)."""
        with writing(self._engine) as connection:
            row = connection.execute(sa.select(links).where(links.c.id == link_id)).first()
            if row is None or not one_time_tokens.revoke(connection, links, links.c.id == link_id, clock.now()):
                raise LinkInvalid("这个链接已经不能用了")
            audit.record(connection, actor, "user.invite_revoke", f"user:{row.name}", {"purpose": row.purpose})


def make(connection: Connection, purpose: str, made_by: str, **values: Any) -> str:
    """Keep a new link in the caller's transaction and return its token; earlier ones of the same name end."""
    now, row = clock.now(), {"person_id": None, "name": "", "shown_name": "", "roles": [], **values}
    one_time_tokens.revoke(connection, links, sa.and_(links.c.purpose == purpose, links.c.name == row["name"]), now)
    fixed = {"id": new_id(), "purpose": purpose, "made_by": made_by, "made_at": now}
    return one_time_tokens.keep(connection, links, now + LASTS[purpose], **row, **fixed)


def use(connection: Connection, token: str) -> Link:
    """Use up the link in the caller's transaction and return it (LinkInvalid); of two at once one gets it."""
    link = _usable(connection, token)
    if one_time_tokens.consume(connection, links, token, clock.now()) is None:
        raise LinkInvalid(INVALID)
    return link


def revoke_for(connection: Connection, person_id: str) -> None:
    """Make all open links of a person useless, in the caller's transaction."""
    one_time_tokens.revoke(connection, links, links.c.person_id == person_id, clock.now())


def _usable(connection: Connection, token: str) -> Link:
    row = one_time_tokens.look(connection, links, token, clock.now())
    if row is None or (row.purpose == FIRST_ADMIN and people.admins(connection)):
        raise LinkInvalid(INVALID)
    return _link(row)


def _link(row: Any) -> Link:
    return Link(
        id=row.id,
        purpose=row.purpose,
        person_id=row.person_id or "",
        name=row.name,
        shown_name=row.shown_name,
        roles=tuple(row.roles),
        made_by=row.made_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
