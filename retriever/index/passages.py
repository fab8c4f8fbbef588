"""Cuts an entry into passages: parts that answer (one a facet), and ways of asking that lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kb.facets import facets
from kb.models import Entry

Way = Literal["", "title", "alias", "question"]
PASSAGE_CHARACTERS = 380
SENTENCE = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]*")


@dataclass(frozen=True)
class Passage:
    """One searchable text. `way` is empty for a part of the entry; otherwise it says what kind of name this is.

    `text` is what a person reads, `sought` what is encoded and cut into words. A way of asking has the key of the
    part it leads to, or an empty one when it stands for the whole entry.
    """

    entry_id: str
    way: Way
    facet: str
    key: str
    section: str
    text: str
    sought: str


def passages(entry: Entry) -> list[Passage]:
    """Return the parts of the entry in reading order, then its names and attached questions, no text twice."""
    seen: set[tuple[bool, str]] = set()
    kept: list[Passage] = []
    for passage in (*_parts(entry), *_ways(entry)):
        mark = (bool(passage.way), passage.sought)
        if passage.sought.strip() and mark not in seen:
            seen.add(mark)
            kept.append(passage)
    return kept


def titled(entry: Entry) -> bool:
    """True when the entry has a name of its own; an imported text without one carries its id as title."""
    return entry.title != entry.id


def _parts(entry: Entry) -> Iterator[Passage]:
    title = entry.title if titled(entry) else ""
    for facet in facets(entry):
        head = title if facet.name == "overview" else f"{title} {facet.heading}".strip()
        for piece in pieces(facet.text):
            yield Passage(entry.id, "", facet.name, facet.key, facet.heading, piece, f"{head} {piece}".strip())


def _ways(entry: Entry) -> Iterator[Passage]:
    if titled(entry):
        yield _way(entry, "title", "", entry.title)
    for alias in entry.aliases:
        yield _way(entry, "alias", "", alias)
    for question in entry.questions:
        yield _way(entry, "question", "", question)
    for facet in facets(entry):
        for question in facet.questions:
            yield _way(entry, "question", facet.key, question)


def _way(entry: Entry, way: Way, key: str, text: str) -> Passage:
    return Passage(entry.id, way, key.partition("-")[0], key, text, text, text)


def pieces(text: str, longest: int = PASSAGE_CHARACTERS) -> list[str]:
    """Cut a long text at sentence ends into pieces of at most `longest` characters; a short one stays whole."""
    if len(text) <= longest:
        return [text]
    cut: list[str] = [""]
    for sentence in _bounded(SENTENCE.findall(text), longest):
        if len(cut[-1]) + len(sentence) > longest:
            cut.append("")
        cut[-1] += sentence
    return [piece.strip() for piece in cut if piece.strip()]


def _bounded(sentences: Iterable[str], longest: int) -> Iterator[str]:
    for sentence in sentences:
        for at in range(0, len(sentence), longest):
            yield sentence[at : at + longest]
