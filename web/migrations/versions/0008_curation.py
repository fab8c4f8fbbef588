"""The curators' desk: drafts, planned publishing, the queue of unanswered questions, files and imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_curation"
down_revision = "web_review"


def upgrade() -> None:
    """Make the tables of the curators' desk."""
    op.create_table(
        "web_curation_drafts",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("author", sa.String(64), primary_key=True),
        sa.Column("base_version", sa.Integer, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("saved_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_curation_schedule",
        sa.Column("entry_id", sa.String(80), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("publish_at", sa.DateTime, nullable=False),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
    )
    op.create_index("web_curation_schedule_time", "web_curation_schedule", ["publish_at"])
    op.create_table(
        "web_curation_questions",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("department", sa.Text, nullable=False),
        sa.Column("near_id", sa.String(80), nullable=False),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("opened_at", sa.DateTime, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("closed_at", sa.DateTime),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_index("web_curation_questions_order", "web_curation_questions", ["state", "size", "opened_at"])
    op.create_table(
        "web_curation_asked",
        sa.Column("turn_id", sa.String(64), primary_key=True),
        sa.Column("question_id", sa.String(32), sa.ForeignKey("web_curation_questions.id"), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("act", sa.String(64), nullable=False),
        sa.Column("after_entry", sa.String(80), nullable=False),
        sa.Column("entry_id", sa.String(80), nullable=False),
        sa.Column("entry_version", sa.Integer, nullable=False),
        sa.Column("facet_key", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.DateTime, nullable=False),
        sa.Column("answered", sa.Boolean, nullable=False),
    )
    op.create_index("web_curation_asked_question", "web_curation_asked", ["question_id", "asked_at"])
    op.create_table(
        "web_curation_marks",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_curation_files",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added_by", sa.String(64), nullable=False),
        sa.Column("added_at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_curation_imports",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime, nullable=False),
        sa.Column("applied_at", sa.DateTime),
        sa.Column("undone_at", sa.DateTime),
        sa.Column("before", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in (
        "web_curation_imports",
        "web_curation_files",
        "web_curation_marks",
        "web_curation_asked",
        "web_curation_questions",
        "web_curation_schedule",
        "web_curation_drafts",
    ):
        op.drop_table(table)
