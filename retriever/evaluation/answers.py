"""Judges whole answers on the gold questions: the entry, the part and the figure of what a visitor would read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kb.facets import facets
from kb.settings import Settings
from retriever.dialogue.message import Message
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import Memory, turn
from retriever.dialogue.values import Reply
from retriever.search.searcher import Searcher
from retriever.training.calibrate import Gold


def answer_shares(searcher: Searcher, gold: Sequence[Gold], settings: Settings, today: dt.date) -> dict[str, float]:
    """Return shares (0-1) of all questions: the first entry right, a part that answers shown; and of those with a
    figure: the figure shown. What is asked back or refused counts as not shown. No classifier is asked.
    """
    desk = Desk(searcher, settings, today)
    told = [(row, turn(Message(row.question), Memory(), {}, desk).reply) for row in gold]
    figured = [(row, said) for row, said in told if row.figure]
    return {
        "entry": _share([said.entry in row.entries for row, said in told]),
        "facet": _share([_part_right(row, said) for row, said in told]),
        "figure": _share([row.figure in _shown(said, searcher) for row, said in figured]),
    }


def _part_right(row: Gold, said: Reply) -> bool:
    """Say whether one of the parts shown is of the kind that answers and belongs to a right entry."""
    shown = [(part.entry, part.key) for part in said.parts] or [(said.entry, said.key)]
    return any(entry in row.entries and key.partition("-")[0] in row.facets for entry, key in shown)


def _shown(said: Reply, searcher: Searcher) -> str:
    """Return the sentence said and the text of the parts that the card opens."""
    shown = [(part.entry, part.key) for part in said.parts] or [(said.entry, said.key)]
    texts = [part.text for entry, key in shown if entry for part in facets(searcher.entry(entry)) if part.key == key]
    return " ".join([said.text, *texts])


def _share(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks) if marks else 0.0
