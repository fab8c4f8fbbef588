"""What an admin does to other people's accounts; every change stands in the audit log."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.database import take_turns, writing
from kb.locks import Lock
from web.accounts import audit, links, people, sessions
from web.accounts.errors import BadAccount
from web.accounts.people import Person
from web.accounts.service import Accounts
from web.accounts.tables import people as table
from web.accounts.tables import sessions as session_table


class Management:
    """Changes to accounts by an admin, who is named in each call."""

    def __init__(self, accounts: Accounts) -> None:
        """Work on the same accounts."""
        self._accounts, self._engine = accounts, accounts.engine

    def invite(self, actor: Person, name: str, shown_name: str, roles: Collection[str]) -> str:
        """Return the token of a one-time link with which somebody makes an account (BadAccount, NameTaken)."""
        shown, given = people.shown_name(shown_name), people.known_roles(roles)
        with writing(self._engine) as connection:
            free = people.free_name(connection, name)
            token = links.make(connection, links.INVITE, actor.name, name=free, shown_name=shown, roles=given)
            after = {"shown_name": shown, "roles": given}
            audit.record(connection, actor.name, "user.invite", f"user:{free}", None, after)
        return token

    def reset(self, actor: Person, person_id: str) -> str:
        """Return the token of a one-time link with which the person sets a new password (UnknownPerson)."""
        with writing(self._engine) as connection:
            person = people.get(connection, person_id)
            if not person.active:
                raise BadAccount("账号已停用，先启用再重设密码")
            token = links.make(
                connection,
                links.RESET,
                actor.name,
                person_id=person.id,
                name=person.name,
                shown_name=person.shown_name,
                roles=sorted(person.roles),
            )
            audit.record(connection, actor.name, "user.reset", f"user:{person.name}")
        return token

    def set_roles(self, actor: Person, person_id: str, roles: Collection[str]) -> None:
        """Give a person these roles and no others (UnknownPerson, BadAccount, LastAdmin)."""
        given = people.known_roles(roles)
        with writing(self._engine) as connection:
            person = self._taken(connection, person_id)
            if person.active and "admin" not in given:
                people.keep_an_admin(connection, person.id)
            connection.execute(sa.update(table).where(table.c.id == person.id).values(roles=given))
            before, after = {"roles": sorted(person.roles)}, {"roles": sorted(given)}
            audit.record(connection, actor.name, "user.roles", f"user:{person.name}", before, after)

    def disable(self, actor: Person, person_id: str) -> None:
        """Shut a person out at once: sessions end, open links too (UnknownPerson, LastAdmin)."""
        with writing(self._engine) as connection:
            person = self._taken(connection, person_id)
            people.keep_an_admin(connection, person.id)
            self._set_active(connection, person, False)
            sessions.end_all(connection, person.id)
            links.revoke_for(connection, person.id)
            audit.record(
                connection, actor.name, "user.disable", f"user:{person.name}", {"active": True}, {"active": False}
            )

    def enable(self, actor: Person, person_id: str) -> None:
        """Let a person in again (UnknownPerson)."""
        with writing(self._engine) as connection:
            person = self._taken(connection, person_id)
            self._set_active(connection, person, True)
            audit.record(
                connection, actor.name, "user.enable", f"user:{person.name}", {"active": False}, {"active": True}
            )

    def unlock(self, actor: Person, person_id: str) -> None:
        """Let a person try again at once after failed sign-ins (UnknownPerson)."""
        with writing(self._engine) as connection:
            person = people.get(connection, person_id)
            before = {"failures": self._accounts.attempts.failures(connection, person.name)}
            self._accounts.attempts.forget(connection, person.name)
            audit.record(connection, actor.name, "user.unlock", f"user:{person.name}", before)

    def end_session(self, actor: Person, digest: str) -> None:
        """End one browser's session (BadAccount when there is none)."""
        joined = session_table.join(table, table.c.id == session_table.c.person_id)
        found = sa.select(table.c.name, session_table.c.address).select_from(joined)
        with writing(self._engine) as connection:
            row = connection.execute(found.where(session_table.c.digest == digest)).first()
            if row is None:
                raise BadAccount("这个登录已经结束了")
            connection.execute(sa.delete(session_table).where(session_table.c.digest == digest))
            audit.record(connection, actor.name, "session.end", f"user:{row.name}", {"address": row.address})

    def _taken(self, connection: Connection, person_id: str) -> Person:
        take_turns(connection, Lock.LAST_ADMIN)
        return people.get(connection, person_id)

    def _set_active(self, connection: Connection, person: Person, active: bool) -> None:
        connection.execute(sa.update(table).where(table.c.id == person.id).values(active=active))
