"""Which turns want a curator's eyes: refused, asked back without a choice, voted down, or answered unsurely."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from web import clock
from web.chat.tables import feedback, turns
from web.curation.tables import asked, marks

MARK = "gathered"
FIRST = dt.timedelta(days=90)  # how far back the very first gathering looks
OVERLAP = dt.timedelta(minutes=15)  # a choice or an answer may come late
CHOOSING = dt.timedelta(minutes=2)  # a person who is asked back may still choose
MOST_TURNS_AT_ONCE = 300
REASONS = {"refused": "没答上", "clarified": "反问后没选", "down": "评价没用", "unsure": "把握不大"}
CHATTER = {"contact_person", "injection", "abuse", "greet", "thank", "goodbye", "wordless"}


@dataclass(frozen=True)
class Gathered:
    """One turn with its reason, and the entry that the turn before it was about."""

    turn_id: str
    text: str
    reason: str
    act: str
    after_entry: str
    entry_id: str
    entry_version: int
    facet_key: str
    asked_at: dt.datetime


def gather(connection: Connection, unsure_below: float) -> list[Gathered]:
    """Return the turns that are new since last time, oldest first, at most MOST_TURNS_AT_ONCE; moves the mark."""
    row = connection.execute(sa.select(marks.c.at).where(marks.c.name == MARK)).scalar()
    since = row or clock.now() - FIRST
    found = {one.turn_id: one for one in _weak(connection, since, unsure_below)}
    found |= {one.turn_id: one for one in _voted(connection, since)}
    known = sa.select(asked.c.turn_id).where(asked.c.turn_id.in_(list(found)))
    there = {one.turn_id for one in connection.execute(known)}
    new = sorted((one for key, one in found.items() if key not in there), key=lambda one: one.asked_at)[
        :MOST_TURNS_AT_ONCE
    ]
    full = len(new) == MOST_TURNS_AT_ONCE
    _move_mark(connection, new[-1].asked_at if full else clock.now() - OVERLAP, since)
    return new


def _weak(connection: Connection, since: dt.datetime, unsure_below: float) -> Iterable[Gathered]:
    """Yield what was refused, asked back or answered unsurely since then, by the index over outcome and time."""
    following = turns.alias("following")
    before = turns.alias("before")
    query = (
        sa.select(turns, following.c.outcome.label("next_outcome"), before.c.entry_id.label("after_entry"))
        .select_from(turns.outerjoin(following, _beside(following, 1)).outerjoin(before, _beside(before, -1)))
        .where(
            turns.c.asked_at > since,
            turns.c.outcome.in_(["no_answer", "handoff", "clarify", "answered"]),
            turns.c.error == "",
            sa.or_(turns.c.outcome != "answered", turns.c.confidence < unsure_below),
        )
        .order_by(turns.c.asked_at)
        .limit(2 * MOST_TURNS_AT_ONCE)
    )
    for row in connection.execute(query):
        reason = _reason(row)
        if reason:
            yield _gathered(row, reason)


def _beside(other: Any, step: int) -> Any:
    return sa.and_(other.c.conversation_id == turns.c.conversation_id, other.c.position == turns.c.position + step)


def _reason(row: Row) -> str:
    if row.act in CHATTER or not row.question.strip():
        return ""
    if row.outcome == "answered":
        return "unsure" if row.entry_id and row.confidence > 0 else ""
    if row.outcome == "clarify":
        waiting = row.next_outcome is None and row.asked_at > clock.now() - CHOOSING
        return "clarified" if row.why and row.next_outcome != "answered" and not waiting else ""
    if row.outcome == "handoff" and not row.why:  # a warning about danger, or a person was asked for
        return ""
    return "refused"


def _voted(connection: Connection, since: dt.datetime) -> Iterable[Gathered]:
    before = turns.alias("before")
    joined = feedback.join(turns, turns.c.id == feedback.c.turn_id).outerjoin(before, _beside(before, -1))
    query = sa.select(turns, before.c.entry_id.label("after_entry")).select_from(joined)
    query = query.where(feedback.c.given_at > since, feedback.c.value == "down").order_by(feedback.c.given_at)
    for row in connection.execute(query.limit(MOST_TURNS_AT_ONCE)):
        if row.outcome == "answered" and row.entry_id:
            yield _gathered(row, "down")


def _gathered(row: Row, reason: str) -> Gathered:
    return Gathered(
        turn_id=row.id,
        text=row.question[:500],
        reason=reason,
        act=row.act,
        after_entry=row.after_entry or "",
        entry_id=row.entry_id,
        entry_version=row.entry_version,
        facet_key=row.facet_key,
        asked_at=row.asked_at,
    )


def _move_mark(connection: Connection, at: dt.datetime, since: dt.datetime) -> None:
    connection.execute(sa.delete(marks).where(marks.c.name == MARK))
    connection.execute(sa.insert(marks), {"name": MARK, "at": max(at, since)})
