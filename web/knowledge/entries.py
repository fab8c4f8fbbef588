"""The entries that anyone may read: one, a page of many, and the themes there are."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kb.errors import UnknownEntry
from kb.lru_cache import LruCache
from kb.models import Entry
from kb.store import PUBLIC, Store
from web import clock
from web.knowledge.cards import card, state_text

VERSIONS_IN_MEMORY = 512


@dataclass(frozen=True)
class Page:
    """One page of entries; `number` counts from 1."""

    total: int
    number: int
    size: int
    items: tuple[Entry, ...]

    @property
    def last(self) -> int:
        """The number of the last page, at least 1."""
        return max(1, -(-self.total // self.size))


class Entries:
    """Public reading of the knowledge base. Safe to share between threads."""

    def __init__(self, store: Store) -> None:
        """Read from `store`; a version never changes, so the latest used ones are kept at hand."""
        self._store = store
        self._versions: LruCache[tuple[str, int], Entry] = LruCache(VERSIONS_IN_MEMORY)

    def get(self, entry_id: str) -> Entry:
        """Return the version in force (UnknownEntry, for a draft as well)."""
        entry = self._store.get(entry_id)
        if entry.status not in PUBLIC:
            raise UnknownEntry(f"没有条目 {entry_id}")
        return entry

    def version(self, entry_id: str, version: int) -> Entry:
        """Return one version, the one that an answer was taken from (UnknownEntry)."""
        kept = self._versions.get((entry_id, version))
        if kept is None:
            kept = self._store.get(entry_id, version)
            self._versions.put((entry_id, version), kept)
        return kept

    def titles(self, entry_ids: Collection[str]) -> dict[str, str]:
        """Return the titles of those that are public, in the order given."""
        found = {}
        for entry_id in entry_ids:
            try:
                found[entry_id] = self.get(entry_id).title
            except UnknownEntry:
                continue  # a relation may name an entry that is not written yet
        return found

    def page(self, *, kind: str = "", theme: str = "", q: str = "", number: int = 1, size: int = 20) -> Page:
        """Return page `number` (from 1) of the entries that match."""
        wanted: dict[str, Any] = {"kinds": (kind,) if kind else (), "theme": theme, "q": q}
        items = self._store.entries(**wanted, offset=(number - 1) * size, limit=size)
        return Page(self._store.count(**wanted), number, size, tuple(items))

    def all(self) -> list[Entry]:
        """Return every public entry."""
        return list(self._store.entries())

    def of_kind(self, kind: str) -> list[Entry]:
        """Return every public entry of one kind."""
        return list(self._store.entries(kinds=(kind,)))

    def themes(self) -> list[tuple[str, int]]:
        """Return (theme, number of entries), largest first."""
        return self._store.themes()

    def card(self, entry_id: str, version: int, facet: str, key: str) -> dict[str, Any] | None:
        """Return the card of an answer, or None when its entry is gone."""
        try:
            entry = self.version(entry_id, version) if version else self.get(entry_id)
        except UnknownEntry:
            return None
        return card(entry, facet, key, clock.today())


def as_json(entry: Entry) -> dict[str, Any]:
    """Return all fields of an entry as plain JSON values, with how it stands today and its page."""
    plain: dict[str, Any] = json.loads(entry.json())
    return {**plain, **_standing(entry)}


def as_row(entry: Entry) -> dict[str, Any]:
    """Return what a list needs of an entry."""
    names = {"id", "kind", "topic", "title", "summary", "theme", "department", "jurisdiction", "status", "version"}
    days = {"updated_on", "effective_from", "effective_to"}
    plain: dict[str, Any] = json.loads(entry.json(include=names | days))
    return {**plain, **_standing(entry)}


def _standing(entry: Entry) -> dict[str, Any]:
    day = clock.today()
    return {"state": entry.state_on(day), "state_text": state_text(entry, day), "url": f"/entries/{entry.id}"}
