"""The tables of agent bookings (帮代办) and commitments (容缺、承诺) as their statements see them."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata
from web.tickets.tables import Counter


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def _time(name: str, *, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime, nullable=not needed)


def _of_booking() -> sa.Column:
    return sa.Column("number", sa.String(32), sa.ForeignKey("web_agent_bookings.number"), nullable=False)


bookings = sa.Table(
    "web_agent_bookings",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    _text("state", 16),
    _text("entry_id", 200),
    _text("title", 200),
    *(_text(name, 200) for name in ("enterprise", "credit_code", "contact_name", "phone")),
    _text("wish", 500),
    *(_text(name, 64) for name in ("conversation_id", "agent")),
    _text("department", 200),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("grade", sa.Integer),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    _time("booked_at", needed=True),
    *(_time(name) for name in ("accept_due_at", "accepted_at", "done_at", "rated_at")),
    sa.Index("web_agent_bookings_state", "state", "booked_at", "number"),
    sa.Index("web_agent_bookings_agent", "agent", "state", "booked_at"),
    sa.Index("web_agent_bookings_conversation", "conversation_id", "booked_at"),
)

booking_events = sa.Table(
    "web_agent_events",
    metadata,
    sa.Column("id", Counter, primary_key=True),
    _of_booking(),
    sa.Column("sequence", sa.Integer, nullable=False),
    _time("at", needed=True),
    _text("actor", 64),
    _text("role", 16),
    _text("move", 32),
    _text("from_state", 16),
    _text("to_state", 16),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.UniqueConstraint("number", "sequence", name="web_agent_events_once"),
)

commitments = sa.Table(
    "web_commitments",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    _of_booking(),
    _text("kind", 16),
    _text("what", 500),
    sa.Column("due_on", sa.Date, nullable=False),
    _text("made_by", 64),
    _time("made_at", needed=True),
    _time("kept_at"),
    _text("kept_by", 64),
    sa.Index("web_commitments_due", "kept_at", "due_on"),
    sa.Index("web_commitments_booking", "number", "due_on"),
)
