"""One field of many entries changed in one go; each becomes a version that waits for review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from kb.errors import UnknownEntry
from kb.models import Entry
from web.accounts.people import Person
from web.curation.errors import CurationError, InvalidEntry
from web.curation.service import Curation

WHAT = {"review_by": "复核日期改为", "owner": "责任人改为", "department": "办理部门改为", "theme": "分类改为"}
MOST_ENTRIES_AT_ONCE = 200


def change(desk: Curation, actor: Person, ids: Sequence[str], what: str, value: str) -> tuple[int, list[str]]:
    """Change the field in each entry; returns how many were, and those with unpublished work, which are left alone.

    Raises InvalidEntry when nothing is chosen or the value cannot be used.
    """
    if what not in WHAT or not ids:
        raise InvalidEntry({"what": "先勾选条目，再选要改什么"})
    new, done, left = _value(what, value.strip()), 0, []
    for entry_id in dict.fromkeys(ids[:MOST_ENTRIES_AT_ONCE]):
        try:
            entry = desk.store.latest(entry_id)
            if entry.status in ("draft", "in_review"):
                left.append(entry_id)
                continue
            _save(desk, actor, entry, what, new)
            done += 1
        except (CurationError, UnknownEntry):
            left.append(entry_id)
    return done, left


def publish(desk: Curation, actor: Person, ids: Sequence[str]) -> tuple[int, list[str]]:
    """Publish each entry that waits for review; returns how many were, and those that were left, the own work too."""
    done, left = 0, []
    for entry_id in dict.fromkeys(ids[:MOST_ENTRIES_AT_ONCE]):
        try:
            desk.editing.publish(actor, entry_id, desk.store.latest(entry_id).version)
            done += 1
        except (CurationError, UnknownEntry):
            left.append(entry_id)
    return done, left


def _save(desk: Curation, actor: Person, entry: Entry, what: str, new: Any) -> None:
    changed = entry.copy(update={what: new})
    desk.editing.save(actor, changed, entry.version, f"批量：{WHAT[what]} {new}", submit=True)


def _value(what: str, text: str) -> Any:
    if not text:
        raise InvalidEntry({"value": "要写改成什么"})
    if what != "review_by":
        return text[:100]
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise InvalidEntry({"value": "日期要写成 2026-11-22"}) from error
