"""Accounts, their sessions, one-time links, failed sign-ins, and an audit log that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_accounts"
down_revision = "web0001"

SQLITE_GUARDS = (
    "CREATE TRIGGER web_audit_no_update BEFORE UPDATE ON web_audit "
    "BEGIN SELECT RAISE(ABORT, 'web_audit only grows'); END",
    "CREATE TRIGGER web_audit_no_delete BEFORE DELETE ON web_audit "
    "BEGIN SELECT RAISE(ABORT, 'web_audit only grows'); END",
    # INSERT OR REPLACE deletes without asking the trigger above
    "CREATE TRIGGER web_audit_no_replace BEFORE INSERT ON web_audit "
    "WHEN EXISTS (SELECT 1 FROM web_audit WHERE id = NEW.id) "
    "BEGIN SELECT RAISE(ABORT, 'web_audit only grows'); END",
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION web_audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'web_audit only grows'; END $$",
    "CREATE TRIGGER web_audit_no_change BEFORE UPDATE OR DELETE ON web_audit "
    "FOR EACH ROW EXECUTE FUNCTION web_audit_only_grows()",
    "CREATE TRIGGER web_audit_no_truncate BEFORE TRUNCATE ON web_audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION web_audit_only_grows()",
)


def upgrade() -> None:
    """Make the five tables and the guards of the log."""
    _people()
    _sessions()
    _links()
    _attempts()
    _audit()
    for guard in POSTGRES_GUARDS if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    """Drop the five tables."""
    for table in ("web_audit", "web_attempts", "web_links", "web_sessions", "web_people"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION web_audit_only_grows()")


def _people() -> None:
    op.create_table(
        "web_people",
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


def _sessions() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("person_id", sa.String(64), sa.ForeignKey("web_people.id"), nullable=False),
        sa.Column("began_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
    )
    op.create_index("web_sessions_person", "web_sessions", ["person_id"])


def _links() -> None:
    op.create_table(
        "web_links",
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
    )
    op.create_index("web_links_time", "web_links", ["made_at", "id"])


def _attempts() -> None:
    op.create_table(
        "web_attempts",
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("blocked_until", sa.DateTime),
    )


def _audit() -> None:
    op.create_table(
        "web_audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sqlite_autoincrement=True,
    )
    op.create_index("web_audit_actor", "web_audit", ["actor", "id"])
    op.create_index("web_audit_action", "web_audit", ["action", "id"])
    op.create_index("web_audit_object", "web_audit", ["object", "id"])
    op.create_index("web_audit_time", "web_audit", ["at", "id"])
