"""Chooses the part of an entry that answers a question: one linear score a part over what speaks for it.

The parts of one entry share its name and most of its words, so what tells them apart is measured inside the entry:
how rare a pair of characters is among its parts, what the words and the meaning of the question ask for, whether the
text gives a value of the wanted kind, and how near a question attached to the part is. The weights are fitted by
`python -m retriever calibrate` and stand in part_ranking.json.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.facets import HEADINGS
from retriever.index import answer_types, part_cues
from retriever.index.passages import Passage
from retriever.index.ready_made import part_questions
from retriever.text.tokenize import pairs_of

COEFFICIENTS = Path(__file__).parent / "part_ranking.json"
FAQ, ARTICLE = "faq", "article"
LEADING, WORTH_SAYING = (
    0.55,
    0.2,
)  # shares; cross-validated on tuning: two are shown to 9%, right ones to .954, not .921
NEVER = 1e-4
SCORES = ("text", "text_meaning", "way", "way_meaning", "ways", "ways_meaning", "nearest", "words", "way_words")
NEAREST_WAYS = 3  # ways of asking for a part that are nearest to a question
FEATURES = (
    *SCORES,
    *(f"behind_{name}" for name in SCORES),
    "way_overlap",
    "cued",
    "cued_part",
    "faq_though_cued",
    "faq_cued_alike",
    "faq_cued_otherwise",
    "overview_though_cued",
    "value",
    "faq_value",
    "aspect",
    "aspect_part",
    "aspect_faq",
    "plain_cued",
    "plain_aspect",
    "plain_faq",
    *HEADINGS,
)
EMPTY = (
    "是多少 有多少 要多少 是什么 有什么 要什么 做什么 哪些 有哪些 怎么 怎么样 如何 是不是 能不能 要不要"
    " 可不可以 有没有 我们 你们 请问 一下 这个 那个"
)
Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """One part of an entry: places of its text and of the questions attached to it, and their pairs of characters.

    Places count from the entry's first passage. `names` has 1 for the part's own name among HEADINGS, else 0.
    """

    key: str
    facet: str
    texts: tuple[int, ...]
    ways: tuple[int, ...]
    pairs: frozenset[str]
    way_pairs: tuple[frozenset[str], ...]
    cues: frozenset[str]
    values: NDArray[np.float32]
    names: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of one entry, how much each pair of characters tells among them, and the pairs of its names."""

    parts: tuple[Part, ...]
    weight: Mapping[str, float]
    unseen: float
    names: frozenset[str]


@dataclass(frozen=True, eq=False)
class Question:
    """What a question asks for, apart from any entry; `aspects` may be empty."""

    pairs: frozenset[str]
    cues: Mapping[str, float]
    values: NDArray[np.float32]
    aspects: Mapping[str, float]


def question_of(text: str, aspects: Mapping[str, float]) -> Question:
    """Take a question apart."""
    return Question(frozenset(pairs_of(text)), part_cues.asked(text), answer_types.asked(text), aspects)


@lru_cache(maxsize=1)
def empty_pairs() -> frozenset[str]:
    """Return pairs of characters that ask without saying for what."""
    return frozenset(pairs_of(EMPTY))


def parts_of(passages: Sequence[Passage]) -> Parts:
    """Put together what is known of the parts of the entry that has these passages."""
    places = range(len(passages))
    parts = []
    for key in dict.fromkeys(passages[place].key for place in places if not passages[place].way):
        texts = tuple(place for place in places if passages[place].key == key and not passages[place].way)
        ways = tuple(place for place in places if passages[place].key == key and passages[place].way)
        whole = " ".join([passages[texts[0]].section, *(passages[place].text for place in texts)])
        asks = [passages[place].text for place in ways]
        parts.append(
            Part(
                key,
                passages[texts[0]].facet,
                texts,
                ways,
                frozenset(pairs_of(whole)),
                tuple(frozenset(pairs_of(ask)) for ask in asks),
                frozenset(name for ask in asks for name in part_cues.asked(ask)),
                answer_types.share(answer_types.counted([whole]))[0],
                tuple(float(passages[texts[0]].facet == name) for name in HEADINGS),
            )
        )
    seen = Counter(pair for part in parts for pair in part.pairs.union(*part.way_pairs))
    names = " ".join(passages[place].text for place in places if passages[place].way in ("title", "alias"))
    count = len(parts) + 1
    weight = {pair: math.log(count / (times + 0.5)) for pair, times in seen.items()}
    return Parts(tuple(parts), weight, math.log(count / 0.5), frozenset(pairs_of(names)))


