"""The table of websites as the statements see it; web/migrations makes it. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# `key` is public: it stands in the page's script tag. What keeps others out is `origins`.
sites = sa.Table(
    "web_sites",
    metadata,
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
