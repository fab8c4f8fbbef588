"""The curators' services of one application, put together once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import cast

from kb.settings import Settings
from kb.store import Store
from retriever.index.index import Index
from retriever.search.searcher import Searcher
from web.chat.rehearsal import Rehearsal
from web.curation.answer_changes import Effects, Settled
from web.curation.editing import Editing
from web.curation.entry_list import Shelf
from web.curation.files import Files
from web.curation.importing import Imports
from web.curation.publishing import Publisher
from web.curation.queue import Queue
from web.knowledge.search import Search

log = logging.getLogger(__name__)
TICK_SECONDS = 20.0


@dataclass(frozen=True)
class Curation:
    """What the pages of the curators need."""

    search: Search
    store: Store
    editing: Editing
    queue: Queue
    effects: Effects
    publisher: Publisher
    shelf: Shelf
    files: Files
    imports: Imports
    rehearsal: Rehearsal

    def searcher(self) -> Searcher:
        """Return the search of the site, opened (SearchDown)."""
        return cast(Searcher, self.search.finder())

    def tick(self) -> int:
        """Publish what is due, take in new questions, ask open ones again; returns how many entries came out."""
        out = self.editing.publish_due()
        if self.queue.refresh():
            self.queue.recheck()
        return out

    def start(self) -> None:
        """Tick in the background as long as the process lives."""
        threading.Thread(target=self._ticking, name="curation", daemon=True).start()

    def _ticking(self) -> None:
        pause = threading.Event()
        while not pause.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception:  # one bad minute must not end all later ones
                log.exception("tick failed")


def open_curation(store: Store, settings: Settings, search: Search, judged: Settled, rehearsal: Rehearsal) -> Curation:
    """Put the services together on the site's database and search; `judged` are the questions people settled."""

    def searcher() -> Searcher:
        return cast(Searcher, search.finder())

    engine = store.engine
    queue = Queue(engine, settings, searcher, rehearsal)
    effects = Effects(store, settings, searcher, judged, rehearsal)

    def in_force(before: Index, after: Index) -> None:
        queue.recheck()
        effects.published(before, after)

    publisher = Publisher(store, settings, searcher, in_force)
    editing, shelf = Editing(engine, publisher.want), Shelf(engine)
    files = Files(engine, settings.data_dir / "files")
    imports = Imports(engine, store, settings.data_dir / "imports")
    return Curation(search, store, editing, queue, effects, publisher, shelf, files, imports, rehearsal)
