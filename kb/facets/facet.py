"""The parts of one entry as plain text that answers, each with the questions that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb.facets.declarations import PARTS, Declaration
from kb.facets.forms import Articles, Questions, line
from kb.models import Entry


@dataclass(frozen=True)
class Facet:
    """One part of an entry: `name` is a key of HEADINGS, `key` is unique in the entry (faq-2, article-第十条)."""

    name: str
    key: str
    heading: str
    text: str
    questions: tuple[str, ...] = ()


def facets(entry: Entry) -> list[Facet]:
    """Return the parts that have something to say, in reading order; empty ones are left out."""
    return [facet for part in PARTS[entry.kind] for facet in _facets(entry, part)]


def _facets(entry: Entry, part: Declaration) -> Iterator[Facet]:
    match part.of(entry):
        case Questions(items):
            for number, item in enumerate(items, start=1):
                text = item.a if not item.basis else f"{item.a}（依据：{item.basis}）"
                yield Facet(part.name, f"{part.name}-{number}", item.q, text, (item.q, *item.ways))
        case Articles(articles):
            for article in articles:
                yield Facet(part.name, f"{part.name}-{article.number}", article.number, article.text)
        case form:
            if text := line(form):
                yield Facet(part.name, part.name, part.heading, text, _ways(entry, part.heading))


def _ways(entry: Entry, heading: str) -> tuple[str, ...]:
    return tuple(text for ways in entry.ways if ways.part == heading for text in ways.texts)
