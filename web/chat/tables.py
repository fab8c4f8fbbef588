"""The tables of conversations as their statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import Counter, metadata


def conversation_key() -> sa.Column:
    """Return a column that names a conversation."""
    return sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False)


conversations = sa.Table(
    "web_conversations",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("started_at", sa.DateTime, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False),
    sa.Index("web_conversations_time", "last_at", "id"),
)


# A row stands before its answer is looked for: `answered_at` and `outcome` stay empty until there is one.
# `messages` keeps a card as its entry, version and facet only; the card itself is made again when it is shown.
turns = sa.Table(
    "web_turns",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("message_id", sa.String(64)),
    sa.Column("asked_at", sa.DateTime, nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("answered_at", sa.DateTime),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("act", sa.String(64), nullable=False),
    sa.Column("act_confidence", sa.Float, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("entry_id", sa.String(80), nullable=False),
    sa.Column("entry_version", sa.Integer, nullable=False),
    sa.Column("facet", sa.String(32), nullable=False),
    sa.Column("facet_key", sa.String(80), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("messages", sa.JSON, nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("why", sa.JSON, nullable=False),
    sa.Column("milliseconds", sa.Float),
    sa.Column("error", sa.String(64), nullable=False),
    sa.UniqueConstraint("conversation_id", "position", name="web_turns_position"),
    sa.UniqueConstraint("conversation_id", "message_id", name="web_turns_message"),
    sa.Index("web_turns_time", "asked_at", "id"),
    sa.Index("web_turns_outcome", "outcome", "asked_at", "id"),
    sa.Index("web_turns_entry", "entry_id", "asked_at"),
    sa.Index("web_turns_act", "act", "asked_at", "id"),
    sa.Index("web_turns_figures", "asked_at", "outcome", "act", "entry_id", "conversation_id", "milliseconds"),
)


feedback = sa.Table(
    "web_feedback",
    metadata,
    sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), primary_key=True),
    sa.Column("value", sa.String(8), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("given_at", sa.DateTime, nullable=False),
    sa.Index("web_feedback_time", "given_at", "turn_id"),
    sa.Index("web_feedback_value", "value", "turn_id"),
)


# What a conversation asked the desk to do, until the service of that kind takes it over.
requests = sa.Table(
    "web_requests",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("args", sa.JSON, nullable=False),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False),
    sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("turn_id", "name", name="web_requests_once"),
    sa.Index("web_requests_time", "created_at", "number"),
)


# At most one row a conversation: who holds it. `seen_at` is when that person last said something.
holds = sa.Table(
    "web_live_holds",
    metadata,
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
)


# What a person of the staff said or did in a conversation: kind is joined, said or left.
events = sa.Table(
    "web_live_events",
    metadata,
    sa.Column("number", Counter, primary_key=True, autoincrement=True),
    conversation_key(),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("web_live_events_conversation", "conversation_id", "number"),
)
