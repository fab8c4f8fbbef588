"""Weights and thresholds that staff put in force: one small file in the data folder, read again when it changes."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from kb.settings import Settings
from retriever.errors import RetrieverError
from retriever.search.fusion import Weights

FILE = "search.json"


class BadTuning(RetrieverError):
    """A weight or a threshold is no number of 0-1, or they do not go together."""


@dataclass(frozen=True)
class Tuning:
    """Shares of the searches and the two thresholds, all 0-1."""

    answer: float
    clarify: float
    weights: Weights = Weights()

    def checked(self) -> Tuning:
        """Return it when search can work with it (BadTuning)."""
        numbers = (self.answer, self.clarify, *asdict(self.weights).values())
        if not all(0 <= number <= 1 for number in numbers):
            raise BadTuning("每个权重和阈值都要在 0 到 1 之间")
        if self.weights.words + self.weights.pairs > 1:
            raise BadTuning("词和字对的权重加起来不能超过 1，余下的是语义")
        if self.clarify > self.answer:
            raise BadTuning("反问阈值不能大于回答阈值")
        return self


_kept: dict[Path, tuple[tuple[int, int], Tuning | None]] = {}


def usual(settings: Settings) -> Tuning:
    """Return what holds as long as nobody put anything else in force."""
    return Tuning(settings.answer_threshold, settings.clarify_threshold)


def in_force(settings: Settings) -> Tuning:
    """Return the tuning in force; cheap enough to ask at every question. A damaged file counts as none."""
    path = settings.data_dir / FILE
    try:
        status = path.stat()
    except OSError:
        return usual(settings)
    mark = (status.st_ino, status.st_mtime_ns)
    known = _kept.get(path)
    if known is None or known[0] != mark:
        known = _kept[path] = (mark, _read(path))
    return known[1] or usual(settings)


def put_in_force(tuning: Tuning, settings: Settings) -> None:
    """Write the tuning for every process of the product (BadTuning)."""
    path = settings.data_dir / FILE
    fresh = path.with_name(f".{FILE}.{os.getpid()}")
    fresh.write_text(json.dumps(asdict(tuning.checked())), encoding="utf-8")
    fresh.replace(path)


def forget(settings: Settings) -> None:
    """Go back to what the settings say."""
    (settings.data_dir / FILE).unlink(missing_ok=True)


def _read(path: Path) -> Tuning | None:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        names = {item.name for item in fields(Weights)}
        weights = replace(Weights(), **{name: float(value) for name, value in data["weights"].items() if name in names})
        return Tuning(float(data["answer"]), float(data["clarify"]), weights).checked()
    except (OSError, ValueError, KeyError, TypeError, BadTuning):
        return None
