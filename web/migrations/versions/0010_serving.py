"""Serving: the profile of a conversation, ways in, subscriptions, what nobody wants to hear of, pushes and messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_serving"
down_revision = "web_ticket_posts"
TABLES = ("web_profile_links", "web_profile_doors", "web_subscriptions", "web_unwanted", "web_pushes", "web_messages")


def upgrade() -> None:
    """Make the tables."""
    _identity()
    _wishes()
    _pushes()
    _messages()


def downgrade() -> None:
    """Drop the tables."""
    for table in TABLES:
        op.drop_table(table)


def _profile(**more: bool) -> sa.Column:
    owner = sa.ForeignKey("web_profiles.id", ondelete="CASCADE")
    return sa.Column("profile_id", sa.String(64), owner, nullable=False, **more)


def _identity() -> None:
    op.create_table(
        "web_profile_links",
        sa.Column("conversation_id", sa.String(64), primary_key=True),
        _profile(),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_profile_doors",
        sa.Column("digest", sa.String(64), primary_key=True),
        _profile(),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
    )


def _wishes() -> None:
    op.create_table(
        "web_subscriptions",
        _profile(primary_key=True),
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_to", sa.Integer),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("ended_at", sa.DateTime),
    )
    op.create_table(
        "web_unwanted",
        _profile(primary_key=True),
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )


def _pushes() -> None:
    op.create_table(
        "web_pushes",
        sa.Column("id", sa.String(64), primary_key=True),
        _profile(),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("batch", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("claimed_at", sa.DateTime),
        sa.Column("sent_at", sa.DateTime),
        sa.Column("opened_at", sa.DateTime),
        sa.Column("trouble", sa.String(200), nullable=False),
        sa.UniqueConstraint("profile_id", "entry_id", "version", "reason", "channel", name="web_pushes_once"),
    )
    op.create_index("web_pushes_due", "web_pushes", ["status", "due_at"])
    op.create_index("web_pushes_batch", "web_pushes", ["batch"])
    op.create_index("web_pushes_time", "web_pushes", ["made_at", "id"])


def _messages() -> None:
    op.create_table(
        "web_messages",
        sa.Column("key", sa.String(64), primary_key=True),
        _profile(),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("link", sa.String(200), nullable=False),
        sa.Column("unsubscribe", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("shown_at", sa.DateTime),
    )
    op.create_index("web_messages_profile", "web_messages", ["profile_id", "at"])
