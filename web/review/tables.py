"""The tables of the operator's desk as their statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.chat.tables import conversation_key
from web.tables import Counter, metadata

# One row a text that can be searched; its numbers grow with time. The words themselves stand in an index that each
# database keeps in its own way (web/review/fulltext.py).
words = sa.Table(
    "web_words",
    metadata,
    sa.Column("number", Counter, primary_key=True, autoincrement=True),
    conversation_key(),
    sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), nullable=False),
    sa.Index("web_words_conversation", "conversation_id", "number"),
    sa.Index("web_words_turn", "turn_id"),
)

tags = sa.Table(
    "web_conversation_tags",
    metadata,
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), primary_key=True),
    sa.Column("tag", sa.String(20), primary_key=True),
    sa.Column("given_by", sa.String(64), nullable=False),
    sa.Column("given_at", sa.DateTime, nullable=False),
    sa.Index("web_conversation_tags_tag", "tag", "conversation_id"),
)

saved_filters = sa.Table(
    "web_saved_filters",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(64), nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("query", sa.JSON, nullable=False),
    sa.Column("saved_at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("owner", "name", name="web_saved_filters_name"),
)

# `first_verdict` is what the person said before anybody else's word could be seen; it never changes.
reviews = sa.Table(
    "web_reviews",
    metadata,
    sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), primary_key=True),
    sa.Column("look", sa.Integer, primary_key=True),
    sa.Column("reviewer", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("first_verdict", sa.String(8), nullable=False),
    sa.Column("act", sa.String(64), nullable=False),
    sa.Column("entry_id", sa.String(80), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.UniqueConstraint("turn_id", "reviewer", name="web_reviews_person"),
    sa.Index("web_reviews_time", "at", "turn_id"),
)

samples = sa.Table(
    "web_review_samples",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
)


# The figures of a day that is over, counted once.
days = sa.Table(
    "web_days",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("figures", sa.JSON, nullable=False),
)
