"""The tables of the knowledge base as the store's statements see them; kb/migrations makes them."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

# `version` is the latest of all, `public_version` the latest that visitors may see (NULL while there is none).
entries = sa.Table(
    "kb_entries",
    metadata,
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("sort_key", sa.Text, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("public_version", sa.Integer),
    sa.Column("public_status", sa.String(16)),
)

# `data` is the entry as JSON without its version; `words` is what a filter by text looks through; `at` is UTC.
versions = sa.Table(
    "kb_versions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("entry_id", sa.String(80), sa.ForeignKey("kb_entries.id"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("theme", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.UniqueConstraint("entry_id", "version", name="kb_versions_entry_version"),
    sqlite_autoincrement=True,
)

# A change to the word lists over the curated files: `words` parted by blanks, empty for what was taken out.
lexicon = sa.Table(
    "kb_lexicon",
    metadata,
    sa.Column("kind", sa.String(8), primary_key=True),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("words", sa.Text, nullable=False),
)
