"""The table of sign-ups as the statements see it; web/migrations makes it. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# `place` counts up within a notice: the order in which people came, and in which those who wait move up.
signups = sa.Table(
    "web_signups",
    metadata,
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
    sa.Index("web_signups_status", "notice_id", "status", "place"),
)
