"""The way of an item to book an agent for: the guide that is meant, and the names of its steps."""

from __future__ import annotations

from kb.bodies import GuideBody, PackageBody
from kb.errors import UnknownEntry
from kb.models import Entry
from web.errors import SearchDown
from web.knowledge.entries import Entries
from web.knowledge.search import Search

KINDS = ("guide", "package")


def way_of(title: str, search: Search, entries: Entries) -> tuple[str, tuple[str, ...]]:
    """Return the entry's id and its steps; ("", ()) where no entry is surely meant, so that nothing is made up."""
    try:
        found = search.find(title, top_k=3, kinds=KINDS)
        if not found.answerable or not found.hits:
            return "", ()
        entry = entries.get(found.hits[0].entry_id)
    except (SearchDown, UnknownEntry):
        return "", ()
    return entry.id, steps_of(entry)


def steps_of(entry: Entry) -> tuple[str, ...]:
    """Return the names of what is done one after the other: a guide's steps, a package's items."""
    if isinstance(entry.body, GuideBody):
        return tuple(step.name for step in entry.body.steps)
    return tuple(part.name for part in entry.body.components) if isinstance(entry.body, PackageBody) else ()
