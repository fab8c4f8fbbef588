"""The tables of service-care signals as the statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata

# Each row is one time that the feature was on: who assessed what, where that is written down, for what, until when.
activations = sa.Table(
    "web_signal_activations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("document", sa.String(200), nullable=False),
    sa.Column("assessed_by", sa.String(80), nullable=False),
    sa.Column("assessed_on", sa.Date, nullable=False),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("expires_on", sa.Date, nullable=False),
    sa.Column("officers", sa.JSON, nullable=False),
    sa.Column("on_by", sa.String(64), nullable=False),
    sa.Column("on_at", sa.DateTime, nullable=False),
    sa.Column("off_by", sa.String(64), nullable=False),
    sa.Column("off_at", sa.DateTime),
)

# What an admin changed of the declared signals.
changes = sa.Table(
    "web_signal_changes",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("weight", sa.Float, nullable=False),
    sa.Column("days", sa.Integer, nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
)

# One enterprise on an officer's list. `verdict` is empty until a person reviewed it. No score is kept.
cases = sa.Table(
    "web_signal_cases",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("credit_code", sa.String(18), nullable=False, unique=True),
    sa.Column("enterprise", sa.String(200), nullable=False),
    sa.Column("officer", sa.String(64), nullable=False),
    sa.Column("level", sa.String(8), nullable=False),
    sa.Column("industry", sa.String(80), nullable=False),
    sa.Column("ownership", sa.String(16), nullable=False),
    sa.Column("opened_at", sa.DateTime, nullable=False),
    sa.Column("last_at", sa.DateTime, nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("reviewed_by", sa.String(64), nullable=False),
    sa.Column("reviewed_at", sa.DateTime),
    sa.Index("web_signal_cases_list", "officer", "verdict", "level", "last_at"),
    sa.Index("web_signal_cases_time", "last_at"),
)

evidence = sa.Table(
    "web_signal_evidence",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.String(64), sa.ForeignKey("web_signal_cases.id", ondelete="CASCADE"), nullable=False),
    sa.Column("signal", sa.String(32), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("place", sa.String(80), nullable=False),
    sa.Column("line", sa.Text, nullable=False),
    sa.Index("web_signal_evidence_case", "case_id", "at"),
)

# Enterprises that asked to be left alone: nothing is gathered about them.
spared = sa.Table(
    "web_signal_spared",
    metadata,
    sa.Column("credit_code", sa.String(18), primary_key=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
)

# Numbers without names, kept when cases are gone: by quarter, industry and ownership.
tallies = sa.Table(
    "web_signal_tallies",
    metadata,
    sa.Column("quarter", sa.String(8), primary_key=True),
    sa.Column("industry", sa.String(80), primary_key=True),
    sa.Column("ownership", sa.String(16), primary_key=True),
    sa.Column("opened", sa.Integer, nullable=False),
    sa.Column("reviewed", sa.Integer, nullable=False),
    sa.Column("false_alarms", sa.Integer, nullable=False),
)
