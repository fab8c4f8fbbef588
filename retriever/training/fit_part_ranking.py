"""Fits the choice of a part: the classifier on question vectors, and the weights of what speaks for a part.

The classifier learns from the knowledge base's own questions and the ready-made ways of asking for a part; the weights
from the judged questions set aside for tuning, as a conditional logit over the parts of the right entry.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from kb.facets import Facet, facets
from kb.models import Entry
from retriever.encoder.protocol import Encoder
from retriever.index import part_ranking
from retriever.index.part_ranking import FAQ, FEATURES
from retriever.index.ready_made import part_questions
from retriever.search import part_classifier
from retriever.search.part_classifier import OUTSIDE, Aspects
from retriever.search.rank import rank_everything
from retriever.search.searcher import Searcher
from retriever.training.calibrate import Gold

WAYS_A_PART = 4
PARTS_INVERSE_PENALTY = 30.0
RIDGE = 0.02
PLAIN = 3  # judged questions for each ready-made one
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Choice:
    """One judged question: the features of each part of the right entry, and which parts are right."""

    entry: str
    table: Floats
    right: NDArray[np.bool_]


def fit_aspects(entries: Iterable[Entry], encoder: Encoder, outside: Sequence[str] = (), seed: int = 0) -> Aspects:
    """Return the classifier: from a question's vector to the name of the part it asks for, or OUTSIDE."""
    rows = _labelled(entries, random.Random(seed)) + [(line, OUTSIDE) for line in outside]  # noqa: S311
    texts, names = zip(*rows, strict=True)
    model = LogisticRegression(C=PARTS_INVERSE_PENALTY, max_iter=500).fit(encoder.encode_queries(texts), names)
    weights, bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
    return Aspects(encoder.name, tuple(map(str, model.classes_)), weights, bias)


def _labelled(entries: Iterable[Entry], rng: random.Random) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for entry in entries:
        for part in facets(entry):
            rows += [(text, part.name) for text in (*_ready_made(entry, part, WAYS_A_PART, rng), *part.questions)]
    return rows


def _ready_made(entry: Entry, part: Facet, count: int, rng: random.Random) -> list[str]:
    """Return up to `count` ready-made ways of asking for the part, with names of the entry."""
    ways = part_questions().get(part.name, ())
    names = (entry.title, *entry.aliases)
    return [way.replace("{}", rng.choice(names)) for way in rng.sample(ways, min(count, len(ways)))]


def plain(entries: Iterable[Entry], count: int, seed: int = 0) -> list[Gold]:
    """Return ready-made questions as judged ones: nobody writes 多久能办好 into a gold file, yet everybody asks it."""
    rng = random.Random(seed)  # noqa: S311
    rows = [
        Gold(text, (entry.id,), (part.name,), "", "", "")
        for entry in entries
        for part in facets(entry)
        for text in _ready_made(entry, part, 1, rng)
    ]
    return rng.sample(rows, min(count, len(rows)))


def choices(searcher: Searcher, gold: Sequence[Gold], on: dt.date, with_aspects: bool = True) -> list[Choice]:
    """Return the choices among the parts of the right entry; questions without a right part there are left out."""
    index, found = searcher.index, []
    for row in gold:
        if row.entries[0] not in index.numbers:
            continue
        number = index.numbers[row.entries[0]]
        ranking = rank_everything(index, row.question, searcher.vector(row.question), on)
        question = ranking.question if with_aspects else replace(ranking.question, aspects={})
        known, span = index.parts(number), index.span(number)
        right = np.array([_answers(part.key, part.facet, row) for part in known.parts])
        if right.any():
            table = part_ranking.features(known, question, ranking.passages[span], ranking.meaning[span])
            found.append(Choice(row.entries[0], table, right))
    return found


def _answers(key: str, facet: str, row: Gold) -> bool:
    """Say whether a part answers: of the frequent questions only the one named, when one is."""
    return facet in row.facets and not (facet == FAQ == row.facets[0] and row.key and key != row.key)


def fit_weights(rows: Sequence[Choice], ridge: float = RIDGE) -> Floats:
    """Return one weight a feature, by maximum likelihood with a ridge on standardised features."""
    every = np.vstack([row.table for row in rows])
    scale = every.std(axis=0)
    scale[scale < 1e-9] = np.inf
    tables = [row.table / scale for row in rows]

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = 0.0, np.zeros_like(weights)
        for table, row in zip(tables, rows, strict=True):
            scores = table @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            among = share * row.right
            total -= float(np.log(among.sum() + 1e-12))
            slope += table.T @ (share - among / (among.sum() + 1e-12))
        return total / len(rows) + ridge * float(weights @ weights), slope / len(rows) + 2 * ridge * weights

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x
    return np.asarray(fitted / scale, dtype=np.float64)


def share_right(rows: Sequence[Choice], weights: Floats) -> float:
    """Return the share of questions whose best part is a right one."""
    return float(np.mean([row.right[int(np.argmax(row.table @ weights))] for row in rows]))


def cross_validated(rows: Sequence[Choice], folds: int = 5) -> float:
    """Return the share right when the questions of an entry are judged by weights fitted on other entries."""
    names = sorted({row.entry for row in rows})
    fold = {name: place % folds for place, name in enumerate(names)}
    marks: list[float] = []
    for number in range(folds):
        held = [row for row in rows if fold[row.entry] == number]
        weights = fit_weights([row for row in rows if fold[row.entry] != number])
        marks += [share_right([row], weights) for row in held]
    return float(np.mean(marks))


def fit(
    searcher: Searcher, entries: Sequence[Entry], gold: Sequence[Gold], outside: Sequence[str], on: dt.date
) -> dict[str, float]:
    """Fit and write both files; returns the cross-validated share right with and without the classifier."""
    part_classifier.save(fit_aspects(entries, searcher.encoder, outside))
    judged = [*gold, *plain(entries, len(gold) // PLAIN)]
    rows = {name: choices(searcher, judged, on, name == "with_aspects") for name in ("with_aspects", "without")}
    save({name: fit_weights(table) for name, table in rows.items()})
    return {name: cross_validated(table) for name, table in rows.items()}


def save(fitted: dict[str, Floats], path: Path = part_ranking.COEFFICIENTS) -> None:
    """Write the weights by the names of their features."""
    data = {
        name: {feature: round(float(weight), 4) for feature, weight in zip(FEATURES, weights, strict=True) if weight}
        for name, weights in fitted.items()
    }
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part_ranking.load.cache_clear()
