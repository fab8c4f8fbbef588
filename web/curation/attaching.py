"""Work that leads from the queue to an entry: a wording added to one, or a new one begun."""

from __future__ import annotations

from collections.abc import Sequence

from kb.errors import UnknownEntry
from kb.models import Entry
from web import clock
from web.accounts.people import Person
from web.curation.errors import InvalidEntry
from web.curation.service import Curation

MOST = 20


def attach(desk: Curation, actor: Person, question_id: str, entry_id: str, texts: Sequence[str]) -> Entry:
    """Store a version of the entry with the wordings among its questions (InvalidEntry, UnknownQuestion).

    It goes to review at once, unless a draft of somebody's is in the works: then it becomes part of that.
    """
    row = desk.queue.get(question_id)
    chosen = [text for text in dict.fromkeys(texts) if text in row.texts][:MOST]
    if not chosen:
        raise InvalidEntry({"text": "至少选一种问法"})
    try:
        entry = desk.store.latest(entry_id)
    except UnknownEntry as error:
        raise InvalidEntry({"entry": "没有这个条目，请从列表里选"}) from error
    more = [text for text in chosen if text not in entry.questions]
    changed = entry.copy(update={"questions": (*entry.questions, *more)})
    submit = entry.status != "draft"
    stored = desk.editing.save(actor, changed, entry.version, f"加问法：{'；'.join(more)}"[:500], submit=submit)
    desk.queue.link(actor, question_id, entry_id, "queue.attach")
    return stored


def begin(desk: Curation, question_id: str, kind: str) -> dict[str, str]:
    """Return the form of a new entry that answers a row: its wordings and its department (UnknownQuestion)."""
    row = desk.queue.get(question_id)
    texts = {"title": row.title.rstrip("？?。 ")[:60], "questions": "\n".join(row.texts[:MOST])}
    return {**texts, "department": row.department} if kind != "package" else texts


def free_id(desk: Curation, kind: str) -> str:
    """Return an id that no entry has: kind, day and a number."""
    taken = {item.id for item in desk.shelf.items()}
    stem = f"{kind}-{clock.today():%Y%m%d}"
    return next(name for number in range(1, 10_000) if (name := f"{stem}-{number}") not in taken)
