"""The kind of thing a question asks for (a time, a sum, papers, a place …) and what kinds a text gives.

An answer to 何时 holds a date or a duration, one to 多少钱 a sum: texts of the wanted kind are preferred among texts
about the same matter (answer-type matching, as in question answering since Voorhees' TREC-8 track). The words stand in
part_words.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retriever.index.part_words import asked_kinds, given_kinds

ENOUGH = 3  # so many things of a kind in a text count as full
REMEMBERED = 1 << 17
Counts = NDArray[np.uint8]

KINDS = ("time", "money", "papers", "place", "contact", "who", "how", "why")  # the columns of every index


def asked(question: str) -> NDArray[np.float32]:
    """Return 1 for each kind that the question asks for, else 0; shape (kinds,)."""
    return np.array([bool(pattern.search(question)) for _, pattern in asked_kinds()], dtype=np.float32)


def counted(texts: Iterable[str]) -> Counts:
    """Return how many things of each kind every text gives, at most ENOUGH; shape (texts, kinds)."""
    return np.array([_given(text) for text in texts], dtype=np.uint8).reshape(-1, len(KINDS))


@lru_cache(maxsize=REMEMBERED)
def _given(text: str) -> tuple[int, ...]:
    return tuple(min(ENOUGH, len(pattern.findall(text))) for _, pattern in given_kinds())


def share(counts: NDArray[Any]) -> NDArray[np.float32]:
    """Return counts as shares, 0-1."""
    return np.minimum(counts, ENOUGH).astype(np.float32) / np.float32(ENOUGH)
