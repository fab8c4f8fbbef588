"""Appeals and their history; the database itself refuses illegal moves and lost or stray events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_tickets"
down_revision = "web_accounts"

# (move, from which states, to which; = stays): web/tickets/machine.py when this revision was made.
MOVES = (
    ("register", "", "registered"),
    ("absorb", "appealed dispatched handling registered replied return_asked revisited signed unsatisfied", "="),
    (
        "add_information",
        "appealed dispatched handling registered replied return_asked revisited signed unsatisfied",
        "=",
    ),
    ("note", "appealed dispatched handling registered replied return_asked revisited signed unsatisfied", "="),
    ("recount", "appealed dispatched handling registered replied return_asked revisited signed unsatisfied", "="),
    (
        "rectify_check",
        "appealed closed dispatched handling registered replied return_asked revisited signed transferred unsatisfied withdrawn",
        "=",
    ),
    (
        "rectify_contact",
        "appealed closed dispatched handling registered replied return_asked revisited signed transferred unsatisfied withdrawn",
        "=",
    ),
    (
        "rectify_done",
        "appealed closed dispatched handling registered replied return_asked revisited signed transferred unsatisfied withdrawn",
        "=",
    ),
    ("reject_appeal", "appealed", "closed"),
    ("supervise", "appealed dispatched handling registered replied return_asked revisited signed unsatisfied", "="),
    ("support_appeal", "appealed", "handling"),
    ("transfer", "appealed dispatched handling registered return_asked signed unsatisfied", "transferred"),
    ("withdraw", "appealed dispatched handling registered return_asked signed unsatisfied", "withdrawn"),
    ("appeal", "closed unsatisfied", "appealed"),
    ("grade_bad", "closed replied revisited", "unsatisfied"),
    ("grade_final", "closed", "="),
    ("grade_good", "closed revisited", "="),
    ("add_co_handlers", "dispatched handling signed", "="),
    ("ask_return", "dispatched signed", "return_asked"),
    ("merge", "dispatched handling registered return_asked signed", "merged"),
    ("reclassify", "dispatched handling registered return_asked signed", "="),
    ("redispatch", "dispatched", "="),
    ("sign", "dispatched", "signed"),
    ("approve_extension", "handling signed", "="),
    ("ask_extension", "handling signed", "="),
    ("ask_more", "handling signed", "="),
    ("co_opinion", "handling signed", "="),
    ("redispatch", "handling return_asked signed", "dispatched"),
    ("refuse_extension", "handling signed", "="),
    ("reply", "handling", "replied"),
    ("answer", "registered", "replied"),
    ("dispatch", "registered", "dispatched"),
    ("grade_good", "replied", "revisited"),
    ("revisit_bad", "replied", "unsatisfied"),
    ("revisit_good", "replied", "revisited"),
    ("revisit_unreached", "replied", "revisited"),
    ("refuse_return", "return_asked", "dispatched"),
    ("close", "revisited", "closed"),
    ("handle", "signed", "handling"),
    ("reopen", "unsatisfied", "handling"),
    ("uphold", "unsatisfied", "closed"),
)
ILLEGAL_MOVE = """NEW.revision <> OLD.revision + 1 OR NOT EXISTS (
    SELECT 1 FROM web_ticket_events e WHERE e.number = NEW.number AND e.sequence = NEW.revision
    AND e.from_state = OLD.state AND e.to_state = NEW.state)"""
STRAY_EVENT = """NOT EXISTS (
    SELECT 1 FROM web_tickets t WHERE t.number = NEW.number AND (NEW.sequence <= t.revision
    OR (NEW.sequence = t.revision + 1 AND NEW.from_state = t.state)))"""


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


SQLITE_GUARDS = (
    "CREATE TRIGGER web_tickets_legal BEFORE UPDATE OF state, revision ON web_tickets "
    f"WHEN {ILLEGAL_MOVE} BEGIN SELECT RAISE(ABORT, 'illegal move'); END",
    "CREATE TRIGGER web_ticket_events_fit BEFORE INSERT ON web_ticket_events "
    f"WHEN {STRAY_EVENT} BEGIN SELECT RAISE(ABORT, 'stray event'); END",
    # INSERT OR REPLACE deletes without asking the triggers on deletion
    "CREATE TRIGGER web_ticket_events_no_replace BEFORE INSERT ON web_ticket_events "
    "WHEN EXISTS (SELECT 1 FROM web_ticket_events "
    "WHERE id = NEW.id OR (number = NEW.number AND sequence = NEW.sequence)) "
    "BEGIN SELECT RAISE(ABORT, 'event exists'); END",
    "CREATE TRIGGER web_ticket_events_no_update BEFORE UPDATE ON web_ticket_events "
    "BEGIN SELECT RAISE(ABORT, 'web_ticket_events only grows'); END",
    "CREATE TRIGGER web_ticket_events_no_delete BEFORE DELETE ON web_ticket_events "
    "BEGIN SELECT RAISE(ABORT, 'web_ticket_events only grows'); END",
)
POSTGRES_GUARDS = (
    _function("web_tickets_legal", f"IF {ILLEGAL_MOVE} THEN RAISE EXCEPTION 'illegal move'; END IF; RETURN NEW;"),
    "CREATE TRIGGER web_tickets_legal BEFORE UPDATE OF state, revision ON web_tickets "
    "FOR EACH ROW EXECUTE FUNCTION web_tickets_legal()",
    _function("web_ticket_events_fit", f"IF {STRAY_EVENT} THEN RAISE EXCEPTION 'stray event'; END IF; RETURN NEW;"),
    "CREATE TRIGGER web_ticket_events_fit BEFORE INSERT ON web_ticket_events "
    "FOR EACH ROW EXECUTE FUNCTION web_ticket_events_fit()",
    _function("web_tickets_only_grow", "RAISE EXCEPTION '% only grows', TG_TABLE_NAME;"),
    "CREATE TRIGGER web_ticket_events_no_change BEFORE UPDATE OR DELETE ON web_ticket_events "
    "FOR EACH ROW EXECUTE FUNCTION web_tickets_only_grow()",
    "CREATE TRIGGER web_ticket_events_no_truncate BEFORE TRUNCATE ON web_ticket_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION web_tickets_only_grow()",
)


def upgrade() -> None:
    """Make the tables and their guards."""
    _ticket_transitions()
    _tickets()
    _ticket_events()
    names = sa.table("web_ticket_transitions", *(sa.column(name) for name in ("from_state", "move", "to_state")))
    rows = [
        {"from_state": source, "move": move, "to_state": source if target == "=" else target}
        for move, sources, target in MOVES
        for source in (sources.split() or [""])
    ]
    op.bulk_insert(names, rows)
    for guard in POSTGRES_GUARDS if op.get_bind().dialect.name == "postgresql" else SQLITE_GUARDS:
        op.execute(guard)


def downgrade() -> None:
    """Drop the tables and their guards."""
    for table in (
        "web_ticket_events",
        "web_tickets",
        "web_ticket_transitions",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in ("web_tickets_legal", "web_ticket_events_fit", "web_tickets_only_grow"):
            op.execute(f"DROP FUNCTION {name}()")


def _ticket_transitions() -> None:
    op.create_table(
        "web_ticket_transitions",
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("from_state", "move", "to_state"),
    )


def _tickets() -> None:
    op.create_table(
        "web_tickets",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("urgency", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("enterprise", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.Column("entry_id", sa.String(length=200), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("turn_id", sa.String(length=64), nullable=False),
        sa.Column("real_name", sa.Boolean(), nullable=False),
        sa.Column("consent", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("designated", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("urgency_rank", sa.Integer(), nullable=False),
        sa.Column("slip_rank", sa.Integer(), nullable=False),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("reopens", sa.Integer(), nullable=False),
        sa.Column("graded_round", sa.Integer(), nullable=False),
        sa.Column("revisited_round", sa.Integer(), nullable=False),
        sa.Column("unsatisfied", sa.Integer(), nullable=False),
        sa.Column("extension_days", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("co_departments", sa.JSON(), nullable=False),
        sa.Column("limit", sa.String(length=16), nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("timely", sa.String(length=16), nullable=False),
        sa.Column("resolved", sa.String(length=16), nullable=False),
        sa.Column("appeal", sa.String(length=16), nullable=False),
        sa.Column("rectification", sa.String(length=16), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("after_appeal", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.String(length=32), nullable=False),
        sa.Column("transferred_to", sa.String(length=200), nullable=False),
        sa.Column("registered_at", sa.DateTime(), nullable=False),
        sa.Column("sort_at", sa.DateTime(), nullable=False),
        sa.Column("round_started_at", sa.DateTime(), nullable=False),
        sa.Column("stage_started_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("stage_due_at", sa.DateTime(), nullable=True),
        sa.Column("next_due_at", sa.DateTime(), nullable=True),
        sa.Column("return_due_at", sa.DateTime(), nullable=True),
        sa.Column("blue_at", sa.DateTime(), nullable=True),
        sa.Column("orange_at", sa.DateTime(), nullable=True),
        sa.Column("red_at", sa.DateTime(), nullable=True),
        sa.Column("replied_at", sa.DateTime(), nullable=True),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("unsatisfied_at", sa.DateTime(), nullable=True),
        sa.Column("repeated_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint(
            "state IN ('registered', 'dispatched', 'return_asked', 'signed', 'handling', 'replied', 'revisited', 'unsatisfied', 'appealed', 'closed', 'withdrawn', 'merged', 'transferred')",
            name="web_tickets_state_ok",
        ),
        sa.CheckConstraint(
            "is_open = (state IN ('registered', 'dispatched', 'return_asked', 'signed', 'handling', 'replied', 'revisited', 'unsatisfied', 'appealed'))",
            name="web_tickets_open_ok",
        ),
        sa.CheckConstraint("grade BETWEEN 1 AND 5", name="web_tickets_grade_ok"),
        sa.CheckConstraint("revision >= 1", name="web_tickets_revision_ok"),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("web_tickets_category", "web_tickets", ["category", "registered_at"], unique=False)
    op.create_index(
        "web_tickets_closed", "web_tickets", ["closed_at", "resolved", "department", "district"], unique=False
    )
    op.create_index(
        "web_tickets_colours",
        "web_tickets",
        ["is_open", "department", "red_at", "orange_at", "blue_at", "slip_rank"],
        unique=False,
    )
    op.create_index("web_tickets_conversation", "web_tickets", ["conversation_id", "registered_at"], unique=False)
    op.create_index("web_tickets_credit", "web_tickets", ["credit_code", "category", "registered_at"], unique=False)
    op.create_index(
        "web_tickets_department",
        "web_tickets",
        ["department", "is_open", "urgency_rank", "sort_at", "number"],
        unique=False,
    )
    op.create_index("web_tickets_list", "web_tickets", ["is_open", "urgency_rank", "sort_at", "number"], unique=False)
    op.create_index("web_tickets_phone", "web_tickets", ["phone", "category", "registered_at"], unique=False)
    op.create_index(
        "web_tickets_registered",
        "web_tickets",
        ["registered_at", "category", "department", "district", "kind"],
        unique=False,
    )


def _ticket_events() -> None:
    op.create_table(
        "web_ticket_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("from_state", sa.String(length=16), nullable=False),
        sa.Column("move", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("timely", sa.String(length=16), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_state", "move", "to_state"],
            ["web_ticket_transitions.from_state", "web_ticket_transitions.move", "web_ticket_transitions.to_state"],
            name="web_ticket_events_legal",
        ),
        sa.ForeignKeyConstraint(
            ["number"],
            ["web_tickets.number"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number", "sequence", name="web_ticket_events_once"),
    )
    op.create_index("web_ticket_events_move", "web_ticket_events", ["move", "at", "timely", "department"], unique=False)
