"""Reads the English that people mix into a Chinese question (work permit 要什么 documents) in the guides' own words."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.lexicon import english

LETTERS = re.compile(r"[A-Za-z]")
AMONG_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])")


def in_chinese(text: str) -> str:
    """Return the text with the English words of the word list in Chinese; other letters (AEO, an address) stay.

    Word by word, longest phrases first: what a search needs, not a translation.
    """
    if not LETTERS.search(text):
        return text
    words, known = _table()
    return AMONG_CHINESE.sub("", known.sub(lambda match: f" {words[match.group().lower()]} ", text)).strip()


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], re.Pattern[str]]:
    words = english()
    forms = "|".join(re.escape(form) for form in sorted(words, key=len, reverse=True))
    return words, re.compile(rf"(?<![\w@./-])(?:{forms})(?![\w@/-]|\.\w)", re.IGNORECASE | re.ASCII)
