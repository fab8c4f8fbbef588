"""Writing new versions of some entries inside an open transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.errors import AuthorMissing
from kb.models import Entry
from kb.tables import entries as heads
from kb.tables import versions

PUBLIC = ("published", "expired", "abolished", "superseded")


@dataclass(frozen=True)
class SaveReport:
    """What became of many entries: ids that are new, changed, or were stored already."""

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()

    def with_fates(self, fates: Mapping[str, str]) -> SaveReport:
        """Return the report with the ids of `fates` (id -> created, updated, unchanged) put in."""
        groups = {name: [*getattr(self, name)] for name in ("created", "updated", "unchanged")}
        for key, fate in fates.items():
            groups[fate].append(key)
        return SaveReport(**{name: tuple(keys) for name, keys in groups.items()})


@dataclass(frozen=True)
class _Head:
    version: int = 0
    digest: str = ""
    public_version: int | None = None
    public_status: str | None = None


class Batch:
    """New versions of at most a few hundred entries: worked out when made, stored by `write`."""

    def __init__(self, connection: Connection, entries: Sequence[Entry], author: str, note: str) -> None:
        """Compare `entries` with what is stored; raises AuthorMissing when nobody answers for the change."""
        if not author.strip():
            raise AuthorMissing("要写明是谁改的")
        self._connection, self._author, self._note = connection, author.strip(), note
        self._at = dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)
        self._heads = _heads(connection, [entry.id for entry in entries])
        self._known = set(self._heads)
        self._rows: list[dict[str, Any]] = []
        self.fates: dict[str, str] = {}
        for entry in entries:
            self._add(entry)

    def version(self, entry_id: str) -> int:
        """Return the version that the entry has now."""
        return self._heads[entry_id].version

    def write(self) -> None:
        """Store the new versions, heads first (a version refers to its head)."""
        status = {row["entry_id"]: row["status"] for row in self._rows}
        new = [_head_row(key, self._heads[key], status[key]) for key in status if key not in self._known]
        if new:
            self._connection.execute(sa.insert(heads), new)
        changed = [_head_row(key, self._heads[key], status[key]) for key in status if key in self._known]
        if changed:
            columns = {name: sa.bindparam(f"new_{name}") for name in changed[0]}
            update = sa.update(heads).where(heads.c.id == sa.bindparam("new_id")).values(columns)
            self._connection.execute(update, [{f"new_{name}": row[name] for name in row} for row in changed])
        if self._rows:
            self._connection.execute(sa.insert(versions), self._rows)

    def _add(self, entry: Entry) -> None:
        data = entry.json(exclude={"version"}, ensure_ascii=False)
        digest = hashlib.sha256(data.encode()).hexdigest()
        head = self._heads.get(entry.id, _Head())
        if head.digest == digest:
            self.fates.setdefault(entry.id, "unchanged")
            return
        self.fates[entry.id] = "updated" if entry.id in self._known else "created"
        version = head.version + 1
        public = (version, entry.status) if entry.status in PUBLIC else (head.public_version, head.public_status)
        self._heads[entry.id] = _Head(version, digest, *public)
        self._rows.append(
            {
                "entry_id": entry.id,
                "version": version,
                "status": entry.status,
                "kind": entry.kind,
                "theme": entry.theme,
                "words": _words(entry),
                "digest": digest,
                "data": data,
                "author": self._author,
                "at": self._at,
                "note": self._note,
            }
        )


def _heads(connection: Connection, ids: Sequence[str]) -> dict[str, _Head]:
    on = sa.and_(versions.c.entry_id == heads.c.id, versions.c.version == heads.c.version)
    query = sa.select(heads, versions.c.digest).select_from(heads.join(versions, on)).where(heads.c.id.in_(set(ids)))
    rows = connection.execute(query)
    return {row.id: _Head(row.version, row.digest, row.public_version, row.public_status) for row in rows}


def _head_row(key: str, head: _Head, status: str) -> dict[str, Any]:
    return {
        "id": key,
        "sort_key": re.sub(r"\d+", lambda match: match[0].zfill(6), key),
        "version": head.version,
        "status": status,
        "public_version": head.public_version,
        "public_status": head.public_status,
    }


def _words(entry: Entry) -> str:
    parts = (entry.id, entry.topic, entry.title, *entry.aliases, entry.code, entry.doc_number, entry.summary)
    return "\n".join(part for part in parts if part).lower()
