"""An entry as visitors will see it: the sentence, the card and 一图一表, by the services that the site uses."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from kb.errors import KnowledgeBaseError
from kb.facets import facets
from kb.facets.answers import answer_text
from kb.models import Entry
from kb.packages import Lookup
from web import clock
from web.knowledge.cards import card
from web.knowledge.print_sheet import Sheet, has_sheet, sheet


@dataclass(frozen=True)
class Preview:
    """What one part of an entry looks like; `trouble` says why there is no sheet."""

    entry: Entry
    key: str
    sentence: str
    card: dict[str, Any]
    keys: tuple[tuple[str, str], ...]
    sheet: Sheet | None = None
    svg: str = ""
    trouble: str = ""


def preview(entry: Entry, key: str, lookup: Lookup) -> Preview:
    """Return how the part `key` would be answered; the first part when the entry has no such part."""
    day = clock.today()
    shown = entry.copy(update={"status": "published"})  # a draft is judged as what it will be
    parts = {part.key: part for part in facets(shown)}
    key = key if key in parts else next(iter(parts), "overview")
    keys = tuple((part.key, part.heading) for part in parts.values())
    made = card(shown, parts[key].name if key in parts else "overview", key, day)
    made["fields"] = [part for part in made["fields"] if part["format"] != "image"]
    drawn, trouble = _sheet(shown, lookup)
    svg = base64.b64encode(drawn.svg.encode()).decode() if drawn and drawn.svg else ""
    return Preview(shown, key, answer_text(shown, key, day), made, keys, drawn, svg, trouble)


def _sheet(entry: Entry, lookup: Lookup) -> tuple[Sheet | None, str]:
    if not has_sheet(entry):
        return None, ""
    try:
        return sheet(entry, lookup), ""
    except (KnowledgeBaseError, ValueError) as error:
        return None, f"一图一表现在画不出来：{error}"
