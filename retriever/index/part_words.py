"""The words by which people ask for a part of an entry and for a kind of thing, read from part_words.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.lexicon import read_rules
from retriever.text.word_rules import pattern

WORDS = Path(__file__).parent / "part_words.yaml"
Patterns = tuple[tuple[str, re.Pattern[str]], ...]


@lru_cache(maxsize=1)
def cues() -> Patterns:
    """Return (part, pattern of the words that ask for it), for normalised questions."""
    return _patterns("cues")


@lru_cache(maxsize=1)
def cues_of_notices() -> Patterns:
    """Return (part, pattern of the words that ask for it) of a notice; the first that is found counts."""
    return _patterns("cues_of_notices")


@lru_cache(maxsize=1)
def asked_kinds() -> Patterns:
    """Return (kind of thing, pattern of the words that ask for it)."""
    content = _content()
    return tuple(
        (name, re.compile(pattern(kind["asked"], content["words"]))) for name, kind in content["kinds"].items()
    )


@lru_cache(maxsize=1)
def given_kinds() -> Patterns:
    """Return (kind of thing, pattern of what such a thing looks like), in the order of `asked_kinds`."""
    return tuple((name, re.compile("|".join(kind["given"]))) for name, kind in _content()["kinds"].items())


def buttons() -> Mapping[str, str]:
    """Return the question on the button of each part, in the order in which they are offered."""
    questions: Mapping[str, str] = _content()["buttons"]
    return questions


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    return read_rules(WORDS)


def _patterns(table: str) -> Patterns:
    content = _content()
    rows: Mapping[str, Sequence[str]] = content[table]
    return tuple((name, re.compile(pattern(rules, content["words"]))) for name, rules in rows.items())
