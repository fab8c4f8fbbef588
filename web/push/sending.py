"""Sending what is due: taken out under a name of its own first, then sent, then noted; so that nothing goes twice.

A process may die at any point. Before the taking out nothing has happened. After it the rows are `sending`: where the
channel takes the same key as the same message they are sent again under that key, elsewhere they become `unclear` and
wait for a person. After the noting they are `sent` for good.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from kb.matching.policies import CAUTION
from web import clock
from web.database import new_id
from web.outbox import WIDGET, Message, Outboxes, SendLater, SendRefused, Target, UnknownChannel
from web.profiles.tables import contacts
from web.push.news import REASONS
from web.push.subscriptions import STOPPED, WAITING
from web.push.tables import pushes, subscriptions

log = logging.getLogger(__name__)
SENDING, SENT, FAILED, UNCLEAR = "sending", "sent", "failed", "unclear"
STATUSES = {
    WAITING: "等待发送",
    SENDING: "正在发送",
    SENT: "已发送",
    FAILED: "没有发成",
    UNCLEAR: "是否送到不明，待人工核对",
    STOPPED: "不再发送",
}
MOST_TRIES = 6
FIRST_WAIT = dt.timedelta(minutes=1)
LEASE = dt.timedelta(minutes=5)
TOGETHER = 10
Unsubscribe = Callable[[str, str], str]  # (profile, channel) -> address of the page that ends it


@dataclass(frozen=True)
class Batch:
    """Rows that go out as one message, under one key."""

    key: str
    profile_id: str
    channel: str
    rows: tuple[Row, ...]


class Sender:
    """Sends for one database. Several may work at once, in threads and processes."""

    def __init__(self, engine: Engine, outboxes: Outboxes, unsubscribe: Unsubscribe, base: str = "") -> None:
        """Send through `outboxes`; `base` is put before the paths in messages that leave the site."""
        self._engine, self._outboxes, self._unsubscribe, self._base = engine, outboxes, unsubscribe, base

    def send_due(self, now: dt.datetime | None = None) -> int:
        """Send everything that is due at the UTC instant; returns how many messages went out."""
        now = now or clock.now()
        due = sa.select(pushes.c.profile_id, pushes.c.channel).where(pushes.c.status == WAITING, pushes.c.due_at <= now)
        with reading(self._engine) as connection:
            pairs = connection.execute(due.distinct().order_by(pushes.c.profile_id, pushes.c.channel)).all()
        sent = 0
        for profile_id, channel in pairs:
            while batch := self._take_out(profile_id, channel, now):
                sent += self._send(batch)
        return sent

    def recover(self, older_than: dt.timedelta = LEASE) -> int:
        """Settle what a process that died left behind; returns how many messages went out by it."""
        stale = (pushes.c.status == SENDING, pushes.c.claimed_at <= clock.now() - older_than)
        with reading(self._engine) as connection:
            keys = connection.execute(sa.select(pushes.c.batch).distinct().where(*stale)).scalars().all()
        return sum(self._settle(key) for key in keys)

    def _settle(self, key: str) -> bool:
        """Send a message again where that is safe, else leave it to a person; one process of several does it."""
        here = sa.and_(pushes.c.batch == key, pushes.c.status == SENDING)
        with writing(self._engine) as connection:
            rows = connection.execute(sa.select(pushes).where(here).with_for_update()).all()
            if not rows:
                return False
            batch = Batch(key, rows[0].profile_id, rows[0].channel, tuple(rows))
            safe = batch.channel in self._outboxes and self._outboxes.of(batch.channel).repeats_safely
            safe = safe and max(row.tries for row in rows) < MOST_TRIES
            again = {"claimed_at": clock.now(), "tries": pushes.c.tries + 1}
            values = again if safe else {"status": UNCLEAR, "trouble": "发送途中中断"}
            connection.execute(sa.update(pushes).where(here).values(**values))
        return safe and self._send(batch)

    def _take_out(self, profile_id: str, channel: str, now: dt.datetime) -> Batch | None:
        """Reserve what is due for one enterprise on one channel; None when nothing is, or it wants no more."""
        due = sa.and_(
            pushes.c.profile_id == profile_id,
            pushes.c.channel == channel,
            pushes.c.status == WAITING,
            pushes.c.due_at <= now,
        )
        with writing(self._engine) as connection:
            query = sa.select(pushes).where(due).order_by(pushes.c.made_at, pushes.c.id).limit(TOGETHER)
            rows = connection.execute(query.with_for_update()).all()
            if not rows:
                return None
            here = pushes.c.id.in_([row.id for row in rows])
            if not _wanted(connection, profile_id, channel):
                connection.execute(sa.update(pushes).where(here).values(status=STOPPED, trouble="已退订"))
                return None
            key = new_id()
            taken = {"status": SENDING, "batch": key, "claimed_at": clock.now(), "tries": pushes.c.tries + 1}
            connection.execute(sa.update(pushes).where(here).values(**taken))
        return Batch(key, profile_id, channel, tuple(rows))

    def _send(self, batch: Batch) -> bool:
        try:
            outbox = self._outboxes.of(batch.channel)
            outbox.send(self._target(batch), self._message(batch))
        except SendLater as error:
            self._put_back(batch, str(error))
        except (SendRefused, UnknownChannel) as error:
            self._note(batch, FAILED, str(error))
        except Exception:  # whatever an outbox raises besides, it is not known whether the message went out
            log.exception("message %s may or may not have gone out on %s", batch.key, batch.channel)
            if not outbox.repeats_safely:
                self._note(batch, UNCLEAR, "渠道出错，是否送到不明")
        else:
            self._note(batch, SENT, "")
            return True
        return False

    def _target(self, batch: Batch) -> Target:
        if batch.channel == WIDGET:
            return Target(batch.profile_id)
        query = sa.select(contacts.c.address, contacts.c.purposes).where(
            contacts.c.profile_id == batch.profile_id,
            contacts.c.channel == batch.channel,
            contacts.c.consented_at.is_not(None),
            contacts.c.withdrawn_at.is_(None),
        )
        with reading(self._engine) as connection:
            agreed = [row.address for row in connection.execute(query) if "policy" in row.purposes]
        if not agreed:
            raise SendRefused("这个渠道没有同意接收的联系方式")
        return Target(batch.profile_id, agreed[0])

    def _message(self, batch: Batch) -> Message:
        first = batch.rows[0]
        single = len(batch.rows) == 1
        title = f"{REASONS[first.reason]}：{first.title}" if single else f"{len(batch.rows)} 条与贵公司有关的消息"
        text = "\n".join(_line(row, numbered=not single) for row in batch.rows) + f"\n{CAUTION}"
        base = "" if batch.channel == WIDGET else self._base
        unsubscribe = base + self._unsubscribe(batch.profile_id, batch.channel)
        return Message(batch.key, title, text, f"{base}/m/{batch.key}", unsubscribe)

    def _put_back(self, batch: Batch, trouble: str) -> None:
        tries = max(row.tries for row in batch.rows) + 1
        if tries >= MOST_TRIES:
            self._note(batch, FAILED, trouble)
            return
        self._change(batch, status=WAITING, due_at=clock.now() + FIRST_WAIT * 2**tries, trouble=trouble[:200])

    def _note(self, batch: Batch, status: str, trouble: str) -> None:
        sent_at = clock.now() if status == SENT else None
        self._change(batch, status=status, sent_at=sent_at, trouble=trouble[:200])

    def _change(self, batch: Batch, **values: object) -> None:
        here = sa.and_(pushes.c.batch == batch.key, pushes.c.status == SENDING)
        with writing(self._engine) as connection:
            connection.execute(sa.update(pushes).where(here).values(**values))


def _wanted(connection: Connection, profile_id: str, channel: str) -> bool:
    query = sa.select(subscriptions.c.channel).where(
        subscriptions.c.profile_id == profile_id,
        subscriptions.c.channel == channel,
        subscriptions.c.ended_at.is_(None),
    )
    return connection.execute(query).first() is not None


def _line(row: Row, *, numbered: bool) -> str:
    head = f"【{REASONS[row.reason]}】{row.title}\n" if numbered else ""
    return f"{head}为什么推给您：{row.why}。"
