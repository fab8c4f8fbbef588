"""Work that leads from the queue to an entry: a wording added to one, or a new one begun."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from kb.bodies import Part, Ways
from kb.errors import UnknownEntry
from kb.facets import facets
from kb.models import Entry
from web import clock
from web.accounts.people import Person
from web.curation.errors import InvalidEntry
from web.curation.service import Curation

MOST_WAYS_ATTACHED = 20


def attach(
    desk: Curation, actor: Person, question_id: str, entry_id: str, texts: Sequence[str], part: str = ""
) -> Entry:
    """Store a version of the entry with the wordings among its questions (InvalidEntry, UnknownQuestion).

    `part` is the heading of the part they ask for, empty when they ask for the entry as such. The version goes to
    review at once, unless a draft of somebody's is in the works: then it becomes part of that.
    """
    row = desk.queue.get(question_id)
    chosen = [text for text in dict.fromkeys(texts) if text in row.texts][:MOST_WAYS_ATTACHED]
    if not chosen:
        raise InvalidEntry({"text": "至少选一种问法"})
    try:
        entry = desk.store.latest(entry_id)
    except UnknownEntry as error:
        raise InvalidEntry({"entry": "没有这个条目，请从列表里选"}) from error
    more = [text for text in chosen if text not in known_ways(entry)]
    changed = with_ways(entry, part, more)
    submit = entry.status != "draft"
    stored = desk.editing.save(actor, changed, entry.version, f"加问法：{'；'.join(more)}"[:500], submit=submit)
    desk.queue.link(actor, question_id, entry_id, "queue.attach")
    return stored


def known_ways(entry: Entry) -> set[str]:
    """Return every way of asking that the entry has."""
    return {*entry.questions, *(text for part in facets(entry) for text in part.questions)}


def parts_to_ask_for(entry: Entry) -> list[str]:
    """Return the headings of the parts that ways of asking can be attached to, in reading order."""
    return [part.heading for part in facets(entry) if part.heading in get_args(Part)]


def with_ways(entry: Entry, part: str, texts: Sequence[str]) -> Entry:
    """Return the entry with more ways of asking for a part, or for itself (InvalidEntry when there is no such part)."""
    if not texts:
        return entry
    if not part:
        return entry.copy(update={"questions": (*entry.questions, *texts)})
    if part not in parts_to_ask_for(entry):
        raise InvalidEntry({"part": f"“{entry.title}”没有写“{part}”，请选别的部分或“整个条目”"})
    others = tuple(ways for ways in entry.ways if ways.part != part)
    own = tuple(text for ways in entry.ways if ways.part == part for text in ways.texts)
    return entry.copy(update={"ways": (*others, Ways.parse_obj({"part": part, "texts": (*own, *texts)}))})


def begin(desk: Curation, question_id: str, kind: str) -> dict[str, str]:
    """Return the form of a new entry that answers a row: its wordings and its department (UnknownQuestion)."""
    row = desk.queue.get(question_id)
    texts = {"title": row.title.rstrip("？?。 ")[:60], "questions": "\n".join(row.texts[:MOST_WAYS_ATTACHED])}
    return {**texts, "department": row.department} if kind != "package" else texts


def free_id(desk: Curation, kind: str) -> str:
    """Return an id that no entry has: kind, day and a number."""
    taken = {item.id for item in desk.shelf.items()}
    stem = f"{kind}-{clock.today():%Y%m%d}"
    return next(name for number in range(1, 10_000) if (name := f"{stem}-{number}") not in taken)
