"""The curators' services of one application, put together once."""

from __future__ import annotations

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
from web.jobs import SITE, open_queue
from web.jobs import Queue as Jobs
from web.knowledge.search import Search


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
    jobs: Jobs

    def searcher(self) -> Searcher:
        """Return the search of the site, opened (SearchDown)."""
        return cast(Searcher, self.search.finder())

    def take_in(self) -> None:
        """Take in new questions; when there are any, ask the open ones again."""
        if self.queue.refresh():
            self.queue.recheck()


def open_curation(store: Store, settings: Settings, search: Search, judged: Settled, rehearsal: Rehearsal) -> Curation:
    """Put the services together on the site's database and search; `judged` are the questions people settled."""

    def searcher() -> Searcher:
        return cast(Searcher, search.finder())

    engine, jobs = store.engine, open_queue(settings, SITE)
    queue = Queue(engine, settings, searcher, rehearsal)
    effects = Effects(store, settings, searcher, judged, rehearsal, jobs)

    def in_force(before: Index, after: Index) -> None:
        queue.recheck()
        effects.published(before, after)

    publisher = Publisher(store, settings, searcher, in_force, jobs)
    editing, shelf = Editing(engine, publisher.want), Shelf(engine)
    files = Files(engine, settings.data_dir / "files")
    imports = Imports(engine, store, settings.data_dir / "imports")
    return Curation(search, store, editing, queue, effects, publisher, shelf, files, imports, rehearsal, jobs)
