"""How alike texts are in meaning: vectors of the search's own encoder, encoded in one batch and kept by text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kb.lru_cache import LruCache
from retriever.search.fusion import meaning
from retriever.text.normalize import clean
from web.errors import SearchDown
from web.knowledge.clusters import shared_pairs
from web.knowledge.search import Search

if TYPE_CHECKING:
    from retriever.search.searcher import Searcher

Matrix = NDArray[np.float32]
VECTORS_KEPT = 20_000  # vectors of 512 numbers: 40 MB
CHARACTERS_COMPARED = 300  # characters of a text that are looked at
# What pairs of the same and of unlike appeals score: docs/tickets.md has the figures.
SAME_MEANING, LIKE_MEANING = 0.6, 0.4
PAIRS_SAME, PAIRS_LIKE = 0.7, 0.3  # the same marks on shared pairs of characters, which stand in for a missing encoder


class Meaning:
    """Compares texts through the encoder of `search`. Safe to share between threads."""

    def __init__(self, search: Search, kept: int = VECTORS_KEPT) -> None:
        """Keep the vectors of at most `kept` texts, those used last."""
        self._search = search
        self._known: LruCache[str, Matrix] = LruCache(kept)

    def vectors(self, texts: Sequence[str]) -> tuple[Matrix, float]:
        """Return one unit vector a text, (n, dimension), and the cosine of unrelated texts (SearchDown)."""
        searcher = self._searcher()
        forms = [clean(text[:CHARACTERS_COMPARED]) for text in texts]
        known = {form: vector for form in set(forms) if (vector := self._known.get(form)) is not None}
        new = [form for form in dict.fromkeys(forms) if form not in known]
        if new:
            known |= dict(zip(new, searcher.encoder.encode_queries(new), strict=True))
        for form in dict.fromkeys(forms):
            self._known.put(form, known[form])
        made = np.stack([known[form] for form in forms]) if forms else np.zeros((0, searcher.encoder.dimension))
        return made.astype(np.float32), searcher.index.floor

    def similar(self, text: str, others: Sequence[str]) -> list[float]:
        """Return how alike `text` is to each other text, 0 to 1; SAME and LIKE are the marks to judge it by.

        While the encoder cannot be used, shared characters stand in, brought to the same marks.
        """
        try:
            vectors, floor = self.vectors([text, *others])
        except SearchDown:
            pairs = shared_pairs(text, others)
            return [
                float(one)
                for one in np.interp(pairs, (0, PAIRS_LIKE, PAIRS_SAME, 1), (0, LIKE_MEANING, SAME_MEANING, 1))
            ]
        return [max(0.0, float(one)) for one in meaning(vectors[1:] @ vectors[0], floor)]

    def _searcher(self) -> Searcher:
        from retriever.search.searcher import Searcher

        finder = self._search.finder()
        if not isinstance(finder, Searcher):
            raise SearchDown("检索里没有编码器")
        return finder
