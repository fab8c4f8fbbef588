"""Chinese text as pairs of neighbouring characters, so that an index finds any part of it. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

LIMIT = 4000  # pieces kept of one text
_RUN = re.compile(r"([\u3400-\u9fff\uf900-\ufaff]+)|([a-z0-9]+)")


def plain(text: str) -> str:
    """Return the text in half width and lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def pieces(text: str) -> list[str]:
    """Return what is indexed, in order: pairs of a Chinese run and its last character; other words whole."""
    found: list[str] = []
    for match in _RUN.finditer(plain(text)):
        chinese, word = match.groups()
        found += [*_pairs(chinese), chinese[-1]] if chinese else [word]
    return found[:LIMIT]


def phrases(query: str) -> list[tuple[str, ...]]:
    """Return what must all occur: pieces that stand side by side. One piece alone may be the start of a longer one."""
    found = []
    for match in _RUN.finditer(plain(query)):
        chinese, word = match.groups()
        found.append(tuple(_pairs(chinese) or [chinese]) if chinese else (word,))
    return found


def _pairs(run: str) -> list[str]:
    return [left + right for left, right in pairwise(run)]
