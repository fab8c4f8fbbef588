"""What people do with their own account: sign in, join by a link, set a password, sign out everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, writing
from kb.settings import Settings
from web import clock
from web.accounts import audit, links, people, sessions
from web.accounts.errors import BadAccount, LinkInvalid, OidcFailed, SignInFailed
from web.accounts.links import Link, Links
from web.accounts.passwords import LONGEST_PASSWORD, Passwords, check
from web.accounts.people import People, Person
from web.accounts.sessions import Sessions
from web.accounts.sign_in_throttle import Attempts
from web.accounts.tables import people as table
from web.accounts.tokens import Tokens
from web.database import new_id

FAILED = "登录名或密码不对"
NOBODY = "系统"


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from; `token` is the session that this browser had before."""

    address: str
    agent: str
    token: str = ""


class Accounts:
    """Accounts of the staff. Safe to share between threads."""

    def __init__(self, engine: Engine, settings: Settings, passwords: Passwords | None = None) -> None:
        """Keep everything through `engine`; the desk's names in `settings` are no good in passwords."""
        self.engine, self._settings = engine, settings
        self._passwords = passwords or Passwords()
        self.people, self.sessions, self.links = People(engine), Sessions(engine), Links(engine)
        self.attempts, self.tokens = Attempts(engine), Tokens(engine)

    def sign_in(self, name: str, password: str, browser: Browser) -> str:
        """Return the token of a new session (SignInFailed, TooManyTries)."""
        name = people.login_name(name)[:200]
        waits = self.attempts.begin(name, browser.address)
        with reading(self.engine) as connection:
            row = people.by_name(connection, name)
        fits = self._passwords.fits(password, row.password if row else "")
        if row is None or not fits or not row.active:
            if row is not None and waits:
                self._note_block(row.name, browser.address)
            raise SignInFailed(FAILED)
        self.attempts.succeeded(name, browser.address)
        with writing(self.engine) as connection:
            if self._passwords.stale(row.password):
                self._update(connection, row.id, password=self._passwords.hash(password))
            return self._begin(connection, row.id, row.name, browser, "密码")

    def sign_in_by_subject(self, subject: str, browser: Browser) -> str:
        """Return the token of a new session for whom the identity service vouches (OidcFailed)."""
        with writing(self.engine) as connection:
            row = connection.execute(sa.select(table).where(table.c.subject == subject)).first()
            if row is None or not row.active:
                raise OidcFailed("这个统一身份还没有关联本系统的账号；请先用密码登录后关联，或请管理员邀请")
            return self._begin(connection, row.id, row.name, browser, "统一身份")

    def join(self, token: str, password: str, browser: Browser, name: str = "", shown_name: str = "") -> str:
        """Use up a link and return the token of a session; the first admin chooses both names.

        Raises LinkInvalid, WeakPassword, BadAccount, NameTaken; on any of them the link stays good.
        """
        link = self.links.find(token)
        named = people.login_name(name or link.name)
        self._check(password, named, shown_name or link.shown_name)
        kept = self._passwords.hash(password)
        with writing(self.engine) as connection:
            person_id = self._from_link(connection, token, name, shown_name, password=kept)
            return self._enter(connection, person_id, browser, "密码")

    def join_by_subject(self, token: str, subject: str, browser: Browser) -> str:
        """Use up an invitation for somebody whom the identity service vouches for (LinkInvalid, BadAccount)."""
        with writing(self.engine) as connection:
            _unbound(connection, subject)
            person_id = self._from_link(connection, token, subject=subject)
            return self._enter(connection, person_id, browser, "统一身份")

    def bind(self, person: Person, subject: str) -> None:
        """Let the person sign in through the identity service from now on (BadAccount)."""
        with writing(self.engine) as connection:
            _unbound(connection, subject)
            self._update(connection, person.id, subject=subject)
            audit.record(connection, person.name, "account.bind", f"user:{person.name}", None, {"subject": subject})

    def change_password(self, person: Person, old: str, new: str, browser: Browser) -> str:
        """Set a new password, end all other sessions, return the new token of this one (SignInFailed, WeakPassword)."""
        self.attempts.begin(person.name, browser.address)
        with reading(self.engine) as connection:
            row = people.by_name(connection, person.name)
        if row is None or not self._passwords.fits(old, row.password):
            raise SignInFailed("现在的密码不对")
        self.attempts.succeeded(person.name, browser.address)
        self._check(new, person.name, person.shown_name)
        kept = self._passwords.hash(new)
        with writing(self.engine) as connection:
            self._update(connection, person.id, password=kept)
            sessions.end_all(connection, person.id)
            audit.record(connection, person.name, "account.password", f"user:{person.name}")
            return sessions.begin(connection, person.id, browser.address, browser.agent)

    def sign_out_everywhere(self, person: Person, but: str = "") -> int:
        """End the person's sessions, except the one of the token `but`; returns how many there were."""
        with writing(self.engine) as connection:
            count = sessions.end_all(connection, person.id, but)
            subject = f"user:{person.name}"
            audit.record(connection, person.name, "account.sign_out_everywhere", subject, {"sessions": count})
        return count

    def first_admin_token(self) -> str:
        """Return the token of a fresh link for the first admin, empty when there is an admin already."""
        with writing(self.engine) as connection:
            if people.admins(connection):
                return ""
            audit.record(connection, NOBODY, "account.first_link", "user:")
            return links.make(connection, links.FIRST_ADMIN, NOBODY, roles=["admin"])

    def _from_link(
        self, connection: Connection, token: str, name: str = "", shown_name: str = "", **credentials: Any
    ) -> str:
        link = links.use(connection, token)
        if link.purpose == links.RESET:
            self._update(connection, link.person_id, **credentials)
            sessions.end_all(connection, link.person_id)
            self.attempts.forget(connection, link.name)
            audit.record(connection, link.name, "account.password", f"user:{link.name}", None, {"by": link.made_by})
            return link.person_id
        return self._create(connection, link, name, shown_name, credentials)

    def _create(
        self, connection: Connection, link: Link, name: str, shown_name: str, credentials: dict[str, Any]
    ) -> str:
        first = link.purpose == links.FIRST_ADMIN
        row = {
            "id": new_id(),
            "name": people.free_name(connection, name if first else link.name),
            "shown_name": people.shown_name(shown_name if first else link.shown_name),
            "roles": people.known_roles(link.roles),
            "password": "",
            "subject": None,
            "active": True,
            "created_at": clock.now(),
            **credentials,
        }
        connection.execute(sa.insert(table), row)
        after = {"shown_name": row["shown_name"], "roles": row["roles"], "invited_by": link.made_by}
        audit.record(connection, row["name"], "account.join", f"user:{row['name']}", None, after)
        return str(row["id"])

    def _enter(self, connection: Connection, person_id: str, browser: Browser, way: str) -> str:
        person = people.get(connection, person_id)
        if not person.active:
            raise LinkInvalid(links.INVALID)
        return self._begin(connection, person.id, person.name, browser, way)

    def _begin(self, connection: Connection, person_id: str, name: str, browser: Browser, way: str) -> str:
        self._update(connection, person_id, last_at=clock.now())
        audit.record(
            connection, name, "account.sign_in", f"user:{name}", None, {"way": way, "address": browser.address}
        )
        return sessions.begin(connection, person_id, browser.address, browser.agent, instead=browser.token)

    def _note_block(self, name: str, address: str) -> None:
        with writing(self.engine) as connection:
            audit.record(connection, NOBODY, "account.blocked", f"user:{name}", None, {"address": address})

    def _check(self, password: str, *names: str) -> None:
        settings = self._settings
        check(password[: LONGEST_PASSWORD * 4], (*names, settings.desk_name, settings.jurisdiction, settings.hotline))

    def _update(self, connection: Connection, person_id: str, **values: Any) -> None:
        connection.execute(sa.update(table).where(table.c.id == person_id).values(**values))


def _unbound(connection: Connection, subject: str) -> None:
    if connection.execute(sa.select(table.c.id).where(table.c.subject == subject)).first():
        raise BadAccount("这个统一身份已经关联了另一个账号")
