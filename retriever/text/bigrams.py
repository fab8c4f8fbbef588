"""Pairs of neighbouring characters: what texts share where no word list is asked."""

from __future__ import annotations


def bigrams(text: str) -> list[str]:
    """Return the overlapping pairs of a text in order, none for fewer than two characters."""
    return [text[at : at + 2] for at in range(len(text) - 1)]
