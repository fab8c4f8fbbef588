"""Entries and all their versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "kb_entries",
        sa.Column("id", sa.String(80), primary_key=True),
        sa.Column("sort_key", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("public_version", sa.Integer),
        sa.Column("public_status", sa.String(16)),
    )
    op.create_table(
        "kb_versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("entry_id", sa.String(80), sa.ForeignKey("kb_entries.id"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("theme", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.UniqueConstraint("entry_id", "version", name="kb_versions_entry_version"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Drop the two tables and everything in them."""
    op.drop_table("kb_versions")
    op.drop_table("kb_entries")
