"""Tokens of other systems that call the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_tokens"
down_revision = "web_signals"


def upgrade() -> None:
    """Make the table of tokens."""
    op.create_table(
        "web_tokens",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("right", sa.String(40), nullable=False),
        sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id"), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("expires_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime),
        sa.Column("revoked_at", sa.DateTime),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("web_tokens")
