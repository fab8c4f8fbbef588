"""Chinese text as pairs of neighbouring characters, so that an index finds any part of it. Pure functions."""

from __future__ import annotations

import re
import unicodedata

from retriever.text.bigrams import bigrams

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
        found += [*bigrams(chinese), chinese[-1]] if chinese else [word]
    return found[:LIMIT]


def phrases(query: str) -> list[tuple[str, ...]]:
    """Return what must all occur: pieces that stand side by side.

    A piece of one Chinese character stands for every pair that begins with it. Where it only links a number to a
    word, as in 第31号, it is left out: half of all texts hold it.
    """
    found = []
    for word in plain(query).split():
        runs = [match.groups() for match in _RUN.finditer(word)]
        for chinese, other in runs:
            if other or len(chinese) > 1:
                found.append(tuple(bigrams(chinese)) if chinese else (other,))
            elif len(runs) == 1:
                found.append((chinese,))
    return found


def opens(phrase: tuple[str, ...]) -> bool:
    """Say whether a phrase may be the beginning of a longer piece: one Chinese character, or letters of a word."""
    piece = phrase[0]
    letters = piece.isascii() and piece.isalpha() and len(piece) > 2
    return len(phrase) == 1 and (letters or (len(piece) == 1 and not piece.isascii()))
