"""What the action process opens once: the settings and the search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kb.settings import Settings
from retriever.search.searcher import Searcher


@dataclass(frozen=True)
class Opened:
    """Everything a turn needs that is expensive to open."""

    settings: Settings
    searcher: Searcher


@cache
def opened() -> Opened:
    """Open the search named by the environment, once a process; raises what `Searcher.open` raises."""
    settings = Settings.from_env()
    return Opened(settings, Searcher.open(settings))
