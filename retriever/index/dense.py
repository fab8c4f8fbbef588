"""Nearest vectors: exact for small indexes, an approximate FAISS index chosen by rule for large ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
EXACT_LIMIT = 50_000
HNSW_LIMIT = 200_000
HNSW_LINKS = 32
RERANKED = 10


def rule(count: int) -> str:
    """Say which index `count` vectors get: exact, hnsw or ivf-sq8."""
    if count <= EXACT_LIMIT:
        return "exact"
    return "hnsw" if count <= HNSW_LIMIT else "ivf-sq8"


class Dense:
    """Finds the rows of a matrix of unit vectors that are nearest to a query by inner product (cosine)."""

    def __init__(self, vectors: Vectors, index: faiss.Index | None) -> None:
        """Take unit rows (n, dimension) and, above EXACT_LIMIT, the FAISS index over them."""
        self.vectors, self._index = vectors, index

    @classmethod
    def build(cls, vectors: Vectors) -> Dense:
        """Index the rows by the rule."""
        return cls(vectors, _BUILDERS[rule(len(vectors))](vectors))

    @classmethod
    def open(cls, folder: Path) -> Dense:
        """Read what `save` wrote; raises OSError, ValueError or RuntimeError when it is damaged."""
        vectors = np.load(folder / "vectors.npy", mmap_mode="r" if rule_needs_file(folder) else None)
        index = faiss.read_index(str(folder / "vectors.faiss")) if rule_needs_file(folder) else None
        return cls(vectors, index)

    def save(self, folder: Path) -> None:
        """Write the vectors, and the index when there is one, into `folder`."""
        np.save(folder / "vectors.npy", self.vectors)
        if self._index is not None:
            faiss.write_index(self._index, str(folder / "vectors.faiss"))

    def search(self, query: Vectors, count: int) -> tuple[Ids, Vectors]:
        """Return ids and cosines of the `count` nearest rows, best first; equal ones in order of id."""
        if self._index is None:
            return _best(np.arange(len(self.vectors)), self.vectors @ query, count)
        _, found = self._index.search(query[None, :], count * RERANKED if count <= 20 else 2 * count)
        ids = np.unique(found[0][found[0] >= 0])
        return _best(ids, np.asarray(self.vectors[ids]) @ query, count)

    def among(self, query: Vectors, ids: Ids) -> tuple[Ids, Vectors]:
        """Return the given ids with their exact cosines."""
        return ids, np.asarray(self.vectors[ids]) @ query


def rule_needs_file(folder: Path) -> bool:
    """True when the folder holds an approximate index beside the vectors."""
    return (folder / "vectors.faiss").exists()


def _best(ids: Ids, scores: Vectors, count: int) -> tuple[Ids, Vectors]:
    if count < len(ids):
        kept = np.argpartition(-scores, count - 1)[:count]
        ids, scores = ids[kept], scores[kept]
    order = np.lexsort((ids, -scores))
    return ids[order], scores[order]


def _hnsw(vectors: Vectors) -> faiss.Index:
    index = faiss.IndexHNSWFlat(vectors.shape[1], HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = 120, 256
    index.add(np.ascontiguousarray(vectors))
    return index


def _ivf(vectors: Vectors) -> faiss.Index:
    lists = int(2 ** round(math.log2(4 * math.sqrt(len(vectors)))))
    quantiser = faiss.IndexFlatIP(vectors.shape[1])
    index = faiss.IndexIVFScalarQuantizer(
        quantiser, vectors.shape[1], lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter = 10
    sample = np.random.default_rng(0).choice(len(vectors), min(len(vectors), 40 * lists), replace=False)
    index.train(np.ascontiguousarray(vectors[np.sort(sample)]))
    index.add(np.ascontiguousarray(vectors))
    index.nprobe = max(16, lists // 128)
    return index


_BUILDERS: dict[str, Callable[[Vectors], faiss.Index | None]] = {
    "exact": lambda vectors: None,
    "hnsw": _hnsw,
    "ivf-sq8": _ivf,
}
