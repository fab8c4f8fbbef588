"""Websites that show the desk in a frame."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_sites"
down_revision = "web_curation_effects"


def upgrade() -> None:
    """Make the table of websites."""
    op.create_table(
        "web_sites",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(32), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("origins", sa.JSON, nullable=False),
        sa.Column("entries", sa.JSON, nullable=False),
        sa.Column("layout", sa.String(8), nullable=False),
        sa.Column("colour", sa.String(7), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("web_sites")
