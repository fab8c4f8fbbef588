"""What answering works with: the search as of a day, what a question came to, and when a search leaves no doubt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from kb.errors import UnknownEntry
from kb.models import Entry
from kb.settings import Settings
from retriever.dialogue import thresholds
from retriever.search.results import Found
from retriever.search.searcher import Searcher

EXACT = {"code", "title", "alias", "question"}


@dataclass(frozen=True)
class Desk:
    """What answering needs: the search, the settings, the day, and how certain the act of the message is (0-1)."""

    searcher: Searcher
    settings: Settings
    today: dt.date
    sure: float = 0.0

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry, or None when the index in force does not have it any more."""
        try:
            return self.searcher.entry(entry_id) if entry_id else None
        except UnknownEntry:
            return None

    def search(self, text: str, *, within: str = "", kinds: Collection[str] = ()) -> Found:
        """Search as of the day of the turn."""
        return self.searcher.search(text, top_k=self.settings.top_k, on=self.today, within=within, kinds=kinds)


@dataclass(frozen=True)
class Resolved:
    """What one question came to: an entry with the keys to show, or a search that was not enough.

    `beside` is a further part that may be meant nearly as well as the one to show, empty when there is no doubt;
    `lacking` is the part asked for that the entry does not have; `note` stands before the answer; `followed` says
    that the entry was in hand already and the question did not name it.
    """

    entry: Entry | None
    keys: tuple[str, ...] = ()
    confidence: float = 0.0
    found: Found | None = None
    lacking: str = ""
    note: str = ""
    followed: bool = False
    beside: str = ""


def certain(found: Found) -> bool:
    """Say whether the search leaves no doubt: the item is named outright, or its words are there and it is sure."""
    first = found.candidates[0].hit if found.candidates else None
    if first is None or not found.answerable:
        return False
    spoken = found.confidence >= thresholds.SEARCH_CERTAIN and found.evidence.coverage >= thresholds.WORDS_SPOKEN
    return spoken or bool(EXACT & set(first.found_by))


def named(found: Found) -> bool:
    """Say whether the words are a name, a number or a question of an entry: it answers, whatever they seem to be."""
    return bool(found.candidates) and found.answerable and bool(EXACT & set(found.candidates[0].hit.found_by))
