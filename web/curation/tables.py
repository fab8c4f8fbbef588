"""The tables of the curators' desk as its statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# What somebody has typed and not saved yet, as the fields of the form; one row an entry and person.
drafts = sa.Table(
    "web_curation_drafts",
    metadata,
    sa.Column("entry_id", sa.String(80), primary_key=True),
    sa.Column("author", sa.String(64), primary_key=True),
    sa.Column("base_version", sa.Integer, nullable=False),
    sa.Column("fields", sa.JSON, nullable=False),
    sa.Column("saved_at", sa.DateTime, nullable=False),
)

# A version that a reviewer has passed and that comes out later; the row goes when it is out.
schedule = sa.Table(
    "web_curation_schedule",
    metadata,
    sa.Column("entry_id", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("publish_at", sa.DateTime, nullable=False),
    sa.Column("reviewer", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Index("web_curation_schedule_time", "publish_at"),
)

# A row of the queue: questions of one meaning. `state` is open, closed or out_of_scope; `entry_id` is what is written
# or extended for it, `near_id` the entry that search holds for nearest.
questions = sa.Table(
    "web_curation_questions",
    metadata,
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
    sa.Index("web_curation_questions_order", "state", "size", "opened_at"),
)

# One turn in a row of the queue: why it is there, what was answered, after which entry it was asked.
asked = sa.Table(
    "web_curation_asked",
    metadata,
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
    sa.Index("web_curation_asked_question", "question_id", "asked_at"),
)

# How far gathering has come.
marks = sa.Table(
    "web_curation_marks",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)

files = sa.Table(
    "web_curation_files",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("added_by", sa.String(64), nullable=False),
    sa.Column("added_at", sa.DateTime, nullable=False),
)

# One import: what it would do, and after it was applied the versions that were there before it.
imports = sa.Table(
    "web_curation_imports",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("author", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("applied_at", sa.DateTime),
    sa.Column("undone_at", sa.DateTime),
    sa.Column("before", sa.JSON, nullable=False),
)

# What a change does to the answers: of which entries (`about`) or words, how many of the `known` questions were and
# are right, and the questions that are answered differently. `base` tells whether the word lists have changed since.
effects = sa.Table(
    "web_curation_effects",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("about", sa.JSON, nullable=False),
    sa.Column("base", sa.String(64), nullable=False),
    sa.Column("made_by", sa.String(64), nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("done_at", sa.DateTime),
    sa.Column("asked", sa.Integer, nullable=False),
    sa.Column("known", sa.Integer, nullable=False),
    sa.Column("right_before", sa.Integer, nullable=False),
    sa.Column("right_after", sa.Integer, nullable=False),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("trouble", sa.String(500), nullable=False),
    sa.Column("applied_at", sa.DateTime),
    sa.Column("applied_by", sa.String(64), nullable=False),
    sa.Index("web_curation_effects_time", "kind", "made_at"),
)
