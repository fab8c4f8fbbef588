"""Fits the confidence: a logistic function of the evidence, from judged questions and lines nobody should answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from retriever.errors import BadEvaluation
from retriever.search import confidence
from retriever.search.confidence import COEFFICIENTS, FEATURES
from retriever.search.results import Evidence
from retriever.search.searcher import Searcher

CONFIDENCE_INVERSE_PENALTY = 10.0
BINS = 10


@dataclass(frozen=True)
class Judged:
    """One question with what was found: `answerable` by the knowledge base, and whether the first entry was right."""

    question: str
    answerable: bool
    right: bool
    evidence: Evidence
    confidence: float


@dataclass(frozen=True)
class Gold:
    """A judged question: entries that answer it (the best first), parts that do, and the figure expected."""

    question: str
    entries: tuple[str, ...]
    facets: tuple[str, ...]
    key: str
    figure: str
    group: str


def read_gold(path: Path) -> list[Gold]:
    """Return the questions of a gold file, one JSON object a line; raises BadEvaluation naming the line."""
    rows: list[Gold] = []
    for number, line in enumerate(_lines(path), start=1):
        try:
            row = json.loads(line)
            rows.append(
                Gold(
                    question=row["q"],
                    entries=(row["entry"], *row.get("also", ())),
                    facets=(row["facet"], *row.get("also_facets", ())),
                    key=row.get("key", ""),
                    figure=row.get("figure", ""),
                    group=row.get("group", ""),
                )
            )
        except (ValueError, KeyError, TypeError) as error:
            raise BadEvaluation(f"{path}:{number}: 每行要有 q、entry、facet：{error}") from error
    return rows


def read_negatives(path: Path) -> list[str]:
    """Return the lines of a file of utterances that no entry answers; `#` begins a comment.

    Of a `.yml` file of training sentences the list items are read.
    """
    if path.suffix == ".yml":
        return [line[2:] for line in _lines(path) if line.startswith("- ") and not line.endswith(("|", ":"))]
    return [line for line in _lines(path) if not line.startswith("#")]


def halves(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the lines whose hash is odd, and those whose hash is even: the same split every time."""
    odd = [hashlib.sha256(line.encode()).digest()[-1] % 2 == 1 for line in lines]
    return [line for line, mark in zip(lines, odd, strict=True) if mark], [
        line for line, mark in zip(lines, odd, strict=True) if not mark
    ]


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise BadEvaluation(f"{path} 读不出来：{error}") from error


def judge(
    searcher: Searcher, gold: Sequence[Gold], negatives: Sequence[str], on: dt.date | None = None
) -> list[Judged]:
    """Ask everything and keep the evidence of each first entry."""
    rows: list[Judged] = []
    for text, right in [*((row.question, row.entries) for row in gold), *((line, ()) for line in negatives)]:
        found = searcher.search(text, on=on)
        first = found.candidates[0].entry_id if found.candidates else ""
        rows.append(Judged(text, bool(right), first in right, found.evidence, found.confidence))
    return rows


def fit(rows: Sequence[Judged]) -> dict[str, float]:
    """Return coefficients under which the confidence is the probability that the first entry is right."""
    table = np.array([[getattr(row.evidence, name) for name in FEATURES] for row in rows])
    model = LogisticRegression(C=CONFIDENCE_INVERSE_PENALTY, max_iter=10_000).fit(table, [row.right for row in rows])
    weights = dict(zip(FEATURES, model.coef_[0], strict=True))
    weights["exact"] = max(weights["exact"], 4.0)  # naming an entry exactly is seen too rarely here to be fitted
    return {"bias": round(float(model.intercept_[0]), 3), **{name: round(float(w), 3) for name, w in weights.items()}}


def save(weights: dict[str, float], encoder: str, count: int, path: Path = COEFFICIENTS) -> None:
    """Write the coefficients with what they were fitted on."""
    facts = {"weights": weights, "fitted_on": count, "encoder": encoder}
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    confidence.load.cache_clear()


def calibration_error(rows: Sequence[Judged]) -> float:
    """Return the expected calibration error over ten equal bins of confidence, 0-1."""
    return sum(count * abs(said - true) for _, count, said, true in reliability(rows)) / max(len(rows), 1)


def reliability(rows: Sequence[Judged]) -> list[tuple[float, int, float, float]]:
    """Return (lower edge, count, mean confidence, share right) of every bin that is not empty."""
    said = np.array([row.confidence for row in rows], dtype=float)
    true = np.array([row.right for row in rows], dtype=float)
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    return [
        (bin_ / BINS, int((place == bin_).sum()), float(said[place == bin_].mean()), float(true[place == bin_].mean()))
        for bin_ in range(BINS)
        if (place == bin_).any()
    ]


def shares(rows: Sequence[Judged], answer: float, clarify: float) -> dict[str, float]:
    """Return what the thresholds do: answerable ones refused, others answered, right among the answered."""
    answerable = [row for row in rows if row.answerable]
    others = [row for row in rows if not row.answerable]
    answered = [row for row in rows if row.confidence >= answer]
    return {
        "answerable_refused": _share([row.confidence < clarify for row in answerable]),
        "answerable_answered": _share([row.confidence >= answer for row in answerable]),
        "others_answered": _share([row.confidence >= answer for row in others]),
        "others_refused": _share([row.confidence < clarify for row in others]),
        "right_when_answered": _share([row.right for row in answered]),
    }


def _share(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks) if marks else 0.0


def diagram(rows: Sequence[Judged]) -> str:
    """Return the reliability diagram as Markdown: what was promised beside what came true."""
    lines = ["| 置信度 | 问题数 | 平均置信度 | 实际答对 | |", "|---|---|---|---|---|"]
    for edge, count, said, true in reliability(rows):
        lines.append(f"| {edge:.1f}–{edge + 0.1:.1f} | {count} | {said:.2f} | {true:.2f} | {'█' * round(20 * true)} |")
    return "\n".join(lines)
