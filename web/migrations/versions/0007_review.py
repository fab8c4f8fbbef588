"""The operator's desk: searchable words, tags, saved filters, reviews, samples, live conversations, daily figures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from web.review import fulltext

revision = "web_review"
down_revision = "web_profiles_notices"


def upgrade() -> None:
    """Make the tables and index the words of the conversations that are there already."""
    _words()
    _marks()
    _reviews()
    _live()
    op.create_table(
        "web_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("figures", sa.JSON, nullable=False),
    )
    op.create_index("web_turns_act", "web_turns", ["act", "asked_at", "id"])
    figures = ["asked_at", "outcome", "act", "entry_id", "conversation_id", "milliseconds"]
    op.create_index("web_turns_figures", "web_turns", figures)  # holds all that a day's figures need
    op.create_index("web_feedback_value", "web_feedback", ["value", "turn_id"])
    _fill()


def downgrade() -> None:
    """Drop the tables."""
    op.drop_index("web_feedback_value", "web_feedback")
    op.drop_index("web_turns_figures", "web_turns")
    op.drop_index("web_turns_act", "web_turns")
    for table in ("web_days", "web_live_events", "web_live_holds", "web_review_samples", "web_reviews"):
        op.drop_table(table)
    for table in ("web_saved_filters", "web_conversation_tags", "web_words"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE web_words_index")


def _counter() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _conversation(**more) -> sa.Column:
    return sa.Column("conversation_id", sa.String(64), sa.ForeignKey("web_conversations.id"), nullable=False, **more)


def _turn(**more) -> sa.Column:
    return sa.Column("turn_id", sa.String(64), sa.ForeignKey("web_turns.id"), nullable=False, **more)


def _words() -> None:
    op.create_table(
        "web_words",
        sa.Column("number", _counter(), primary_key=True, autoincrement=True),
        _conversation(),
        _turn(),
        sqlite_autoincrement=True,
    )
    op.create_index("web_words_conversation", "web_words", ["conversation_id", "number"])
    op.create_index("web_words_turn", "web_words", ["turn_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE web_words_index USING fts5(grams, content='', prefix='1', tokenize='unicode61')")
    else:
        op.execute("ALTER TABLE web_words ADD COLUMN grams tsvector")
        op.execute("CREATE INDEX web_words_grams ON web_words USING gin (grams)")


def _marks() -> None:
    op.create_table(
        "web_conversation_tags",
        _conversation(primary_key=True),
        sa.Column("tag", sa.String(20), primary_key=True),
        sa.Column("given_by", sa.String(64), nullable=False),
        sa.Column("given_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_conversation_tags_tag", "web_conversation_tags", ["tag", "conversation_id"])
    op.create_table(
        "web_saved_filters",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("query", sa.JSON, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("owner", "name", name="web_saved_filters_name"),
    )


def _reviews() -> None:
    op.create_table(
        "web_reviews",
        _turn(primary_key=True),
        sa.Column("look", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("verdict", sa.String(8), nullable=False),
        sa.Column("first_verdict", sa.String(8), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.UniqueConstraint("turn_id", "reviewer", name="web_reviews_person"),
    )
    op.create_index("web_reviews_time", "web_reviews", ["at", "turn_id"])
    op.create_table(
        "web_review_samples",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        _turn(),
        sa.Column("reason", sa.String(16), nullable=False),
    )


def _live() -> None:
    op.create_table(
        "web_live_holds",
        _conversation(primary_key=True),
        sa.Column("holder", sa.String(64), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_live_events",
        sa.Column("number", _counter(), primary_key=True, autoincrement=True),
        _conversation(),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("web_live_events_conversation", "web_live_events", ["conversation_id", "number"])


def _fill() -> None:
    connection = op.get_bind()
    turns = sa.table("web_turns", *map(sa.column, ("id", "conversation_id", "asked_at", "question", "answer", "outcome")))
    query = sa.select(turns).where(turns.c.outcome != "").order_by(turns.c.asked_at, turns.c.id)
    for row in connection.execute(query).all():
        fulltext.add(connection, row.conversation_id, row.id, row.question, row.answer)
