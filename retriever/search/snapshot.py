"""The same search over one index that stays as it is: for trying an index, and for comparing two."""

from __future__ import annotations

from retriever.index.index import Index
from retriever.search.searcher import Searcher


class Pinned(Searcher):
    """Searches one index, whatever version comes into force meanwhile. Shares the vectors of known questions."""

    def __init__(self, like: Searcher, index: Index) -> None:
        """Search `index` with the settings and the encoder of `like`."""
        super().__init__(like._settings, like.encoder, index, like._mark)
        self._vectors = like._vectors

    def _current(self, wait: bool = False) -> Index:
        return self._index
