"""Agent bookings, what happened to them, and commitments with their days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_agents"
down_revision = "web_ticket_records"

GROWING = ("web_agent_events",)


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
    _agent_bookings()
    _agent_events()
    _commitments()
    for table in GROWING:
        for guard in _postgres_guards(table) if op.get_bind().dialect.name == "postgresql" else _sqlite_guards(table):
            op.execute(guard)


def downgrade() -> None:
    """Drop the tables and their guards."""
    for table in (
        "web_commitments",
        "web_agent_events",
        "web_agent_bookings",
    ):
        op.drop_table(table)


def _agent_bookings() -> None:
    op.create_table(
        "web_agent_bookings",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("enterprise", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("wish", sa.String(length=500), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("booked_at", sa.DateTime(), nullable=False),
        sa.Column("accept_due_at", sa.DateTime(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(), nullable=True),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("rated_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('booked', 'accepted', 'working', 'done', 'rated', 'declined', 'cancelled')",
            name="web_agent_bookings_state_ok",
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="web_agent_bookings_grade_ok"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("web_agent_bookings_agent", "web_agent_bookings", ["agent", "state", "booked_at"], unique=False)
    op.create_index(
        "web_agent_bookings_conversation", "web_agent_bookings", ["conversation_id", "booked_at"], unique=False
    )
    op.create_index("web_agent_bookings_state", "web_agent_bookings", ["state", "booked_at", "number"], unique=False)


def _agent_events() -> None:
    op.create_table(
        "web_agent_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_agent_bookings.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", "sequence", name="web_agent_events_once"),
    )


def _commitments() -> None:
    op.create_table(
        "web_commitments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("what", sa.String(length=500), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=True),
        sa.Column("kept_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_agent_bookings.number"],
        ),
        sa.CheckConstraint("kind IN ('lack', 'promise')", name="web_commitments_kind_ok"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("web_commitments_booking", "web_commitments", ["number", "due_on"], unique=False)
    op.create_index("web_commitments_due", "web_commitments", ["kept_at", "due_on"], unique=False)
