"""What people ask about, by meaning: questions or appeals of two stretches of time put into groups and counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from web.errors import SearchDown
from web.knowledge.clusters import cluster, middle, mixed
from web.knowledge.similarity import Meaning

MOST_TEXTS_GROUPED = 800  # different texts that are grouped; likeness needs a number for each two of them
TOPICS_SHOWN = 15
Said = Iterable[str] | Mapping[str, int]  # one by one, or already counted
RISING_FROM = 3  # fewer than this are no trend


@dataclass(frozen=True)
class Topic:
    """Texts of one meaning: the one most like all others, and how often it was said now and in the stretch before."""

    title: str
    now: int
    before: int


@dataclass(frozen=True)
class Topics:
    """The groups of two stretches, largest first; `share` is how much of everything said was looked at, 0 to 1."""

    groups: tuple[Topic, ...] = ()
    share: float = 1.0
    trouble: str = ""

    @property
    def hot(self) -> list[Topic]:
        """The largest groups of now that more than one said."""
        return [one for one in self.groups if one.now > 1][:TOPICS_SHOWN]

    @property
    def rising(self) -> list[Topic]:
        """The groups that grew, those that grew most first."""
        grown = [one for one in self.groups if one.now >= RISING_FROM and one.now > one.before]
        return sorted(grown, key=lambda one: (-(one.now + 1) / (one.before + 1), -one.now, one.title))[:TOPICS_SHOWN]


def topics(now: Said, before: Said, meaning: Meaning) -> Topics:
    """Return the groups. Of very many different texts the commonest are grouped, then the rest as drawn by lot."""
    here, there = Counter(now), Counter(before)
    everything = here + there
    texts = sorted(everything, key=lambda text: (-everything[text], _drawn(text)))[:MOST_TEXTS_GROUPED]
    if not texts:
        return Topics()
    try:
        vectors, floor = meaning.vectors(texts)
    except SearchDown as error:
        return Topics(trouble=error.detail)
    alike = mixed(texts, vectors, floor)
    groups = [_topic(texts, group, middle(alike, group), here, there) for group in cluster(alike)]
    looked_at = sum(everything[text] for text in texts) / everything.total()
    return Topics(tuple(sorted(groups, key=lambda one: (-one.now, -one.before, one.title))), looked_at)


def _drawn(text: str) -> bytes:
    """Return an order that has nothing to do with time or words, and is the same every time."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def _topic(texts: Sequence[str], group: Sequence[int], shown: int, here: Counter[str], there: Counter[str]) -> Topic:
    members = [texts[place] for place in group]
    return Topic(texts[shown], sum(here[text] for text in members), sum(there[text] for text in members))
