"""Questions of one meaning put together: vectors of the product's own encoder, shared characters, one library call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retriever.encoder.protocol import Encoder
from retriever.search.fusion import meaning
from retriever.text.bigrams import bigrams
from retriever.text.normalize import clean

Matrix = NDArray[np.float32]
ONE_GROUP = 0.2  # likeness from which two groups become one
CHARACTERS = 0.5  # share of common characters in a likeness, the rest is meaning


def likeness(texts: Sequence[str], encoder: Encoder, floor: float) -> Matrix:
    """Return how alike each two questions are, (n, n), about 0 for unrelated ones and 1 for equal ones."""
    return mixed(texts, encoder.encode_queries([clean(text) for text in texts]), floor)


def mixed(texts: Sequence[str], vectors: Matrix, floor: float) -> Matrix:
    """Return the likeness of texts whose vectors are known, (n, n)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    forms = [clean(text) for text in texts]
    said = TfidfVectorizer(analyzer="char", ngram_range=(1, 2)).fit_transform(forms)
    shared = (said @ said.T).toarray().astype(np.float32)
    likeness: Matrix = CHARACTERS * shared + (1 - CHARACTERS) * meaning(vectors @ vectors.T, floor)
    return likeness


def cluster(likeness: Matrix, near: float = ONE_GROUP) -> list[list[int]]:
    """Return groups of places, in the order of their first member; average linkage, cut at likeness `near`."""
    if len(likeness) < 2:
        return [[place] for place in range(len(likeness))]
    from sklearn.cluster import AgglomerativeClustering

    grouping = AgglomerativeClustering(
        n_clusters=None, affinity="precomputed", linkage="average", distance_threshold=1 - near
    )
    labels = grouping.fit_predict(np.clip(1 - likeness, 0, 2))
    groups: dict[int, list[int]] = {}
    for place, number in enumerate(labels):
        groups.setdefault(int(number), []).append(place)
    return list(groups.values())


def middle(likeness: Matrix, group: Sequence[int]) -> int:
    """Return the member that is most like all others of its group: the one to show."""
    inner = likeness[np.ix_(group, group)].sum(axis=1)
    return group[int(np.argmax(inner))]


def shared_pairs(text: str, others: Sequence[str]) -> list[float]:
    """Return how alike texts are by the pairs of neighbouring characters they share (Dice), 0 to 1.

    It needs no model, so it narrows the field for one, and stands in where there is none.
    """
    wanted = _pairs(text)
    return [2 * len(wanted & pairs) / ((len(wanted) + len(pairs)) or 1) for pairs in map(_pairs, others)]


def _pairs(text: str) -> set[str]:
    kept = "".join(char.lower() for char in text if char.isalnum())
    return set(bigrams(kept)) or {kept}
