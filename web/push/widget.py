"""Messages in the visitor's chat panel and on the enterprise's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.push.channels import Message, SendRefused, Target
from web.push.tables import messages

SHOWN = 50


@dataclass(frozen=True)
class Shown:
    """A message as it is read; instants are UTC, `shown_at` is None until the panel has shown it."""

    key: str
    title: str
    text: str
    link: str
    unsubscribe: str
    at: dt.datetime
    shown_at: dt.datetime | None


class WidgetOutbox:
    """Keeps messages for the panel to fetch. The same key is the same message, however often it is sent."""

    repeats_safely = True

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def send(self, target: Target, message: Message) -> None:
        """Keep the message (SendRefused when the enterprise is gone)."""
        texts = {"title": message.title, "text": message.text, "link": message.link}
        row = {"key": message.key, "profile_id": target.profile_id, "unsubscribe": message.unsubscribe, **texts}
        known = sa.select(messages.c.key).where(messages.c.key == message.key)
        try:
            with writing(self._engine) as connection:
                if connection.execute(known).first() is None:
                    connection.execute(sa.insert(messages), {**row, "at": clock.now()})
        except sa.exc.IntegrityError as error:
            raise SendRefused("企业档案已经删除") from error


def of(engine: Engine, profile_id: str, *, unread: bool = False) -> list[Shown]:
    """Return the latest messages of an enterprise, newest first; `unread` only those the panel has not shown."""
    query = sa.select(messages).where(messages.c.profile_id == profile_id)
    if unread:
        query = query.where(messages.c.shown_at.is_(None))
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(messages.c.at.desc(), messages.c.key).limit(SHOWN)).all()
    return [Shown(row.key, row.title, row.text, row.link, row.unsubscribe, row.at, row.shown_at) for row in rows]


def mark_shown(engine: Engine, profile_id: str, key: str) -> bool:
    """Note that the panel has shown a message; False when it is not one of this enterprise."""
    mine = sa.and_(messages.c.key == key, messages.c.profile_id == profile_id)
    with writing(engine) as connection:
        return bool(connection.execute(sa.update(messages).where(mine).values(shown_at=clock.now())).rowcount)
