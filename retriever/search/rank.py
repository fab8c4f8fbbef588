"""Ranks the entries and passages of one index for one question: every search run once, then fused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from retriever.index import answer_types, part_ranking
from retriever.index.dense import Vectors
from retriever.index.identifiers import Exact
from retriever.index.index import CUTS, LEVELS, Index
from retriever.index.part_ranking import Question
from retriever.index.passages import Passage
from retriever.search import fusion, part_classifier
from retriever.search.fusion import Scores, Weights
from retriever.search.thresholds import (
    CALLED_LEAST,
    COMPARED_AT_MOST,
    LOOKED_INTO,
    NAMED_EXACTLY,
    NEAREST_PASSAGES,
    UNNAMED_MOST,
)
from retriever.text.normalize import normalise


@dataclass(frozen=True)
class Ranking:
    """Scores of one question. Arrays over entries or over passages; higher is better.

    `fits` has the parts of the first entries as `part_scores` returns them.
    """

    entries: Scores
    passages: Scores
    meaning: Scores
    shares: Mapping[str, Scores]
    exact: Mapping[int, Exact]
    question: Question
    allowed: NDArray[np.bool_]
    tokens: Mapping[str, list[str]]
    fits: Mapping[int, list[tuple[float, int]]] = field(default_factory=dict)


def rank(
    index: Index, question: str, vector: Vectors, allowed: NDArray[np.bool_], stale: NDArray[np.bool_], weights: Weights
) -> Ranking:
    """Score every allowed entry and its passages; `stale` marks entries that are not in force on the day."""
    plain = index.tokenizer.question(question)
    tokens = {"words": index.tokenizer.words(plain), "pairs": index.tokenizer.pairs(plain)}
    shares = _shares(index, tokens, index.tokenizer.akin(plain), weights)
    meaning = _meaning(index, vector, allowed)
    passages = np.zeros(len(index.passages), dtype=np.float32)
    for level, places, own in (("parts", ~index.is_way, weights), ("ways", index.is_way, weights.of_names)):
        if places.any():
            passages[places] = fusion.blend(shares[f"words-{level}"], shares[f"pairs-{level}"], meaning[places], own)
    exact = {item.entry: item for item in index.names.find(question) if allowed[item.entry]}
    entries = _entries(index, passages, meaning, shares, weights)
    entries = entries + np.float32(weights.value) * (index.gives @ answer_types.asked(question))
    for number in exact:
        entries[number] = NAMED_EXACTLY + 0.01 * float(np.clip(entries[number], 0, 1))
    entries = np.where(stale, entries - weights.stale, entries).astype(np.float32)
    wanted = part_ranking.question_of(question, part_classifier.load().of(vector, index.encoder))
    ranking = Ranking(entries, passages, meaning, shares, exact, wanted, allowed, tokens)
    return _looked_into(index, ranking, normalise(question), weights)


def _looked_into(index: Index, ranking: Ranking, question: str, weights: Weights) -> Ranking:
    """Add to the first entries what a closer look finds: how well the best part fits, and a name in the question.

    Entries with no ways of asking for their parts get nothing for a part, its fit was learned with them; what is named
    exactly stays first.
    """
    entries, fits = ranking.entries.copy(), {}
    for number in fusion.ranked(ranking.entries, ranking.allowed, LOOKED_INTO):
        fits[number] = part_scores(index, ranking, number)
        if number in ranking.exact:
            continue
        if any(part.ways for part in index.parts(number).parts):
            entries[number] += weights.fitting * fits[number][0][0]
        entries[number] += weights.called * _called(index.passages[index.span(number)], question)
        entries[number] = min(entries[number], UNNAMED_MOST)
    return replace(ranking, entries=entries, fits=fits)


def _called(passages: Sequence[Passage], question: str) -> bool:
    """Say whether a title or an alias among the passages stands in the question, both normalised."""
    names = (normalise(passage.text) for passage in passages if passage.way in ("title", "alias"))
    return any(len(name) >= CALLED_LEAST and name in question for name in names)


def rank_everything(index: Index, question: str, vector: Vectors, on: dt.date) -> Ranking:
    """Score all entries with the usual weights, for measuring and fitting."""
    everything = np.ones(len(index.cards), dtype=bool)
    return rank(index, question, vector, everything, index.states(on)[1], Weights())


def _shares(index: Index, tokens: Mapping[str, list[str]], akin: str, weights: Weights) -> dict[str, Scores]:
    """Return the word scores of every field; synonyms add their part of a score."""
    others = {"words": index.tokenizer.words(akin), "pairs": index.tokenizer.pairs(akin)} if akin else {}
    shares: dict[str, Scores] = {}
    for cut in CUTS:
        for level in LEVELS:
            lexical = index.fields[f"{cut}-{level}"]
            shares[f"{cut}-{level}"] = lexical.scores(tokens[cut])
            if others and weights.akin:
                shares[f"{cut}-{level}"] += np.float32(weights.akin) * lexical.scores(others[cut])
    return shares


def _meaning(index: Index, vector: Vectors, allowed: NDArray[np.bool_]) -> Scores:
    """Return stretched cosines of all passages; those not among the nearest get the last of the nearest."""
    wanted = allowed[index.owner]
    if not wanted.any():
        return np.zeros(len(wanted), dtype=np.float32)
    if not wanted.all() and int(wanted.sum()) <= COMPARED_AT_MOST:
        ids, cosines = index.dense.among(vector, np.flatnonzero(wanted))
    else:
        ids, cosines = index.dense.search(vector, min(NEAREST_PASSAGES, len(wanted)))
    found = np.full(len(wanted), cosines.min(), dtype=np.float32)
    found[ids] = cosines
    return fusion.meaning(found, index.floor)


def _entries(index: Index, passages: Scores, meaning: Scores, shares: Mapping[str, Scores], weights: Weights) -> Scores:
    """Return one score an entry: its whole text by words, its nearest part by meaning, its best name, its nearest few.

    One name may be near by chance; several near ones (k nearest neighbours; Cover and Hart 1967) hardly are.
    """
    parts = np.where(index.is_way, np.float32(-1), meaning)
    places, owner, starts = index.ways
    nearest = fusion.best_of(parts, index.starts, -1.0)
    body = fusion.blend(shares["words-entries"], shares["pairs-entries"], nearest, weights)
    names = fusion.best_of(passages[places], starts, -np.inf)
    few = fusion.mean_of_best(meaning[places], owner, starts)
    return fusion.entry_scores(body, names, few, weights)


def letters(index: Index, ranking: Ranking) -> Scores:
    """Return how near each entry is by letters alone: the best of its names, or its text where it has no name."""
    pairs = np.full(len(index.passages), -1, dtype=np.float32)
    pairs[index.is_way] = ranking.shares["pairs-ways"][: int(index.is_way.sum())]
    names = fusion.best_of(pairs, index.starts, -1.0)
    return np.where(names > -1, names, ranking.shares["pairs-entries"]).astype(np.float32)


def part_scores(index: Index, ranking: Ranking, number: int) -> list[tuple[float, int]]:
    """Return (score, passage) of the parts of one entry, best first; of a part in pieces its best piece."""
    if number in ranking.fits:
        return ranking.fits[number]
    known = index.parts(number)
    if not known.parts:
        return []
    span = index.span(number)
    own = ranking.passages[span]
    scores = part_ranking.features(known, ranking.question, own, ranking.meaning[span]) @ part_ranking.weights(
        bool(ranking.question.aspects)
    )
    places = [span.start + max(part.texts, key=lambda place: float(own[place])) for part in known.parts]
    return sorted(zip(scores.tolist(), places, strict=True), key=lambda row: (-row[0], row[1]))
