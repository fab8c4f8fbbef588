"""What publishing and changes of the word lists did to the answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_curation_effects"
down_revision = "web_channels"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "web_curation_effects",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.JSON, nullable=False),
        sa.Column("base", sa.String(64), nullable=False),
        sa.Column("made_by", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("done_at", sa.DateTime),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("known", sa.Integer, nullable=False),
        sa.Column("right_before", sa.Integer, nullable=False),
        sa.Column("right_after", sa.Integer, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("trouble", sa.String(500), nullable=False),
        sa.Column("applied_at", sa.DateTime),
        sa.Column("applied_by", sa.String(64), nullable=False),
    )
    op.create_index("web_curation_effects_time", "web_curation_effects", ["kind", "made_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("web_curation_effects")
