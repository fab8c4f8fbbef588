"""How sure a search may be: a calibrated probability from a few features, and its band. Pure functions."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from retriever.search.results import Band, Evidence

COEFFICIENTS = Path(__file__).parent / "confidence.json"
FEATURES = ("score", "margin", "meaning", "name", "several", "letters", "coverage", "exact", "outside")


def probability(evidence: Evidence, coefficients: Mapping[str, float]) -> float:
    """Return the probability (0-1) that the first entry answers the question."""
    total = coefficients["bias"] + sum(coefficients.get(name, 0.0) * getattr(evidence, name) for name in FEATURES)
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def band(confidence: float, answer: float, clarify: float) -> Band:
    """Return what may be done with an answer of this confidence; both thresholds are reached by being equal."""
    if confidence >= max(answer, clarify):
        return "answer"
    return "clarify" if confidence >= clarify else "refuse"


@lru_cache(maxsize=4)
def load(path: Path = COEFFICIENTS) -> dict[str, float]:
    """Return the fitted coefficients: `bias` and one for each feature."""
    return {name: float(value) for name, value in json.loads(path.read_text(encoding="utf-8"))["weights"].items()}
