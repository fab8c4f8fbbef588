"""Which part of an entry a question asks for, told by its words; the words stand in part_words.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from retriever.index.part_words import cues
from retriever.text.normalize import normalise

REMEMBERED = 1 << 15


@lru_cache(maxsize=REMEMBERED)
def asked(question: str) -> Mapping[str, float]:
    """Return the parts that the question's words ask for, with 0-1: 1 for the longest cue, less for shorter ones.

    Attached questions come again with every version of the index, so the last ones are remembered.
    """
    text = normalise(question)
    found = {name: max((len(match.group()) for match in cue.finditer(text)), default=0) for name, cue in cues()}
    longest = max(found.values(), default=0)
    return MappingProxyType({name: 0.5 + 0.5 * length / longest for name, length in found.items() if length})
