"""The site's own searcher, opened once when it is first needed."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

from retriever.errors import EncoderBroken, EncoderMismatch, EncoderMissing
from retriever.search.results import Found
from web.errors import SearchDown

log = logging.getLogger(__name__)
OPENING = "正在打开"


class Finder(Protocol):
    """What the site needs of retriever.search.searcher.Searcher."""

    def search(self, question: str, *, top_k: int = 5, kinds: Collection[str] = (), on: dt.date | None = None) -> Found:
        """Return what was found for the question."""
        ...

    @property
    def version(self) -> str:
        """The index version in force."""
        ...


@dataclass(frozen=True)
class SearchState:
    """Whether search can be used, the index version or what is wrong, and whether the encoder is to blame."""

    usable: bool
    detail: str
    encoder_fits: bool


class Search:
    """Opens the searcher when it is first wanted, and says how it stands. Safe to share between threads."""

    def __init__(self, opener: Callable[[], Finder]) -> None:
        """Remember how to open it; opening loads the encoder and the index and takes seconds."""
        self._opener = opener
        self._guard = threading.Lock()
        self._finder: Finder | None = None
        self._trouble: Exception | None = None
        self._warming: threading.Thread | None = None

    def find(self, query: str, **options: Any) -> Found:
        """Return what was found (SearchDown, with the cure in its words)."""
        return self._opened().search(query, **options)

    def finder(self) -> Finder:
        """Return the searcher itself, opened (SearchDown)."""
        return self._opened()

    def state(self) -> SearchState:
        """Return how search stands without waiting; the first call starts opening."""
        finder, trouble = self._finder, self._trouble
        if finder is not None:
            return SearchState(True, finder.version, True)
        self.warm()
        return SearchState(False, str(trouble or OPENING), trouble is not None and not _encoder_is_wrong(trouble))

    def warm(self) -> None:
        """Start opening in the background, unless that is going on."""
        if self._warming is None or not self._warming.is_alive():
            self._warming = threading.Thread(target=self._try_open, name="open-searcher", daemon=True)
            self._warming.start()

    def _try_open(self) -> None:
        try:
            self._opened()
        except SearchDown as error:
            log.warning("search is not ready: %s", error.detail)

    def _opened(self) -> Finder:
        with self._guard:
            if self._finder is None:
                try:
                    self._finder = self._opener()
                except Exception as error:  # whatever is wrong with index or encoder, the site itself goes on
                    self._trouble = error
                    raise SearchDown(f"检索暂时用不了：{error}") from error
                self._trouble = None
            return self._finder


def _encoder_is_wrong(trouble: Exception) -> bool:
    return isinstance(trouble, (EncoderMismatch, EncoderMissing, EncoderBroken))
