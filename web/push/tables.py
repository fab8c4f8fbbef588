"""The tables of pushing as the statements see them; web/migrations makes them. All instants are UTC."""

from __future__ import annotations

import sqlalchemy as sa

from web.tables import metadata


def _profile(**more: bool) -> sa.Column:
    owner = sa.ForeignKey("web_profiles.id", ondelete="CASCADE")
    return sa.Column("profile_id", sa.String(64), owner, nullable=False, **more)


# Quiet hours are minutes since midnight in China, both None for none; `since` is when it was last taken up.
subscriptions = sa.Table(
    "web_subscriptions",
    metadata,
    _profile(primary_key=True),
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("frequency", sa.String(16), nullable=False),
    sa.Column("quiet_from", sa.Integer),
    sa.Column("quiet_to", sa.Integer),
    sa.Column("since", sa.DateTime, nullable=False),
    sa.Column("ended_at", sa.DateTime),
)

# What an enterprise does not want to hear of: one entry, or a whole theme.
unwanted = sa.Table(
    "web_unwanted",
    metadata,
    _profile(primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
)

# One row for each thing to tell; the unique key is why nothing is told twice. `batch` names the message it went in.
pushes = sa.Table(
    "web_pushes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    _profile(),
    sa.Column("entry_id", sa.String(80), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(16), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("made_at", sa.DateTime, nullable=False),
    sa.Column("due_at", sa.DateTime, nullable=False),
    sa.Column("batch", sa.String(64)),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_at", sa.DateTime),
    sa.Column("sent_at", sa.DateTime),
    sa.Column("opened_at", sa.DateTime),
    sa.Column("trouble", sa.String(200), nullable=False),
    sa.UniqueConstraint("profile_id", "entry_id", "version", "reason", "channel", name="web_pushes_once"),
    sa.Index("web_pushes_due", "status", "due_at"),
    sa.Index("web_pushes_batch", "batch"),
    sa.Index("web_pushes_time", "made_at", "id"),
)

# What the widget shows. The key of the message is the row's own: sent again, it is still one.
messages = sa.Table(
    "web_messages",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    _profile(),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("link", sa.String(200), nullable=False),
    sa.Column("unsubscribe", sa.String(400), nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("shown_at", sa.DateTime),
    sa.Index("web_messages_profile", "profile_id", "at"),
)
