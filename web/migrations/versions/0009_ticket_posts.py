"""Posts: as what, and of which department, a member of the staff works on appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_ticket_posts"
down_revision = "web_curation"


def upgrade() -> None:
    """Make the table of posts."""
    op.create_table(
        "web_ticket_posts",
        sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id"), primary_key=True),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("department", sa.String(200), nullable=False),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("web_ticket_posts")
