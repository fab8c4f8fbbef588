"""Plain words that say what is meant: the first meaning of which a text holds a word."""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]  # what is meant -> the words that say it, in the order in which they are tried


def first_said(text: str, words: Words) -> str | None:
    """Return the first meaning of which the text holds a word; None when it holds none."""
    return next((meaning for meaning, ways in words.items() if any(word in text for word in ways)), None)


def words_of(content: Mapping[str, list[str]] | None) -> Words:
    """Return the words as a file of data has them (none for an empty part of the file)."""
    return {meaning: tuple(ways) for meaning, ways in (content or {}).items()}
