"""The one door to search: opens the index in force, follows it when it changes, and answers questions."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Collection, Mapping, Sequence
from copy import copy
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kb.models import Entry
from kb.settings import Settings
from retriever.encoder.encoder import open_encoder
from retriever.encoder.protocol import Encoder
from retriever.errors import CURE, EncoderMismatch, IndexBroken, IndexMissing
from retriever.index import index as index_files
from retriever.index import versions
from retriever.index.dense import Vectors
from retriever.index.gc_pause import uncollected
from retriever.index.index import Index
from retriever.index.part_ranking import in_doubt
from retriever.search import confidence, fusion, tuning
from retriever.search.fusion import Weights
from retriever.search.part_classifier import OUTSIDE
from retriever.search.question_vectors import QuestionVectors
from retriever.search.rank import Ranking, letters, part_scores, rank
from retriever.search.results import Candidate, Evidence, Found, Hit
from retriever.search.thresholds import CANDIDATES_LEAST, MATCHED_WORDS, NEAREST_NAMES, WARMED
from retriever.search.tuning import Tuning

log = logging.getLogger(__name__)


class Searcher:
    """Answers questions from the index version in force. Safe to share between threads."""

    def __init__(self, settings: Settings, encoder: Encoder, index: Index, mark: tuple[int, int]) -> None:
        """Take an index already read; `open` is the usual way."""
        self._settings, self._encoder = settings, encoder
        self._index, self._mark = index, mark
        self._vectors = QuestionVectors(encoder)
        self._lock = Lock()
        self._trial: Tuning | None = None

    @classmethod
    def open(cls, settings: Settings, encoder: Encoder | None = None) -> Searcher:
        """Open the index in force; raises IndexMissing, IndexBroken or EncoderMismatch with the curing command."""
        mark = versions.mark(settings.index_dir)
        name = versions.current(settings.index_dir)
        encoder = encoder if encoder is not None else open_encoder(settings)
        return cls(settings, encoder, _read(settings, name, encoder), mark)

    @property
    def version(self) -> str:
        """The name of the index version in force."""
        return self._current().name

    @property
    def encoder(self) -> Encoder:
        """The encoder that questions go through."""
        return self._encoder

    @property
    def index(self) -> Index:
        """The index version in force, for measuring and for looking inside; never to be changed."""
        return self._current()

    def catch_up(self) -> Index:
        """Return the index in force, and wait for it while another thread is reading it; for who just built it."""
        return self._current(wait=True)

    def vector(self, question: str) -> Vectors:
        """Return the vector of a question, encoded at most once."""
        return self._vectors.vector(question)

    def learn(self, message: Mapping[str, str]) -> None:
        """Take over the vector of a question that another process has encoded (`vectors.packed`)."""
        self._vectors.learn(message)

    def entry(self, entry_id: str) -> Entry:
        """Return the entry as the index in force holds it; raises UnknownEntry."""
        return self._current().entry(entry_id)

    def of_kind(self, kind: str) -> list[Entry]:
        """Return all entries of a kind as the index in force holds them."""
        index = self._current()
        return [index.entry(card.id) for card in index.cards if card.kind == kind]

    def tried(self, trial: Tuning) -> Searcher:
        """Return the same search with other weights and thresholds, for trying them before they are in force."""
        other = copy(self)
        other._trial = trial
        return other

    def titles(self) -> list[str]:
        """Return the titles of all entries of the index in force."""
        return [card.title for card in self._current().cards]

    def search(
        self,
        question: str,
        *,
        top_k: int = 5,
        kinds: Collection[str] = (),
        on: dt.date | None = None,
        within: str = "",
        weights: Weights | None = None,
    ) -> Found:
        """Return ranked passages and entries with a confidence.

        `kinds` keeps entries of these kinds, `within` the parts of one entry (UnknownEntry when there is none);
        `on` is the day for which validity is judged, today when not given.
        """
        index, tuned = self._current(), self._trial or tuning.in_force(self._settings)
        weights = weights or tuned.weights
        day = on if on is not None else dt.date.today()
        began = time.perf_counter()
        meant = index.mended(question)
        vector = self._vectors.vector(meant)
        encoded = time.perf_counter()
        states, stale = index.states(day)
        ranking = rank(index, meant, vector, _allowed(index, kinds, within), stale, weights)
        found = _found(index, ranking, states, top_k)
        proof = _evidence(index, ranking)
        probability = confidence.probability(proof, confidence.load()) if found[0] else 0.0
        return Found(
            question=question,
            confidence=probability,
            band=confidence.band(probability, tuned.answer, tuned.clarify),
            hits=tuple(found[1]),
            candidates=tuple(found[0]),
            on=day,
            facet=found[0][0].hit.key if found[0] else "",
            index_version=index.name,
            evidence=proof,
            milliseconds={"encode": 1000 * (encoded - began), "search": 1000 * (time.perf_counter() - encoded)},
        )

    def _current(self, wait: bool = False) -> Index:
        """Return the index in force, reading a new version once when the pointer has moved.

        While one thread reads it the others are served from the old one, unless they `wait`.
        """
        mark = versions.mark(self._settings.index_dir)
        if mark == self._mark or not self._lock.acquire(blocking=wait):
            return self._index
        try:
            name = versions.current(self._settings.index_dir)
            if name != self._index.name:
                self._index = _read(self._settings, name, self._encoder, self._index)
        except (IndexMissing, IndexBroken, EncoderMismatch) as error:
            log.error("新索引不能用，继续使用 %s：%s", self._index.name, error)
        finally:
            self._mark = mark
            self._lock.release()
        return self._index


def _read(settings: Settings, name: str, encoder: Encoder, before: Index | None = None) -> Index:
    """Read a version; what `before` knows of entries that are still the same is taken over."""
    with uncollected():
        index = index_files.read(settings.index_dir / name)
        if index.encoder != encoder.name:
            raise EncoderMismatch(f"索引 {name} 用的编码器是 {index.encoder}，现在的是 {encoder.name}；{CURE}")
        if before is not None:
            index.take_parts(before)
        for number in range(min(len(index.cards), WARMED)):
            index.parts(number)
    return index


def _allowed(index: Index, kinds: Collection[str], within: str) -> NDArray[np.bool_]:
    if within:
        allowed = np.zeros(len(index.cards), dtype=bool)
        index.entry(within)
        allowed[index.numbers[within]] = True
        return allowed
    return np.isin(index.kinds, list(kinds)) if kinds else np.ones(len(index.cards), dtype=bool)


def _found(index: Index, ranking: Ranking, states: Sequence[str], top_k: int) -> tuple[list[Candidate], list[Hit]]:
    """Return candidates, and hits: the best part of each entry in turn, then the further parts of the first."""
    candidates: list[Candidate] = []
    for number in fusion.listed(
        ranking.entries, letters(index, ranking), ranking.allowed, max(top_k, CANDIDATES_LEAST)
    ):
        parts = part_scores(index, ranking, number)
        if parts:
            hit = _hit(index, ranking, states, number, parts[0][1])
            doubt = in_doubt([score for score, _ in parts])
            beside = index.passages[parts[1][1]].key if doubt else ""
            candidates.append(Candidate(hit.entry_id, hit.title, hit.score, hit, beside))
    return candidates, [candidate.hit for candidate in candidates[:top_k]]


def _hit(index: Index, ranking: Ranking, states: Sequence[str], number: int, place: int) -> Hit:
    passage, card = index.passages[place], index.cards[number]
    field = index.fields["words-entries"]
    matched = tuple(word for word in dict.fromkeys(ranking.tokens["words"]) if field.holds(word, number))[
        :MATCHED_WORDS
    ]
    found_by: list[str] = [ranking.exact[number].reason] if number in ranking.exact else []
    found_by += ["words"] if matched else []
    first, last = index.starts[number], index.starts[number + 1]
    found_by += ["meaning"] if ranking.meaning[first:last].max(initial=0) > 0 else []
    return Hit(
        entry_id=card.id,
        version=card.version,
        kind=card.kind,
        title=card.title,
        facet=passage.facet,
        key=passage.key,
        section=passage.section,
        text=passage.text,
        score=float(np.clip(ranking.entries[number], 0, 1)),
        found_by=tuple(found_by),
        matched=matched,
        state=states[number],
    )


def _evidence(index: Index, ranking: Ranking) -> Evidence:
    """Return what speaks for the first entry; nothing when none is allowed."""
    best = fusion.ranked(ranking.entries, ranking.allowed, 2)
    if not best:
        return Evidence()
    number = best[0]
    scores = np.clip(ranking.entries, 0, 1)
    first, last = int(index.starts[number]), int(index.starts[number + 1])
    way, near = index.is_way[first:last], ranking.meaning[first:last]
    several = np.sort(near[way] if int(way.sum()) >= NEAREST_NAMES else near)[-NEAREST_NAMES:]
    field, tokens = index.fields["words-entries"], ranking.tokens["words"]
    total = sum(field.weight(token) for token in tokens)
    there = sum(field.weight(token) for token in tokens if field.holds(token, number))
    return Evidence(
        score=float(scores[number]),
        margin=float(scores[number] - scores[best[1]]) if len(best) > 1 else float(scores[number]),
        meaning=max(0.0, float(near.max(initial=0))),
        name=max(0.0, float(ranking.passages[first:last][way].max(initial=0))),
        several=max(0.0, float(several.mean())) if len(several) else 0.0,
        letters=float(np.clip(ranking.shares["pairs-entries"][number], 0, 1)),
        coverage=there / total if total else 0.0,
        exact=1.0 if number in ranking.exact else 0.0,
        outside=ranking.question.aspects.get(OUTSIDE, 0.0),
    )
