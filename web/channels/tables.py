"""The tables of the channels as the statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# `key` is an HMAC of channel and user id under the site's own secret: the table names nobody.
# `choices` are the payloads that the last answer numbered; `heard` is the last event of a person of the staff that was
# passed on.
people = sa.Table(
    "web_channel_people",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),
    sa.Column("heard", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False),
    sa.Index("web_channel_people_time", "channel", "last_at"),
)

# Signatures that were used: `digest` of channel and signature, `content` of what it came with, how often it came.
seals = sa.Table(
    "web_channel_seals",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("content", sa.String(64), nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Index("web_channel_seals_time", "expires_at"),
)

# Messages by the vendor's own id, so that a repeated delivery stays the same question in the same conversation.
messages = sa.Table(
    "web_channel_messages",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(64), nullable=False),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Index("web_channel_messages_time", "at"),
)
