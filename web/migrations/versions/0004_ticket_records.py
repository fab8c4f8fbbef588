"""What stands beside appeals: slips, ratings, rectifications, attachments, failed look-ups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_ticket_records"
down_revision = "web_tickets"

GROWING = ("web_ticket_slips", "web_ticket_ratings")


def _sqlite_guards(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        for change in ("UPDATE", "DELETE")
    ]


def _postgres_guards(table: str) -> list[str]:
    return [
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION web_tickets_only_grow()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION web_tickets_only_grow()",
    ]


def upgrade() -> None:
    """Make the tables and their guards."""
    _ticket_slips()
    _ticket_ratings()
    _ticket_rectifications()
    _ticket_attachments()
    _ticket_attempts()
    for table in GROWING:
        for guard in _postgres_guards(table) if op.get_bind().dialect.name == "postgresql" else _sqlite_guards(table):
            op.execute(guard)


def downgrade() -> None:
    """Drop the tables and their guards."""
    for table in (
        "web_ticket_attempts",
        "web_ticket_attachments",
        "web_ticket_rectifications",
        "web_ticket_ratings",
        "web_ticket_slips",
    ):
        op.drop_table(table)


def _ticket_slips() -> None:
    op.create_table(
        "web_ticket_slips",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("colour", sa.String(length=8), nullable=False),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_tickets.number"],
        ),
        sa.CheckConstraint("colour IN ('blue', 'orange', 'red')", name="web_ticket_slips_colour_ok"),
        sa.PrimaryKeyConstraint("number", "sequence"),
    )
    op.create_index("web_ticket_slips_time", "web_ticket_slips", ["issued_at", "colour", "department"], unique=False)


def _ticket_ratings() -> None:
    op.create_table(
        "web_ticket_ratings",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("real_name", sa.Boolean(), nullable=False),
        sa.Column("resolved", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("district", sa.String(length=200), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_tickets.number"],
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="web_ticket_ratings_grade_ok"),
        sa.CheckConstraint("source IN ('requester', 'revisit')", name="web_ticket_ratings_source_ok"),
        sa.PrimaryKeyConstraint("number", "sequence"),
        sa.UniqueConstraint("number", "round", "source", name="web_ticket_ratings_once"),
    )
    op.create_index("web_ticket_ratings_time", "web_ticket_ratings", ["given_at", "grade", "department"], unique=False)


def _ticket_rectifications() -> None:
    op.create_table(
        "web_ticket_rectifications",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("contact_due_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("contacted_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("checked_at", sa.DateTime(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("check_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_tickets.number"],
        ),
        sa.CheckConstraint(
            "status IN ('open', 'contacted', 'done', 'checked')", name="web_ticket_rectifications_status_ok"
        ),
        sa.PrimaryKeyConstraint("number", "sequence"),
    )
    op.create_index("web_ticket_rectifications_due", "web_ticket_rectifications", ["status", "due_at"], unique=False)


def _ticket_attachments() -> None:
    op.create_table(
        "web_ticket_attachments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_tickets.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("web_ticket_attachments_ticket", "web_ticket_attachments", ["number", "added_at"], unique=False)


def _ticket_attempts() -> None:
    op.create_table(
        "web_ticket_attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("web_ticket_attempts_number", "web_ticket_attempts", ["number", "at"], unique=False)
    op.create_index("web_ticket_attempts_place", "web_ticket_attempts", ["place", "at"], unique=False)
