"""The questions that the desk keeps, and what the chat says to each of them with one state of the search."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading
from kb.models import Entry
from retriever.dialogue.acts import Acts
from retriever.search.searcher import Searcher
from web import clock
from web.chat.rehearsal import Rehearsal
from web.chat.tables import turns

LATELY = dt.timedelta(days=90)
VISITORS_WORDINGS = 300  # wordings of visitors that are tried, those asked most
BREATH = 0.002  # seconds between two questions: visitors come first
SOURCES = {"attached": "条目的问法", "gold": "评定过的问题", "asked": "访客问过"}


@dataclass(frozen=True)
class Stored:
    """A question that is kept: where it comes from (a key of SOURCES), the entry that is right, empty if unknown."""

    text: str
    source: str
    right: str = ""


@dataclass(frozen=True)
class Said:
    """What the chat says to a question: how it ends, from which part of which entry."""

    outcome: str
    entry: str
    key: str

    def answers(self, entry_id: str) -> bool:
        """Say whether this is an answer from the entry."""
        return self.outcome == "answered" and self.entry == entry_id


def stored(entries: Iterable[Entry], engine: Engine, judged: Iterable[tuple[str, str]]) -> list[Stored]:
    """Return the questions that are kept, each wording once; what people judged counts more than what is attached.

    `judged` are questions with the entry that people settled on.
    """
    found: dict[str, Stored] = {}
    for text, right_entry in judged:
        found.setdefault(text, Stored(text, "gold", right_entry))
    for entry in entries:
        for text in entry.questions:
            found.setdefault(text, Stored(text, "attached", entry.id))
    for text in _asked(engine):
        found.setdefault(text, Stored(text, "asked"))
    return list(found.values())


def classified(questions: Sequence[Stored], rehearsal: Rehearsal) -> dict[str, Acts]:
    """Return what the classifier holds each question for; once it is away, none for all that are left."""
    found: dict[str, Acts] = {}
    for one in questions:
        found[one.text] = rehearsal.classify(one.text)
        if not found[one.text]:
            break
        time.sleep(BREATH)
    return {one.text: found.get(one.text, {}) for one in questions}


def said_to(acts: Mapping[str, Acts], searcher: Searcher, rehearsal: Rehearsal) -> dict[str, Said]:
    """Return what the chat would say to each question at the start of a conversation."""
    found = {}
    for text, one in acts.items():
        said = rehearsal.say(text, searcher, acts=one).payload
        found[text] = Said(said.outcome, said.entry, said.key)
        time.sleep(BREATH)
    return found


def right(questions: Iterable[Stored], said: Mapping[str, Said]) -> int:
    """Return how many of the questions with a known right entry are answered from it."""
    return sum(bool(one.right) and said[one.text].answers(one.right) for one in questions)


def _asked(engine: Engine) -> list[str]:
    """Return what visitors asked lately, the commonest wordings first, without masked or acted-out turns."""
    outcomes = ["answered", "clarify", "no_answer"]
    query = sa.select(turns.c.question).where(turns.c.asked_at > clock.now() - LATELY, turns.c.outcome.in_(outcomes))
    query = query.where(turns.c.act != "held", ~turns.c.question.contains("***", autoescape=True))
    query = query.group_by(turns.c.question).order_by(sa.func.count().desc(), turns.c.question).limit(VISITORS_WORDINGS)
    with reading(engine) as connection:
        return [text for text in connection.execute(query).scalars() if 2 <= len(text) <= 200]
