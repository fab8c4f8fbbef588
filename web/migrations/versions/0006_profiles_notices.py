"""Profiles of enterprises with their contacts, and sign-ups for notices."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_profiles_notices"
down_revision = "web_agents"


def upgrade() -> None:
    """Make the tables of profiles, contacts and sign-ups."""
    _profiles()
    _contacts()
    _signups()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("web_signups", "web_profile_contacts", "web_profiles"):
        op.drop_table(table)


def _profiles() -> None:
    op.create_table(
        "web_profiles",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("code", sa.String(18), unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False, unique=True),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_profiles_time", "web_profiles", ["updated_at", "id"])


def _contacts() -> None:
    op.create_table(
        "web_profile_contacts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("profile_id", sa.String(64), sa.ForeignKey("web_profiles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("purposes", sa.JSON, nullable=False),
        sa.Column("consented_at", sa.DateTime),
        sa.Column("withdrawn_at", sa.DateTime),
        sa.UniqueConstraint("profile_id", "channel", "address", name="web_profile_contacts_once"),
    )


def _signups() -> None:
    op.create_table(
        "web_signups",
        sa.Column("receipt", sa.String(32), primary_key=True),
        sa.Column("notice_id", sa.String(80), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("once", sa.String(64)),
        sa.Column("profile_id", sa.String(64), sa.ForeignKey("web_profiles.id", ondelete="SET NULL")),
        sa.Column("enterprise", sa.String(200), nullable=False),
        sa.Column("contact", sa.String(40), nullable=False),
        sa.Column("phone", sa.String(32), nullable=False),
        sa.Column("seats", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("confirmed_at", sa.DateTime),
        sa.Column("cancelled_at", sa.DateTime),
        sa.Column("reminded_at", sa.DateTime),
        sa.Column("attended", sa.Boolean),
        sa.UniqueConstraint("notice_id", "place", name="web_signups_place"),
        sa.UniqueConstraint("notice_id", "once", name="web_signups_once"),
    )
    op.create_index("web_signups_status", "web_signups", ["notice_id", "status", "place"])
