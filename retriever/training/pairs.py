"""Pairs to train the encoder on: questions of the knowledge base with the texts that answer them.

Only what curators wrote is used: names, attached questions, the parts of entries, and ready-made ways of asking for a
part (part_questions.txt). No judged question of any evaluation is among them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.facets import Facet, facets
from kb.models import Entry
from retriever.index.ready_made import part_questions

WHOLE = ""
CLIP = 110
MOST_NAMED = 12
ENTRIES_A_BATCH, PAIRS_AN_ENTRY = 16, 3


@dataclass(frozen=True)
class Pair:
    """A question, a text that answers it, the entry of both, and the key of the part (WHOLE: the entry as such)."""

    entry: str
    part: str
    question: str
    passage: str


@dataclass(frozen=True)
class Source:
    """What pairs about one part are drawn from: its entry, the names of that, ways of asking, and the text."""

    entry: Entry
    part: str
    heading: str
    text: str
    questions: tuple[str, ...]


def sources(entries: Iterable[Entry]) -> dict[str, list[Source]]:
    """Return what can be drawn of every entry, by its id; an entry that is never asked for in words is left out."""
    found: dict[str, list[Source]] = defaultdict(list)
    for entry in entries:
        parts = facets(entry)
        opening = parts[0].text if parts else entry.title
        texts = [f"{part.heading} {part.text[:CLIP]}" for part in parts]
        found[entry.id] += [Source(entry, WHOLE, "", opening, (way,)) for way in entry.questions]
        found[entry.id] += [
            Source(entry, WHOLE, "", rest, entry.aliases) for rest in texts[:MOST_NAMED] if entry.aliases
        ]
        found[entry.id] += [source for part in parts for source in _of_part(entry, part)]
    return {name: rows for name, rows in found.items() if rows}


def _of_part(entry: Entry, part: Facet) -> list[Source]:
    rows = [Source(entry, part.key, part.heading, part.text, (way,)) for way in part.questions]
    ways = part_questions().get(part.name, ())
    return rows + ([Source(entry, part.key, part.heading, part.text, ways)] if ways else [])


def draw(source: Source, rng: random.Random) -> Pair:
    """Return one pair: the passage now with, now without the entry's name, so that its matter must be recognised."""
    entry, text = source.entry, source.text[:CLIP]
    if source.part == WHOLE:
        named = source.questions == entry.aliases
        question = _keywords(entry.aliases, rng) if named else source.questions[0]
        forms, odds = [entry.title, f"{entry.title} {text}", text], (3, 6, 0) if named else (3, 5, 2)
    else:
        question = rng.choice(source.questions).replace("{}", rng.choice((entry.title, *entry.aliases)))
        forms, odds = [text, f"{entry.title} {text}", f"{entry.title} {source.heading} {text}"], (4, 2, 4)
    return Pair(entry.id, source.part, question, rng.choices(forms, odds)[0])


def _keywords(names: Sequence[str], rng: random.Random) -> str:
    """Return one to three names, as people type keywords."""
    return rng.choice(" ，,").join(rng.sample(names, min(len(names), rng.choice((1, 1, 2, 3)))))


def batch(known: dict[str, list[Source]], rng: random.Random) -> list[Pair]:
    """Return pairs about different parts of a few entries: parts of one entry are the hardest to tell apart."""
    pairs: list[Pair] = []
    for name in rng.sample(sorted(known), min(ENTRIES_A_BATCH, len(known))):
        rows = rng.sample(known[name], min(len(known[name]), 2 * PAIRS_AN_ENTRY))
        by_part = {source.part: source for source in rows}
        pairs += [draw(source, rng) for source in list(by_part.values())[:PAIRS_AN_ENTRY]]
    return pairs


def not_to_tell_apart(pairs: Sequence[Pair]) -> list[tuple[int, int]]:
    """Return places (question, passage) that are no wrong answer: the entry as such beside a part of it."""
    return [
        (at, other)
        for at, one in enumerate(pairs)
        for other, two in enumerate(pairs)
        if at != other and one.entry == two.entry and WHOLE in (one.part, two.part)
    ]
