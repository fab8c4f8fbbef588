"""What a search gives back: hits, candidate entries, a confidence with its band, and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Literal

Band = Literal["answer", "clarify", "refuse"]


@dataclass(frozen=True)
class Hit:
    """One passage that was found. `score` is 0-1; `found_by` holds words, meaning, code, alias or title."""

    entry_id: str
    version: int
    kind: str
    title: str
    facet: str
    key: str
    section: str
    text: str
    score: float
    found_by: tuple[str, ...]
    matched: tuple[str, ...] = ()
    state: str = "current"


@dataclass(frozen=True)
class Evidence:
    """What speaks for the first entry, each 0-1.

    `score` fused score; `margin` its lead over the next entry; `meaning` best stretched cosine of its passages;
    `name` the best of its names; `several` the mean of its nearest three names by meaning, of all passages where it has
    fewer names; `letters` how much of the question its whole text has by pairs of characters; `coverage` share of the
    question's word weight found in the entry; `exact` 1 when the question is its code, title or alias; `outside` the
    probability that no enterprise desk is asked such a thing.
    """

    score: float = 0.0
    margin: float = 0.0
    meaning: float = 0.0
    name: float = 0.0
    several: float = 0.0
    letters: float = 0.0
    coverage: float = 0.0
    exact: float = 0.0
    outside: float = 0.0


@dataclass(frozen=True)
class Candidate:
    """One entry, best first, with its score (0-1) and the passage that speaks for it.

    `beside` is the key of a further part when it may be meant nearly as well as that of the passage, otherwise empty.
    """

    entry_id: str
    title: str
    score: float
    hit: Hit
    beside: str = ""


@dataclass(frozen=True)
class Found:
    """The answer of one search. `confidence` is the probability (0-1) that the first candidate answers."""

    question: str
    confidence: float
    band: Band
    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    on: dt.date
    facet: str = ""
    index_version: str = ""
    evidence: Evidence = Evidence()
    milliseconds: dict[str, float] = field(default_factory=dict)

    def only(self, entry_id: str) -> Found | None:
        """Return what was found of one entry alone; None when it is not among the candidates."""
        mine = tuple(item for item in self.candidates if item.entry_id == entry_id)
        hits = tuple(hit for hit in self.hits if hit.entry_id == entry_id) or tuple(item.hit for item in mine)
        return replace(self, candidates=mine, hits=hits, facet=mine[0].hit.key) if mine else None

    @property
    def answerable(self) -> bool:
        """True when the first candidate may be given as the answer."""
        return self.band == "answer"
