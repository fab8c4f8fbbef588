"""Messages in the visitor's chat panel and on the enterprise's page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.outbox import Message, SendRefused, Target
from web.push.tables import messages

MESSAGES_SHOWN = 50


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


def of(engine: Engine, profile_id: str) -> list[Shown]:
    """Return the latest messages of an enterprise, newest first."""
    query = sa.select(messages).where(messages.c.profile_id == profile_id)
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(messages.c.at.desc(), messages.c.key).limit(MESSAGES_SHOWN)).all()
    return [Shown(row.key, row.title, row.text, row.link, row.unsubscribe, row.at, row.shown_at) for row in rows]


def fetched(engine: Engine, profile_id: str | None, mark: str) -> tuple[list[Shown], str]:
    """Return what came after `mark`, earliest first, and the mark to give the next time; it counts as shown now.

    A mark that nobody gave counts as none, and without a profile nothing has come.
    """
    try:
        since = dt.datetime.fromisoformat(mark)
    except ValueError:
        since = dt.datetime.min
    found = [one for one in reversed(of(engine, profile_id)) if one.at > since] if profile_id else []
    fresh = [one.key for one in found if one.shown_at is None]
    if fresh:
        with writing(engine) as connection:
            connection.execute(sa.update(messages).where(messages.c.key.in_(fresh)).values(shown_at=clock.now()))
    return found, found[-1].at.isoformat() if found else mark
