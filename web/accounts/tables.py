"""The tables of accounts as the statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# `password` is an Argon2 hash, empty for somebody who only signs in elsewhere; `subject` is "issuer|sub" of OIDC.
people = sa.Table(
    "web_people",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("shown_name", sa.String(80), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("password", sa.Text, nullable=False),
    sa.Column("subject", sa.String(512), unique=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("last_at", sa.DateTime),
)

# `digest` is SHA-256 of what the cookie holds: reading the table lets nobody in.
sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id"), nullable=False),
    sa.Column("began_at", sa.DateTime, nullable=False),
    sa.Column("seen_at", sa.DateTime, nullable=False),
    sa.Column("address", sa.String(64), nullable=False),
    sa.Column("agent", sa.String(200), nullable=False),
    sa.Index("web_sessions_person", "person_id"),
)

# One-time links: `purpose` is first_admin, invite or reset; `person_id` is whom a reset is for.
links = sa.Table(
    "web_links",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id")),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("shown_name", sa.String(80), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Column("used_at", sa.DateTime),
    sa.Column("revoked_at", sa.DateTime),
    sa.Index("web_links_time", "made_at", "id"),
)

# Tokens of other systems that call the API in a person's name; `digest` is SHA-256 of the token.
tokens = sa.Table(
    "web_tokens",
    metadata,
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

# Failed sign-ins by what they count against: an account's name or an address.
attempts = sa.Table(
    "web_attempts",
    metadata,
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False),
    sa.Column("blocked_until", sa.DateTime),
)

# Triggers forbid UPDATE and DELETE: rows only ever come.
audit = sa.Table(
    "web_audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.String(64), nullable=False),
    sa.Column("action", sa.String(64), nullable=False),
    sa.Column("object", sa.String(200), nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Index("web_audit_actor", "actor", "id"),
    sa.Index("web_audit_action", "action", "id"),
    sa.Index("web_audit_object", "object", "id"),
    sa.Index("web_audit_time", "at", "id"),
    sqlite_autoincrement=True,
)
