"""Service-care signals: activations, changed rules, cases with evidence, spared enterprises, tallies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "web_signals"
down_revision = "web_sites"


def upgrade() -> None:
    """Make the tables of service-care signals."""
    op.create_table(
        "web_signal_activations",
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
    op.create_table(
        "web_signal_changes",
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
    )
    op.create_table(
        "web_signal_cases",
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
    )
    op.create_index("web_signal_cases_list", "web_signal_cases", ["officer", "verdict", "level", "last_at"])
    op.create_index("web_signal_cases_time", "web_signal_cases", ["last_at"])
    op.create_table(
        "web_signal_evidence",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.String(64), sa.ForeignKey("web_signal_cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column("signal", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_index("web_signal_evidence_case", "web_signal_evidence", ["case_id", "at"])
    op.create_table(
        "web_signal_spared",
        sa.Column("credit_code", sa.String(18), primary_key=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
    )
    op.create_table(
        "web_signal_tallies",
        sa.Column("quarter", sa.String(8), primary_key=True),
        sa.Column("industry", sa.String(80), primary_key=True),
        sa.Column("ownership", sa.String(16), primary_key=True),
        sa.Column("opened", sa.Integer, nullable=False),
        sa.Column("reviewed", sa.Integer, nullable=False),
        sa.Column("false_alarms", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in (
        "web_signal_tallies",
        "web_signal_spared",
        "web_signal_evidence",
        "web_signal_cases",
        "web_signal_changes",
        "web_signal_activations",
    ):
        op.drop_table(name)
