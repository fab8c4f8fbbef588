"""The curators' services of one application, put together once."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from kb.store import Store
from retriever.index import Index
from retriever.searcher import Searcher
from web.curation.editing import Editing
from web.curation.effects import Effects
from web.curation.files import Files
from web.curation.importing import Imports
from web.curation.publishing import Publisher
from web.curation.queue import Queue
from web.curation.shelf import Shelf
from web.desk import Desk

log = logging.getLogger(__name__)
NAME = "qxb-curation"
TICK_SECONDS = 20.0


@dataclass(frozen=True)
class Curation:
    """What the pages of the curators need."""

    desk: Desk
    store: Store
    editing: Editing
    queue: Queue
    effects: Effects
    publisher: Publisher
    shelf: Shelf
    files: Files
    imports: Imports

    def searcher(self) -> Searcher:
        """Return the search of the site, opened (SearchDown)."""
        return cast(Searcher, self.desk.search.finder())

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


def open_curation(desk: Desk) -> Curation:
    """Put the services together on the desk's database and search."""
    store = Store(desk.engine)

    def searcher() -> Searcher:
        return cast(Searcher, desk.search.finder())

    queue = Queue(desk.engine, desk.settings, searcher)
    effects = Effects(store, desk.settings, searcher)

    def in_force(before: Index, after: Index) -> None:
        queue.recheck()
        effects.published(before, after)

    publisher = Publisher(store, desk.settings, searcher, in_force)
    editing, shelf = Editing(desk.engine, publisher.want), Shelf(desk.engine)
    files = Files(desk.engine, desk.settings.data_dir / "files")
    imports = Imports(desk.engine, store, desk.settings.data_dir / "imports")
    return Curation(desk, store, editing, queue, effects, publisher, shelf, files, imports)


def init_app(app: Flask, desk: Desk) -> None:
    """Keep the services with the application."""
    app.extensions[NAME] = open_curation(desk)


def of(app: Flask) -> Curation:
    """Return the services of `app`."""
    return cast(Curation, app.extensions[NAME])


def curation() -> Curation:
    """Return the services of the application that handles this request."""
    return of(current_app)
