"""The turns of a day that are worth a look: at random, the least sure, the ones voted down. One day, one sample."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, take_turns, writing
from kb.locks import Lock
from web.chat.tables import feedback, turns
from web.review.filters import midnight
from web.review.tables import samples

RANDOM_TURNS, LOW_CONFIDENCE_TURNS, VOTED_TURNS = 20, 10, 10
REASONS = {"random": "随机", "low": "把握低", "vote": "评为没用"}
SURE_OUTCOMES = ("answered", "clarify", "no_answer")


@dataclass(frozen=True)
class Candidate:
    """What the choice needs to know of a turn."""

    id: str
    outcome: str
    confidence: float
    vote: str


def choose(day: dt.date, found: Sequence[Candidate]) -> list[tuple[str, str]]:
    """Return (turn, reason), a turn once only: votes first, then low confidence, then the random ones.

    Chance comes from the date and the ids alone, so that everybody gets the same sample whenever they ask.
    """
    order = sorted(found, key=lambda one: hashlib.sha256(f"{day}|{one.id}".encode()).digest())
    down = [one for one in order if one.vote == "down"][:VOTED_TURNS]
    unsure = sorted((one for one in order if one.outcome in SURE_OUTCOMES), key=lambda one: one.confidence)
    taken = {one.id: "vote" for one in down}
    for reason, some, most in (("low", unsure, LOW_CONFIDENCE_TURNS), ("random", order, RANDOM_TURNS)):
        fresh = [one for one in some if one.id not in taken and (reason == "random" or one.confidence < 1)]
        taken |= {one.id: reason for one in fresh[:most]}
    return list(taken.items())


def of_day(engine: Engine, day: dt.date) -> list[tuple[Row, str]]:
    """Return the sample of a day that is over, as (turn, reason); it is drawn at the first call and kept."""
    drawn = sa.select(turns, samples.c.reason).join(samples, samples.c.turn_id == turns.c.id)
    drawn = drawn.where(samples.c.day == day).order_by(samples.c.position)
    with reading(engine) as connection:
        rows = list(connection.execute(drawn))
    if not rows:
        with writing(engine) as connection:
            take_turns(connection, Lock.SAMPLE)
            if connection.execute(sa.select(samples.c.day).where(samples.c.day == day)).first() is None:
                _draw(connection, day)
            rows = list(connection.execute(drawn))
    return [(row, row.reason) for row in rows]


def _draw(connection: Connection, day: dt.date) -> None:
    within = (turns.c.asked_at >= midnight(day), turns.c.asked_at < midnight(day + dt.timedelta(days=1)))
    query = sa.select(turns.c.id, turns.c.outcome, turns.c.confidence, feedback.c.value)
    query = query.select_from(turns.outerjoin(feedback, feedback.c.turn_id == turns.c.id))
    found = connection.execute(query.where(*within, turns.c.outcome.not_in(("", "error")), turns.c.act != "held"))
    chosen = choose(day, [Candidate(row.id, row.outcome, row.confidence, row.value or "") for row in found])
    rows = [
        {"day": day, "position": place, "turn_id": turn_id, "reason": reason}
        for place, (turn_id, reason) in enumerate(chosen)
    ]
    if rows:
        connection.execute(sa.insert(samples), rows)
