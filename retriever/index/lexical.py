"""Scores by words: one BM25 field (bm25s) over documents that are already cut into tokens."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.modules.setdefault("jax", None)  # type: ignore[arg-type]  # bm25s would load it, unused, for seconds
import bm25s  # noqa: E402

Scores = NDArray[np.float32]
NOTHING = "\u2205"
K1, B = 1.2, 0.75


class Quick(bm25s.BM25):  # type: ignore[misc]
    """bm25s with all scores reckoned at once instead of document by document; they are the same."""

    def build_index_from_ids(
        self, unique_token_ids: list[int], corpus_token_ids: list[list[int]], **progress: bool
    ) -> dict[str, Any]:
        """Return the columns of the score matrix, one a token (method lucene; Kamphuis et al. 2020)."""
        self.nonoccurrence_array = None
        count = len(corpus_token_ids)
        lengths = np.fromiter(map(len, corpus_token_ids), np.int64, count)
        tokens = np.fromiter(chain.from_iterable(corpus_token_ids), np.int64, int(lengths.sum()))
        cells, times = np.unique(tokens * count + np.repeat(np.arange(count), lengths), return_counts=True)
        token, document = np.divmod(cells, count)
        having = np.bincount(token, minlength=len(unique_token_ids))
        told = np.log1p((count - having + 0.5) / (having + 0.5))
        share = times / (times + self.k1 * (1 - self.b + self.b * lengths[document] / lengths.mean()))
        return {
            "data": (told[token] * share).astype(self.dtype),
            "indices": document.astype(self.int_dtype),
            "indptr": np.concatenate([[0], np.cumsum(having)]).astype(self.int_dtype),
            "num_docs": count,
        }


class Lexical:
    """BM25 over token lists. Scores are shares of what the question could reach at most: 0-1, higher is better."""

    def __init__(self, index: Any, size: int) -> None:
        """Take a built or loaded bm25s index over `size` documents."""
        self._index, self._size = index, size
        self._ids: dict[str, int] = index.vocab_dict
        self._columns, self._documents = index.scores["indptr"], index.scores["indices"]
        counts = np.diff(np.asarray(self._columns))
        self._weight = np.log1p((size - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        self._unseen = float(np.log1p((size + 0.5) / 0.5))

    @classmethod
    def build(cls, documents: Sequence[list[str]]) -> Lexical:
        """Index the documents, one token list each; a list without tokens is never found."""
        index = Quick(method="lucene", k1=K1, b=B)
        index.index([tokens or [NOTHING] for tokens in documents] or [[NOTHING]], show_progress=False)
        return cls(index, max(len(documents), 1))

    def save(self, folder: Path) -> None:
        """Write the field into `folder`."""
        folder.mkdir(parents=True)
        self._index.save(str(folder), show_progress=False)
        (folder / "size.json").write_text(json.dumps(self._size))

    @classmethod
    def open(cls, folder: Path) -> Lexical:
        """Read the field written by `save`; raises OSError, ValueError or KeyError when it is damaged."""
        index = bm25s.BM25.load(str(folder), load_corpus=False, show_progress=False)
        return cls(index, json.loads((folder / "size.json").read_text()))

    def weight(self, token: str) -> float:
        """Return how much a token tells (its idf); a token never seen tells most."""
        place = self._ids.get(token)
        return self._unseen if place is None else float(self._weight[place])

    def words(self) -> dict[str, int]:
        """Return every token with the number of documents that have it."""
        counts = np.diff(np.asarray(self._columns)).tolist()
        return {token: counts[place] for token, place in self._ids.items() if place < len(counts)}

    def holds(self, token: str, document: int) -> bool:
        """True when the document has the token."""
        place = self._ids.get(token)
        if place is None:
            return False
        first, last = self._columns[place], self._columns[place + 1]
        return bool((self._documents[first:last] == document).any())

    def scores(self, tokens: Sequence[str]) -> Scores:
        """Return one score a document, shape (documents,)."""
        known = [token for token in tokens if token in self._ids]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        best = sum(self.weight(token) for token in tokens)
        return np.asarray(self._index.get_scores(known), dtype=np.float32) / np.float32(max(best, 1e-6))
