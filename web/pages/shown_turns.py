"""How a kept turn is shown to the staff: its sentences, the titles of entries."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.engine import Row

from kb.errors import UnknownEntry
from web.services import desk


def title_of() -> Callable[[str], str]:
    """Return a function from the id of an entry to its title, the id itself where there is none."""
    known: dict[str, str] = {}

    def title(entry_id: str) -> str:
        if entry_id not in known:
            try:
                known[entry_id] = desk().entries.get(entry_id).title
            except UnknownEntry:
                known[entry_id] = entry_id
        return known[entry_id]

    return title


def text_of(turn: Row) -> str:
    """Return the sentences of a kept answer."""
    return "\n".join(str(item["text"]) for item in turn.messages if item.get("type") == "text") or str(turn.answer)