def features(known: Parts, question: Question, scores: Floats, meaning: Floats) -> Floats:
    """Return one row of FEATURES a part; `scores` and `meaning` are the question's, over the entry's passages."""
    rest = question.pairs - known.names - empty_pairs()
    total = sum(known.weight.get(pair, known.unseen) for pair in rest) + 1e-6

    def told(pairs: frozenset[str]) -> float:
        return sum(known.weight.get(pair, 0.0) for pair in rest & pairs) / total

    by_words, by_meaning = (row.tolist() for row in (scores, meaning))
    rows = []
    for part in known.parts:
        text, way, text_meaning, way_meaning = (
            max((found[place] for place in places), default=0.0)
            for found in (by_words, by_meaning)
            for places in (part.texts, part.ways)
        )
        ways, ways_meaning = (_mean_of_few([found[place] for place in part.ways]) for found in (by_words, by_meaning))
        way_words = max(map(told, part.way_pairs), default=0.0)
        words = told(part.pairs) if part.facet != ARTICLE else 0.0  # rare among a hundred articles says little
        rows.append([text, text_meaning, way, way_meaning, ways, ways_meaning, max(text, way), words, way_words])
    own = np.array(rows, dtype=np.float64).reshape(-1, len(SCORES))
    behind = own - own.max(axis=0, initial=-1.0)
    return np.hstack([own, behind, [_asked(part, question, rest) for part in known.parts]])


def _mean_of_few(scores: list[float]) -> float:
    best = sorted(scores, reverse=True)[:NEAREST_WAYS]
    return sum(best) / len(best) if best else 0.0


def _asked(part: Part, question: Question, rest: frozenset[str]) -> list[float]:
    """Return the features after the scores: what the question asks for against what the part is."""
    faq, cued = part.facet == FAQ, bool(question.cues)
    alike = max((question.cues[name] for name in part.cues & question.cues.keys()), default=0.0)
    otherwise = cued and bool(part.cues) and not part.cues & question.cues.keys()
    wanted = float(question.values.sum())
    value = float(question.values @ part.values) / wanted if wanted else 0.0
    overlap = max((len(rest & way) / (len(rest | way) + 1e-6) for way in part.way_pairs), default=0.0)
    own = question.cues.get(part.facet, 0.0)
    return [
        overlap,
        own,
        0.0 if faq else own,
        float(faq and cued),
        alike if faq else 0.0,
        float(faq and otherwise),
        float(part.facet == "overview" and cued),
        value,
        value if faq else 0.0,
        *_aspect(part.facet, question.aspects),
        *_plain(part, question, rest),
        *part.names,
    ]


def _plain(part: Part, question: Question, rest: frozenset[str]) -> tuple[float, float, float]:
    """Return what a question that is little but a ready-made way of asking (多久能办下来) says for the part.

    By its words, by its meaning, and for a frequent question, which such a question hardly means.
    """
    plainness = (len(rest & ready_made_pairs()) / len(rest) if rest else 1.0) ** 2
    own = 0.0 if part.facet == FAQ else question.cues.get(part.facet, 0.0)
    meant = question.aspects.get(part.facet, 0.0) if part.facet != FAQ else 0.0
    return plainness * own, plainness * meant, plainness * float(part.facet == FAQ)


@lru_cache(maxsize=1)
def ready_made_pairs() -> frozenset[str]:
    """Return the pairs of characters of all ready-made ways of asking for a part."""
    return frozenset(pairs_of(" ".join(way.replace("{}", " ") for ways in part_questions().values() for way in ways)))


def _aspect(facet: str, aspects: Mapping[str, float]) -> tuple[float, float, float]:
    """Return log probabilities of the part by the question's meaning: among all, among parts but faq, and of faq."""
    if not aspects:
        return 0.0, 0.0, 0.0
    other = max(1 - aspects.get(FAQ, 0.0), NEVER)
    among = math.log(aspects.get(facet, 0.0) / other + 1e-3) if facet != FAQ else -2.5
    return math.log(aspects.get(facet, 0.0) + NEVER), among, aspects.get(FAQ, 0.0) if facet == FAQ else 0.0


def in_doubt(scores: Sequence[float]) -> bool:
    """Say whether the second part may be meant nearly as well as the first; scores best first, as they were fitted.

    The scores are logits of a choice among the parts (McFadden 1974), so their softmax is the share of each.
    """
    shares = np.exp(np.array(scores) - scores[0]) if scores else np.zeros(0)
    return len(scores) > 1 and bool(shares[0] < LEADING * shares.sum() and shares[1] >= WORTH_SAYING * shares.sum())


def weights(aspects: bool) -> Floats:
    """Return the fitted weight of every feature, with or without those of the question's meaning."""
    return load()["with_aspects" if aspects else "without"]


@lru_cache(maxsize=2)
def load(path: Path = COEFFICIENTS) -> dict[str, Floats]:
    """Return both sets of weights in the order of FEATURES."""
    data = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: np.array([float(data[name].get(feature, 0.0)) for feature in FEATURES], dtype=np.float64)
        for name in ("with_aspects", "without")
    }
