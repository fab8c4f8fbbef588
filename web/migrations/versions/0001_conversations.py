"""Conversations, their turns, votes on them, and what they asked the desk to do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web0001"
down_revision = None


def upgrade() -> None:
    """Make the four tables."""
    _conversations()
    _turns()
    _feedback()
    _requests()


def downgrade() -> None:
    """Drop the four tables."""
    for table in ("web_requests", "web_feedback", "web_turns", "web_conversations"):
        op.drop_table(table)


def _conversations() -> None:
    op.create_table(
        "web_conversations",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("started_at", sa.DateTime, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_conversations_time", "web_conversations", ["last_at", "id"])


def _turns() -> None:
    op.create_table(
        "web_turns",
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
    )
    op.create_index("web_turns_time", "web_turns", ["asked_at", "id"])
    op.create_index("web_turns_outcome", "web_turns", ["outcome", "asked_at", "id"])
    op.create_index("web_turns_entry", "web_turns", ["entry_id", "asked_at"])


def _feedback() -> None:
    op.create_table(
        "web_feedback",
        sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), primary_key=True),
        sa.Column("value", sa.String(8), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_feedback_time", "web_feedback", ["given_at", "turn_id"])


def _requests() -> None:
    op.create_table(
        "web_requests",
        sa.Column("number", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("args", sa.JSON, nullable=False),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False),
        sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("turn_id", "name", name="web_requests_once"),
    )
    op.create_index("web_requests_time", "web_requests", ["created_at", "number"])
