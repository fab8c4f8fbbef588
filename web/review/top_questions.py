"""What visitors asked in a stretch of days, wording by wording."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading
from web.chat.tables import turns
from web.review.daily_figures import CHINA_AHEAD

LATEST_TURNS = 20_000  # the latest turns of the stretch
ASKED = ("answered", "clarify", "no_answer", "handoff")
SHORTEST_QUESTION, LONGEST_QUESTION = 4, 60


def questions(engine: Engine, begin: dt.date, end: dt.date) -> Counter[str]:
    """Return the wordings of a stretch (both days included) with their counts; chatter and forms are left out."""
    first, last = (dt.datetime.combine(day, dt.time.min) - CHINA_AHEAD for day in (begin, end + dt.timedelta(days=1)))
    query = sa.select(turns.c.question).where(turns.c.asked_at >= first, turns.c.asked_at < last)
    query = query.where(turns.c.outcome.in_(ASKED), turns.c.act != "held")
    with reading(engine) as connection:
        texts = connection.execute(query.order_by(turns.c.asked_at.desc()).limit(LATEST_TURNS)).scalars()
        return Counter(
            text for text in texts if SHORTEST_QUESTION <= len(text) <= LONGEST_QUESTION and "***" not in text
        )
