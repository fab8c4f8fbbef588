"""The tables of appeals as their statements see them; web/migrations makes them. All instants are UTC.

The database itself holds the life cycle: an event must be a row of `transitions`, a ticket changes its state only
together with such an event, and events, slips and ratings are never changed or deleted.
"""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

Counter = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), nullable=False)


def _time(name: str, *, needed: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime, nullable=not needed)


def _whole(name: str, *, needed: bool = True) -> sa.Column:
    return sa.Column(name, sa.Integer, nullable=not needed)


def _of_ticket(**options: bool) -> sa.Column:
    return sa.Column("number", sa.String(32), sa.ForeignKey("web_tickets.number"), nullable=False, **options)


transitions = sa.Table(
    "web_ticket_transitions",
    metadata,
    sa.Column("from_state", sa.String(16), primary_key=True),
    sa.Column("move", sa.String(32), primary_key=True),
    sa.Column("to_state", sa.String(16), primary_key=True),
)

tickets = sa.Table(
    "web_tickets",
    metadata,
    sa.Column("number", sa.String(32), primary_key=True),
    *(_text(name, 16) for name in ("kind", "urgency", "channel", "state")),
    _text("category", 64),
    _text("title", 200),
    sa.Column("text", sa.Text, nullable=False),
    *(_text(name, 200) for name in ("enterprise", "credit_code", "contact_name", "phone", "district")),
    _text("place", 500),
    _text("entry_id", 200),
    *(_text(name, 64) for name in ("conversation_id", "turn_id")),
    *(sa.Column(name, sa.Boolean, nullable=False) for name in ("real_name", "consent", "is_open", "designated")),
    *(_whole(name) for name in ("revision", "round", "repeats", "urgency_rank", "slip_rank", "returns", "reopens")),
    *(_whole(name) for name in ("graded_round", "revisited_round", "unsatisfied", "extension_days")),
    _whole("grade", needed=False),
    _text("department", 200),
    sa.Column("co_departments", sa.JSON, nullable=False),
    *(_text(name, 16) for name in ("limit", "extension", "outcome", "timely", "resolved", "appeal", "rectification")),
    sa.Column("reply", sa.Text, nullable=False),
    sa.Column("after_appeal", sa.Boolean, nullable=False),
    _text("merged_into", 32),
    _text("transferred_to", 200),
    *(_time(name, needed=True) for name in ("registered_at", "sort_at", "round_started_at", "stage_started_at")),
    *(_time(name) for name in ("due_at", "stage_due_at", "next_due_at", "return_due_at")),
    *(_time(name) for name in ("blue_at", "orange_at", "red_at")),
    *(_time(name) for name in ("replied_at", "closed_at", "unsatisfied_at", "repeated_at")),
    sa.Index("web_tickets_list", "is_open", "urgency_rank", "sort_at", "number"),
    sa.Index("web_tickets_department", "department", "is_open", "urgency_rank", "sort_at", "number"),
    sa.Index("web_tickets_colours", "is_open", "department", "red_at", "orange_at", "blue_at", "slip_rank"),
    sa.Index("web_tickets_registered", "registered_at", "category", "department", "district", "kind"),
    sa.Index("web_tickets_closed", "closed_at", "resolved", "department", "district"),
    sa.Index("web_tickets_category", "category", "registered_at"),
    sa.Index("web_tickets_phone", "phone", "category", "registered_at"),
    sa.Index("web_tickets_credit", "credit_code", "category", "registered_at"),
    sa.Index("web_tickets_conversation", "conversation_id", "registered_at"),
)

events = sa.Table(
    "web_ticket_events",
    metadata,
    sa.Column("id", Counter, primary_key=True),
    _of_ticket(),
    _whole("sequence"),
    _time("at", needed=True),
    _text("actor", 64),
    _text("role", 16),
    _text("from_state", 16),
    _text("move", 32),
    _text("to_state", 16),
    _text("department", 200),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    _text("timely", 16),
    _whole("round"),
    sa.Column("details", sa.JSON, nullable=False),
    sa.UniqueConstraint("number", "sequence", name="web_ticket_events_once"),
    sa.ForeignKeyConstraint(
        ["from_state", "move", "to_state"],
        [transitions.c.from_state, transitions.c.move, transitions.c.to_state],
        name="web_ticket_events_legal",
    ),
    sa.Index("web_ticket_events_move", "move", "at", "timely", "department"),
)

slips = sa.Table(
    "web_ticket_slips",
    metadata,
    _of_ticket(primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    _whole("round"),
    _text("state", 16),
    _text("colour", 8),
    sa.Column("by_hand", sa.Boolean, nullable=False),
    _time("issued_at", needed=True),
    sa.Column("reason", sa.Text, nullable=False),
    _text("department", 200),
    sa.Column("told", sa.JSON, nullable=False),
    _time("due_at"),
    sa.Index("web_ticket_slips_time", "issued_at", "colour", "department"),
)

ratings = sa.Table(
    "web_ticket_ratings",
    metadata,
    _of_ticket(primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    _whole("round"),
    _text("source", 16),
    _whole("grade"),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("real_name", sa.Boolean, nullable=False),
    _text("resolved", 16),
    _text("department", 200),
    _text("category", 64),
    _text("district", 200),
    _time("given_at", needed=True),
    sa.UniqueConstraint("number", "round", "source", name="web_ticket_ratings_once"),
    sa.Index("web_ticket_ratings_time", "given_at", "grade", "department"),
)

rectifications = sa.Table(
    "web_ticket_rectifications",
    metadata,
    _of_ticket(primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    _whole("round"),
    _text("department", 200),
    _text("status", 16),
    _time("opened_at", needed=True),
    _time("contact_due_at"),
    _time("due_at"),
    *(_time(name) for name in ("contacted_at", "done_at", "checked_at")),
    _text("verdict", 16),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("measures", "check_text")),
    sa.Index("web_ticket_rectifications_due", "status", "due_at"),
)

attachments = sa.Table(
    "web_ticket_attachments",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    _of_ticket(),
    _text("name", 200),
    _text("media_type", 100),
    _whole("size"),
    _text("sha256", 64),
    _text("added_by", 64),
    _time("added_at", needed=True),
    sa.Index("web_ticket_attachments_ticket", "number", "added_at"),
)

attempts = sa.Table(
    "web_ticket_attempts",
    metadata,
    sa.Column("id", Counter, primary_key=True),
    _text("number", 32),
    _text("place", 64),
    _time("at", needed=True),
    sa.Index("web_ticket_attempts_number", "number", "at"),
    sa.Index("web_ticket_attempts_place", "place", "at"),
)
