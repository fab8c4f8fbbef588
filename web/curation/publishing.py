"""Bringing a changed knowledge base before the visitors: one builder in the background, the old index serves on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from kb.settings import Settings
from kb.store import Store
from retriever.index.build import build_index
from retriever.index.index import Index
from retriever.search.searcher import Searcher
from web.curation.editing import INDEX
from web.jobs import Job, Queue

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class State:
    """How the index stands: whether a build is going on or waiting, the last one's seconds, and what went wrong."""

    busy: bool = False
    version: str = ""
    seconds: float = 0.0
    trouble: str = ""


class Publisher:
    """Builds a new index version whenever asked to; requests that come while it builds are taken together."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        searcher: Callable[[], Searcher],
        after: Callable[[Index, Index], None],
        jobs: Queue,
    ) -> None:
        """`after` is called with the old and the new index when a new version is in force."""
        self._store, self._settings, self._searcher, self._after = store, settings, searcher, after
        self._job = Job(jobs, INDEX, self._build)
        self._state = State()

    def want(self) -> None:
        """Have an index built from what is stored now; returns at once."""
        self._job.want()

    def state(self) -> State:
        """Return how the index stands."""
        return replace(self._state, busy=self._job.wanted())

    def wait(self, seconds: float = 60.0) -> State:
        """Wait until nothing is left to build."""
        self._job.wait(seconds)
        return self.state()

    def _build(self) -> None:
        began = time.perf_counter()
        try:
            searcher = self._searcher()
            before = searcher.index
            entries, words = self._store.entries(), self._store.lexicon()
            report = build_index(entries, searcher.encoder, self._settings, words=words)
            after = searcher.catch_up()
            seconds = time.perf_counter() - began
            log.info("index %s in force after %.2f s, %d passages encoded", after.name, seconds, report.encoded)
            self._state = State(version=report.version, seconds=seconds)
            self._after(before, after)
        except Exception as error:  # the old version serves on; the desk shows what is wrong
            log.exception("publishing failed")
            self._state = State(version=self._state.version, trouble=str(error))
