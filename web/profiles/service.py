"""Profiles in the database: made, opened by key, corrected, exported, deleted; each change with its audit row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from kb.matching.fields import Fields, Value, declared
from kb.matching.values import from_plain, to_plain, words
from web import clock
from web.database import new_id
from web.one_time_tokens import digest
from web.profiles import contacts
from web.profiles.contacts import Contact, NewContact
from web.profiles.draft import Draft, read_draft
from web.profiles.errors import BadProfile, CodeTaken, StaleProfile, UnknownProfile
from web.profiles.tables import profiles

Audit = Callable[[Connection, str, str, str, Any, Any], None]
SELF = "企业本人"
EXPORT_FORMAT = "qixiaoban-profile/1"
TAKEN = "这个统一社会信用代码已经有档案了；如果是贵公司的，请凭原来的链接进入，或到窗口换发"


def unaudited(_connection: Connection, _actor: str, _action: str, _object: str, _before: Any, _after: Any) -> None:
    """Record nothing: for programs that keep no log of their own."""


@dataclass(frozen=True)
class Proven:
    """Stands in for the key where it has been shown before that the enterprise is who it says."""

    profile_id: str


Key = str | Proven


@dataclass(frozen=True)
class Profile:
    """One enterprise as it described itself. `code` is empty while it has none; instants are UTC."""

    id: str
    code: str
    name: str
    values: Mapping[str, Value]
    version: int
    created_at: dt.datetime
    updated_at: dt.datetime
    contacts: tuple[Contact, ...] = ()

    def shown(self, fields: Fields) -> list[tuple[str, str]]:
        """Return (label, words) of every field that is known, in the order of the declarations."""
        return [(field.label, words(field, self.values[field.name])) for field in fields if field.name in self.values]


class Profiles:
    """The profiles of one database. Safe to share between threads; every call is one transaction."""

    def __init__(self, engine: Engine, audit: Audit = unaudited, fields: Fields | None = None) -> None:
        """Keep rows through `engine`; `audit` writes into the log in the same transaction, names of fields only."""
        self._engine, self._audit, self._fields = engine, audit, fields or declared()

    def create(
        self, raw: Mapping[str, Any], people: Iterable[NewContact] = (), *, origin: str = "page", actor: str = SELF
    ) -> tuple[Profile, str]:
        """Keep a new profile; returns it and its key, shown this once (BadProfile, SensitiveData, CodeTaken)."""
        draft, key = read_draft(raw, self._fields), new_id()
        if draft.name is None:
            raise BadProfile("请写企业名称", field="name")
        try:
            with writing(self._engine) as connection:
                profile_id = insert(connection, draft, key, origin)
                for person in people:
                    contacts.keep(connection, profile_id, person)
                self._audit(connection, actor, "profile.create", f"profile:{profile_id}", None, sorted(draft.values))
                return self._profile(connection, self._row(connection, profiles.c.id == profile_id)), key
        except sa.exc.IntegrityError as error:
            raise CodeTaken(TAKEN) from error

    def open(self, key: Key) -> Profile:
        """Return the profile that the key opens (UnknownProfile)."""
        with reading(self._engine) as connection:
            return self._profile(connection, self._row(connection, _belongs(key)))

    def get(self, profile_id: str) -> Profile:
        """Return the profile of this id, for staff and for matching (UnknownProfile)."""
        with reading(self._engine) as connection:
            return self._profile(connection, self._row(connection, profiles.c.id == profile_id))

    def with_code(self, code: str) -> Profile:
        """Return the profile of a unified social credit code, for staff (UnknownProfile)."""
        with reading(self._engine) as connection:
            return self._profile(connection, self._row(connection, profiles.c.code == code.upper()))

    def change(self, key: Key, raw: Mapping[str, Any], *, version: int | None = None) -> Profile:
        """Correct what is given, keep the rest; a field given as None is forgotten.

        Raises StaleProfile when `version` is given and no longer the newest, and what `create` raises.
        """
        draft = read_draft(raw, self._fields)
        try:
            with self._opened(key) as (connection, row):
                if version not in (None, row.version):
                    raise StaleProfile("资料在别处改过了，请刷新后再改")
                changed = update(connection, row, draft)
                self._audit(connection, SELF, "profile.change", f"profile:{row.id}", None, changed)
                return self._profile(connection, self._row(connection, profiles.c.id == row.id))
        except sa.exc.IntegrityError as error:
            raise CodeTaken(TAKEN) from error

    def keep_contact(self, key: Key, new: NewContact) -> Profile:
        """Add or change a contact; consent counts from now (BadProfile)."""
        return self._contact(key, "profile.contact", lambda connection, row: contacts.keep(connection, row.id, new))

    def remove_contact(self, key: Key, contact_id: str) -> Profile:
        """Delete one contact."""
        return self._contact(key, "profile.contact_delete", lambda c, row: contacts.remove(c, row.id, contact_id))

    def export(self, key: Key) -> dict[str, Any]:
        """Return everything that is kept about the enterprise, as plain JSON."""
        profile = self.open(key)
        shown = dict(profile.shown(self._fields))
        kept = {name: to_plain(value) for name, value in profile.values.items()}
        return {
            "format": EXPORT_FORMAT,
            "code": profile.code,
            "name": profile.name,
            "values": [
                {"field": field.name, "label": field.label, "value": kept[field.name], "text": shown[field.label]}
                for field in self._fields
                if field.name in kept
            ],
            "contacts": [_plain_contact(contact) for contact in profile.contacts],
            "created_at": clock.iso(profile.created_at),
            "updated_at": clock.iso(profile.updated_at),
        }

    def delete(self, key: Key) -> None:
        """Delete the profile, its contacts with it; the log keeps the bare fact (UnknownProfile)."""
        with self._opened(key) as (connection, row):
            connection.execute(sa.delete(profiles).where(profiles.c.id == row.id))
            self._audit(connection, SELF, "profile.delete", f"profile:{row.id}", None, None)

    def new_key(self, profile_id: str, *, actor: str) -> str:
        """Give a profile a new key, so that the old one opens nothing; for staff who checked whose it is."""
        key = new_id()
        with writing(self._engine) as connection:
            row = self._row(connection, profiles.c.id == profile_id)
            connection.execute(sa.update(profiles).where(profiles.c.id == row.id).values(key_digest=digest(key)))
            self._audit(connection, actor, "profile.new_key", f"profile:{row.id}", None, None)
        return key

    def all_values(self) -> Iterator[tuple[str, dict[str, Value]]]:
        """Yield (profile id, values) of every profile, in the order of the ids."""
        query = sa.select(profiles.c.id, profiles.c.data).order_by(profiles.c.id)
        with reading(self._engine) as connection:
            for row in connection.execute(query):
                yield row.id, values_of(row.data, self._fields)

    def _contact(self, key: Key, action: str, does: Callable[[Connection, Row], Any]) -> Profile:
        with self._opened(key) as (connection, row):
            does(connection, row)
            self._audit(connection, SELF, action, f"profile:{row.id}", None, None)
            return self._profile(connection, row)

    @contextmanager
    def _opened(self, key: Key) -> Iterator[tuple[Connection, Row]]:
        with writing(self._engine) as connection:
            yield connection, self._row(connection, _belongs(key), lock=True)

    def _row(self, connection: Connection, where: Any, lock: bool = False) -> Row:
        query = sa.select(profiles).where(where)
        row = connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise UnknownProfile("没有这份档案，或链接已经失效")
        return row

    def _profile(self, connection: Connection, row: Row) -> Profile:
        known = values_of(row.data, self._fields)
        people = contacts.of(connection, row.id)
        return Profile(row.id, row.code or "", row.name, known, row.version, row.created_at, row.updated_at, people)


def _belongs(key: Key) -> Any:
    return profiles.c.id == key.profile_id if isinstance(key, Proven) else profiles.c.key_digest == digest(key)


def values_of(data: Mapping[str, Any], fields: Fields) -> dict[str, Value]:
    """Return the stored values; a field that is no longer declared is left out."""
    return {name: from_plain(fields.by_name[name], plain) for name, plain in data.items() if name in fields.by_name}


def insert(connection: Connection, draft: Draft, key: str, origin: str) -> str:
    """Add a row for the draft and return its id (IntegrityError when its code is there)."""
    now, profile_id = clock.now(), new_id()
    row = {
        "id": profile_id,
        "code": draft.code,
        "name": draft.name,
        "data": {name: to_plain(value) for name, value in draft.values.items()},
        "key_digest": digest(key),
        "origin": origin,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(sa.insert(profiles), row)
    return profile_id


def update(connection: Connection, row: Row, draft: Draft) -> list[str]:
    """Bring a row up to date and return the names of what changed (IntegrityError when the code is another's)."""
    data = {**row.data, **{name: to_plain(value) for name, value in draft.values.items()}}
    data = {name: value for name, value in data.items() if name not in draft.cleared}
    fresh = {"code": draft.code or row.code, "name": draft.name or row.name, "data": data}
    changed = sorted(name for name in {*data, *row.data} if data.get(name) != row.data.get(name))
    changed += [name for name in ("code", "name") if fresh[name] != getattr(row, name)]
    if changed:
        fresh |= {"version": row.version + 1, "updated_at": clock.now()}
        connection.execute(sa.update(profiles).where(profiles.c.id == row.id).values(fresh))
    return changed


def _plain_contact(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "role": contact.role,
        "channel": contact.channel,
        "address": contact.address,
        "purposes": list(contact.purposes),
        "consented_at": clock.iso(contact.consented_at),
        "withdrawn_at": clock.iso(contact.withdrawn_at),
    }
