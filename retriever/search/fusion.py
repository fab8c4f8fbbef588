"""Puts the scores of all searches together: plain functions on arrays, no model, disk or clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from retriever.search.thresholds import KEPT_FOR_LETTERS, LONG_LIST, NEAREST_NAMES

Scores = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Weights:
    """Shares of each search in a score, 0-1. What `words` and `pairs` leave goes to meaning.

    `names` is the share of titles, aliases and attached questions against the text of the entry, and `spelling` that of
    words and pairs together (half each) in the score of a name; `several` is the share of the nearest few names by
    meaning against all that, for entries that have so many; `akin` is what a synonym of a word of the question counts
    against the word itself; `value` is added to an entry whose text gives the kind of thing that is asked for;
    `fitting` is added to one of the first entries for each point by which its best part fits the question, `called`
    when a name of it stands in the question; `stale` is taken from entries that are not in force on the day.
    """

    words: float = 0.2
    pairs: float = 0.1
    names: float = 0.55
    several: float = 0.3
    spelling: float = 0.55
    akin: float = 0.5
    value: float = 0.04
    fitting: float = 0.01
    called: float = 0.03
    stale: float = 0.1

    @property
    def of_names(self) -> Weights:
        """The shares of each search in the score of a name."""
        return replace(self, words=self.spelling / 2, pairs=self.spelling / 2)

    @property
    def meaning(self) -> float:
        """The share of the vectors."""
        return 1 - self.words - self.pairs


def meaning(cosines: Scores, floor: float) -> Scores:
    """Stretch cosines so that two unrelated texts score 0 and equal ones 1; `floor` is the encoder's mean cosine."""
    return np.clip((cosines - floor) / max(1 - floor, 1e-6), -1, 1).astype(np.float32)


def blend(words: Scores, pairs: Scores, dense: Scores, weights: Weights) -> Scores:
    """Return the weighted sum of three scores of the same texts."""
    return np.asarray(weights.words * words + weights.pairs * pairs + weights.meaning * dense, dtype=np.float32)


def best_of(scores: Scores, starts: Places, default: float) -> Scores:
    """Return the highest score of each group `scores[starts[i]:starts[i + 1]]`; an empty one gets `default`."""
    found = np.full(len(starts) - 1, default, dtype=np.float32)
    filled = np.flatnonzero(starts[:-1] < starts[1:])
    if len(filled):
        found[filled] = np.maximum.reduceat(scores, starts[:-1][filled])
    return found


def mean_of_best(scores: Scores, owner: Places, starts: Places, count: int = NEAREST_NAMES) -> Scores:
    """Return the mean of the `count` highest different scores of each group, -inf for a group that has fewer.

    Groups are as in `best_of`; `owner` names the group of each score, and a score of -inf is none.
    """
    left, total = scores.copy(), np.zeros(len(starts) - 1, dtype=np.float32)
    for _ in range(count):
        best = best_of(left, starts, -np.inf)
        total += best
        left[left == best[owner]] = -np.inf
    return total / count


def entry_scores(body: Scores, names: Scores, few: Scores, weights: Weights) -> Scores:
    """Join an entry's text score, the score of its best name, and the mean of its nearest few; -inf is none."""
    named = np.where(np.isfinite(names), (1 - weights.names) * body + weights.names * names, body)
    scores = np.where(np.isfinite(few), (1 - weights.several) * named + weights.several * few, named)
    return np.asarray(scores, dtype=np.float32)


def ranked(scores: Scores, allowed: NDArray[np.bool_], count: int) -> list[int]:
    """Return the places of the `count` highest allowed scores, best first; equal ones in order of place."""
    places = np.flatnonzero(allowed)
    order = np.lexsort((places, -scores[places]))
    return [int(place) for place in places[order[:count]]]


def listed(scores: Scores, letters: Scores, allowed: NDArray[np.bool_], count: int) -> list[int]:
    """Return the places of `count` entries to list: by score, but a long list keeps its end for the nearest by letters.

    What the letters alone would put first is worth a look even where meaning outvotes it (pooling; Spärck Jones and
    van Rijsbergen 1975). Below LONG_LIST entries nothing is kept.
    """
    by_score = ranked(scores, allowed, count)
    if count < LONG_LIST:
        return by_score
    head = by_score[: count - KEPT_FOR_LETTERS]
    by_letters = (place for place in ranked(letters, allowed, count) if place not in head)
    return [*head, *islice(by_letters, KEPT_FOR_LETTERS)]
