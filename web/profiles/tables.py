"""The tables of profiles as the statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# `data` holds the declared fields as kb.matching.values.to_plain writes them: bands, never figures.
# `key_digest` is SHA-256 of the key that the enterprise holds: reading the table opens nobody's profile.
profiles = sa.Table(
    "web_profiles",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("code", sa.String(18), unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("key_digest", sa.String(64), nullable=False, unique=True),
    sa.Column("origin", sa.String(16), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
    sa.Index("web_profiles_time", "updated_at", "id"),
)

# One row a person and channel. Without `consented_at`, or with `withdrawn_at`, nothing is sent there.
contacts = sa.Table(
    "web_profile_contacts",
    metadata,
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

# The profile that a conversation has told of itself.
links = sa.Table(
    "web_profile_links",
    metadata,
    sa.Column("conversation_id", sa.String(64), primary_key=True),
    sa.Column("profile_id", sa.String(64), sa.ForeignKey("web_profiles.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

# One-time ways from a conversation to the pages of its profile; `digest` is SHA-256 of the token in the address.
doors = sa.Table(
    "web_profile_doors",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("profile_id", sa.String(64), sa.ForeignKey("web_profiles.id", ondelete="CASCADE"), nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Column("used_at", sa.DateTime),
)
