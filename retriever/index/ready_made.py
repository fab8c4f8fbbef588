"""Ready-made ways of asking for a part of any entry."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

PART_QUESTIONS = Path(__file__).parent / "part_questions.txt"


@lru_cache(maxsize=1)
def part_questions(path: Path = PART_QUESTIONS) -> dict[str, tuple[str, ...]]:
    """Return ways of asking for a part by its name; `{}` stands for the item."""
    lines = [line.partition(":") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {name: tuple(way.strip() for way in ways.split("|")) for name, _, ways in lines if ways}
