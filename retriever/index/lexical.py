"""Scores by words: one BM25 field over documents that are already cut into tokens.

The score of every token in every document is reckoned when the field is made, in the form of Lucene (Kamphuis et al.
2020: ln(1 + (N - n + .5) / (n + .5)) * f / (f + k1 * (1 - b + b * length / mean length))); a question only adds up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Scores = NDArray[np.float32]
NOTHING = "\u2205"  # stands in for a document without tokens
K1, B = 1.2, 0.75
TOKENS, TABLE = "tokens.json", "scores.npz"


class Lexical:
    """BM25 over token lists. Scores are shares of what the question could reach at most: 0-1, higher is better."""

    def __init__(self, places: Mapping[str, int], table: sparse.csc_matrix) -> None:
        """Take the place of each token among the columns of a table of scores, shape (documents, tokens)."""
        self._places, self._table = places, table
        counts = np.diff(table.indptr)
        self._weight = _told(table.shape[0], counts).astype(np.float32)
        self._unseen = float(_told(table.shape[0], np.zeros(1, dtype=np.int32))[0])

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> Lexical:
        """Index the documents, one token list each; a list without tokens is never found."""
        kept = [tokens or [NOTHING] for tokens in documents] or [[NOTHING]]
        places = {token: place for place, token in enumerate(dict.fromkeys(chain.from_iterable(kept)))}
        lengths = np.fromiter(map(len, kept), np.int64, len(kept))
        columns = np.fromiter((places[token] for tokens in kept for token in tokens), np.int64, int(lengths.sum()))
        rows = np.repeat(np.arange(len(kept)), lengths)
        table = sparse.csc_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(kept), len(places)))
        having = np.diff(table.indptr)
        share = table.data / (table.data + K1 * (1 - B + B * lengths[table.indices] / lengths.mean()))
        table.data = (np.repeat(_told(len(kept), having), having) * share).astype(np.float32)
        return cls(places, table)

    def save(self, folder: Path) -> None:
        """Write the field into `folder`."""
        folder.mkdir(parents=True)
        sparse.save_npz(folder / TABLE, self._table, compressed=False)
        (folder / TOKENS).write_text(json.dumps(list(self._places), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> Lexical:
        """Read the field written by `save`; raises OSError, ValueError or KeyError when it is damaged."""
        tokens = json.loads((folder / TOKENS).read_text(encoding="utf-8"))
        return cls({token: place for place, token in enumerate(tokens)}, sparse.load_npz(folder / TABLE))

    def weight(self, token: str) -> float:
        """Return how much a token tells (its idf); a token never seen tells most."""
        place = self._places.get(token)
        return self._unseen if place is None else float(self._weight[place])

    def words(self) -> dict[str, int]:
        """Return every token with the number of documents that have it."""
        return dict(zip(self._places, np.diff(self._table.indptr).tolist(), strict=True))

    def holds(self, token: str, document: int) -> bool:
        """True when the document has the token."""
        place = self._places.get(token)
        return place is not None and bool((self._table.indices[self._column(place)] == document).any())

    def scores(self, tokens: Sequence[str]) -> Scores:
        """Return one score a document, shape (documents,)."""
        total = np.zeros(self._table.shape[0], dtype=np.float32)
        best = sum(self.weight(token) for token in tokens)
        for token in tokens:
            if (place := self._places.get(token)) is not None:
                column = self._column(place)
                total[self._table.indices[column]] += self._table.data[column]
        return total / np.float32(max(best, 1e-6))

    def _column(self, place: int) -> slice:
        return slice(self._table.indptr[place], self._table.indptr[place + 1])


def _told(size: int, having: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return how much tokens tell that stand in `having` of `size` documents."""
    told: NDArray[np.float64] = np.log1p((size - having + 0.5) / (having + 0.5))
    return told
