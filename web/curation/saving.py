"""Storing a version of an entry inside the caller's transaction, so that the audit row goes in with it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from kb.batch import Batch
from kb.database import take_turns
from kb.diff import diff
from kb.errors import UnknownEntry
from kb.labels import label
from kb.models import Entry
from kb.store import STORE_LOCK
from kb.tables import entries as heads
from kb.tables import versions

MOST_CHANGES = 30
LONGEST_VALUE = 300


def take_store(connection: Connection) -> None:
    """Wait for the turn to store; it ends with the transaction."""
    take_turns(connection, STORE_LOCK)


def head(connection: Connection, entry_id: str) -> Row | None:
    """Return the row of the entry's newest and public version, None when there is no such entry."""
    return connection.execute(sa.select(heads).where(heads.c.id == entry_id)).first()


def version(connection: Connection, entry_id: str, number: int) -> Entry:
    """Return one version (UnknownEntry)."""
    query = sa.select(versions.c.data).where(versions.c.entry_id == entry_id, versions.c.version == number)
    data = connection.execute(query).scalar()
    if data is None:
        raise UnknownEntry(f"没有条目 {entry_id} 的第 {number} 版")
    return Entry.parse_obj({**json.loads(data), "version": number})


def latest(connection: Connection, entry_id: str) -> Entry:
    """Return the newest version, draft or not (UnknownEntry)."""
    row = head(connection, entry_id)
    if row is None:
        raise UnknownEntry(f"没有条目 {entry_id}")
    return version(connection, entry_id, row.version)


def store(connection: Connection, entry: Entry, author: str, note: str) -> Entry:
    """Store a new version and return it; one that changes nothing keeps its number."""
    batch = Batch(connection, [entry], author, note)
    batch.write()
    return entry.copy(update={"version": batch.version(entry.id)})


def writers(connection: Connection, entry_id: str) -> set[str]:
    """Return who changed the content since the version that visitors see; steps of the review are no change."""
    row = head(connection, entry_id)
    if row is None:
        return set()
    first = row.public_version or 0
    query = sa.select(versions.c.version, versions.c.author, versions.c.data).where(
        versions.c.entry_id == entry_id, versions.c.version >= first
    )
    found, before = set(), None
    for one in connection.execute(query.order_by(versions.c.version)):
        content = {**json.loads(one.data), "status": "", "updated_on": ""}
        if one.version != first and content != before:
            found.add(one.author)
        before = content
    return found


def told(before: Entry | None, after: Entry) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return what an audit row says of a change: the fields that differ, before and after, long values cut."""
    if before is None:
        return None, {"标题": after.title, "版本号": after.version}
    changes = diff(before, after)[:MOST_CHANGES]
    old = {label(one.field): _cut(one.before) for one in changes if one.before is not None}
    new = {label(one.field): _cut(one.after) for one in changes if one.after is not None}
    return {"版本号": before.version, **old}, {"版本号": after.version, **new}


def _cut(value: Any) -> Any:
    if isinstance(value, (dict, list, tuple)):
        return json.dumps(value, ensure_ascii=False, default=str)[:LONGEST_VALUE]
    return str(value)[:LONGEST_VALUE]
