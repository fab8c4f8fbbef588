"""Which part of an entry a question asks for, told by its words; the words stand in part_cues.txt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from retriever.text.normalize import normalise

REMEMBERED = 1 << 15
CUES = Path(__file__).parent / "part_cues.txt"


@lru_cache(maxsize=2)
def load(path: Path = CUES) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return (part, pattern) of every line `part: cue cue …`; a cue is a regular expression without blanks."""
    rows: list[tuple[str, re.Pattern[str]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, colon, cues = line.partition(":")
        if colon and not line.startswith("#"):
            rows.append((name.strip(), re.compile("|".join(cues.split()))))
    return tuple(rows)


@lru_cache(maxsize=REMEMBERED)
def asked(question: str) -> Mapping[str, float]:
    """Return the parts that the question's words ask for, with 0-1: 1 for the longest cue, less for shorter ones.

    Attached questions come again with every version of the index, so the last ones are remembered.
    """
    text = normalise(question)
    found = {name: max((len(match.group()) for match in cue.finditer(text)), default=0) for name, cue in load()}
    longest = max(found.values(), default=0)
    return MappingProxyType({name: 0.5 + 0.5 * length / longest for name, length in found.items() if length})
