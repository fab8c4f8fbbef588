"""Channels: who asks where, the signatures that were used, the messages that came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_channels"
down_revision = "web_serving"


def upgrade() -> None:
    """Make the tables of the channels."""
    op.create_table(
        "web_channel_people",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("heard", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_channel_people_time", "web_channel_people", ["channel", "last_at"])
    op.create_table(
        "web_channel_seals",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("content", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_channel_seals_time", "web_channel_seals", ["expires_at"])
    op.create_table(
        "web_channel_messages",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_index("web_channel_messages_time", "web_channel_messages", ["at"])


def downgrade() -> None:
    """Drop the tables."""
    for name in ("web_channel_messages", "web_channel_seals", "web_channel_people"):
        op.drop_table(name)
