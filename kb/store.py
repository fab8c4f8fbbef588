"""Entries in the database: every change is a new version with author, time and note, and nothing is lost."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb import lexicon_overrides
from kb.batch import PUBLIC, Batch, SaveReport
from kb.database import migrate as migrate_tables
from kb.database import open_engine, reading, take_turns, writing
from kb.errors import UnknownEntry
from kb.lexicon import Lexicon
from kb.locks import Lock
from kb.models import Entry
from kb.settings import Settings
from kb.tables import entries as heads
from kb.tables import versions

__all__ = ["PUBLIC", "SaveReport", "Store", "VersionRow"]
ENTRIES_A_TRANSACTION = 500
STORE_LOCK = Lock.STORE


@dataclass(frozen=True)
class VersionRow:
    """One version of an entry: who stored it, when (UTC), with which note and status."""

    version: int
    author: str
    at: dt.datetime
    note: str
    status: str


class Store:
    """The entries of one database. Safe to share between threads; every call is one transaction."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine whose tables are there; `open` is the usual way."""
        self._engine = engine

    @classmethod
    def open(cls, settings: Settings, *, migrate: bool = True) -> Store:
        """Open the database of `settings`, bringing its tables up to date unless told not to (StoreUnavailable)."""
        engine = open_engine(settings.database)
        if migrate:
            migrate_tables(engine)
        return cls(engine)

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for packages that keep their own tables in the same database."""
        return self._engine

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    def get(self, entry_id: str, version: int | None = None) -> Entry:
        """Return one version; None means the latest public one, or the latest of all when none is (UnknownEntry)."""
        wanted = sa.func.coalesce(heads.c.public_version, heads.c.version) if version is None else version
        query = (
            sa.select(versions.c.version, versions.c.data)
            .join(heads, heads.c.id == versions.c.entry_id)
            .where(versions.c.entry_id == entry_id, versions.c.version == wanted)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        if row is None:
            raise UnknownEntry(f"没有条目 {entry_id}" + ("" if version is None else f" 的第 {version} 版"))
        return _entry(row.version, row.data)

    def latest(self, entry_id: str) -> Entry:
        """Return the latest version, draft or not: the one to go on editing (UnknownEntry)."""
        return self.get(entry_id, self.history(entry_id)[0].version)

    def entries(
        self,
        *,
        statuses: Collection[str] = PUBLIC,
        kinds: Collection[str] = (),
        theme: str = "",
        q: str = "",
        offset: int = 0,
        limit: int | None = None,
    ) -> list[Entry]:
        """Return the entries that match, in the order of their ids (A2 before A10).

        Of each entry the latest version is taken when its status is among `statuses`, else the latest public one.
        `q` is looked for in id, title, aliases, codes and summary, without regard to case.
        """
        query = _matching((versions.c.version, versions.c.data), statuses, kinds, theme, q)
        query = query.order_by(heads.c.sort_key, heads.c.id).offset(offset)
        with reading(self._engine) as connection:
            rows = connection.execute(query if limit is None else query.limit(limit)).all()
        return [_entry(row.version, row.data) for row in rows]

    def count(
        self, *, statuses: Collection[str] = PUBLIC, kinds: Collection[str] = (), theme: str = "", q: str = ""
    ) -> int:
        """Return how many entries `entries` would give without offset and limit."""
        query = _matching((sa.func.count(),), statuses, kinds, theme, q)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def themes(self) -> list[tuple[str, int]]:
        """Return (theme, number of public entries), largest first."""
        number = sa.func.count().label("number")
        query = _matching((versions.c.theme, number), PUBLIC, (), "", "").where(versions.c.theme != "")
        query = query.group_by(versions.c.theme).order_by(number.desc(), versions.c.theme)
        with reading(self._engine) as connection:
            return [(row.theme, row.number) for row in connection.execute(query)]

    def save(self, entry: Entry, *, author: str, note: str = "") -> Entry:
        """Store a new version and return it; an entry that is not changed keeps its version (AuthorMissing)."""
        with writing(self._engine) as connection:
            take_turns(connection, STORE_LOCK)
            batch = Batch(connection, [entry], author, note)
            batch.write()
        return entry.copy(update={"version": batch.version(entry.id)})

    def save_many(self, entries: Iterable[Entry], *, author: str, note: str = "") -> SaveReport:
        """Store new versions of many entries in one transaction: all of them or none (AuthorMissing)."""
        report = SaveReport()
        with writing(self._engine) as connection:
            take_turns(connection, STORE_LOCK)
            for some in _chunks(entries):
                batch = Batch(connection, some, author, note)
                batch.write()
                report = report.with_fates(batch.fates)
        return report

    def preview(self, entries: Iterable[Entry]) -> SaveReport:
        """Say what `save_many` would do, and change nothing."""
        report = SaveReport()
        with reading(self._engine) as connection:
            for some in _chunks(entries):
                report = report.with_fates(Batch(connection, some, "预览", "").fates)
        return report

    def history(self, entry_id: str) -> list[VersionRow]:
        """Return all versions, newest first (UnknownEntry)."""
        columns = (versions.c.version, versions.c.author, versions.c.at, versions.c.note, versions.c.status)
        query = sa.select(*columns).where(versions.c.entry_id == entry_id).order_by(versions.c.version.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        if not rows:
            raise UnknownEntry(f"没有条目 {entry_id}")
        return [
            VersionRow(row.version, row.author, row.at.replace(tzinfo=dt.timezone.utc), row.note, row.status)
            for row in rows
        ]

    def lexicon(self) -> Lexicon:
        """Return the word lists in force: the curated files with the desk's own changes."""
        with reading(self._engine) as connection:
            return lexicon_overrides.in_force(connection)

    def fingerprint(self) -> str:
        """Return a text that differs as soon as any entry has changed."""
        query = sa.select(versions.c.number, versions.c.digest, versions.c.at).order_by(versions.c.number.desc())
        with reading(self._engine) as connection:
            row = connection.execute(query.limit(1)).first()
        return "0-empty" if row is None else f"{row.number}-{row.digest[:12]}-{row.at:%Y%m%d%H%M%S%f}"


def _matching(columns: Iterable[Any], statuses: Collection[str], kinds: Collection[str], theme: str, q: str) -> Any:
    wanted = list(statuses)
    chosen = sa.case(
        (heads.c.status.in_(wanted), heads.c.version),
        (heads.c.public_status.in_(wanted), heads.c.public_version),
        else_=None,
    )
    on = sa.and_(versions.c.entry_id == heads.c.id, versions.c.version == chosen)
    query = sa.select(*columns).select_from(heads.join(versions, on))
    if kinds:
        query = query.where(versions.c.kind.in_(list(kinds)))
    if theme:
        query = query.where(versions.c.theme == theme)
    for word in q.lower().split():
        query = query.where(versions.c.words.contains(word, autoescape=True))
    return query


def _chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    rest = iter(entries)
    while some := list(islice(rest, ENTRIES_A_TRANSACTION)):
        yield some


def _entry(version: int, data: str) -> Entry:
    return Entry.parse_obj({**json.loads(data), "version": version})
