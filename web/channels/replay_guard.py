"""Signatures are good once: too old, used for something else or used too often is refused."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import writing
from web import clock
from web.channels.adapter import Seal
from web.channels.errors import ExpiredCall, ReplayedCall
from web.channels.tables import seals

EPOCH = dt.datetime(1970, 1, 1)


class Seals:
    """The signatures that came, kept as long as they would be good."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def use(self, channel: str, seal: Seal) -> None:
        """Note that a checked signature was used (ExpiredCall, ReplayedCall)."""
        moment = clock.now()
        if abs((moment - EPOCH).total_seconds() - seal.made_at) > seal.window:
            raise ExpiredCall("这个调用的时间戳已过期，或时钟不准")
        try:
            self._note(channel, seal, moment)
        except sa.exc.IntegrityError:  # on PostgreSQL the same call may come twice at once: now it is there
            self._note(channel, seal, moment)

    def _note(self, channel: str, seal: Seal, moment: dt.datetime) -> None:
        digest = hashlib.sha256(f"{channel}|{seal.signature}".encode()).hexdigest()
        with writing(self._engine) as connection:
            known = sa.update(seals).where(seals.c.digest == digest).values(times=seals.c.times + 1)
            if connection.execute(known).rowcount:
                _judge(connection, digest, seal)
                return
            connection.execute(sa.delete(seals).where(seals.c.expires_at < moment))
            end = moment + dt.timedelta(seconds=seal.window * 2)
            row = {"digest": digest, "content": seal.content, "times": 1, "expires_at": end}
            connection.execute(sa.insert(seals), row)


def _judge(connection: Connection, digest: str, seal: Seal) -> None:
    row = connection.execute(sa.select(seals).where(seals.c.digest == digest)).one()
    if row.content != seal.content:
        raise ReplayedCall("这个签名已经用在另一个请求上")
    if row.times > seal.times:
        raise ReplayedCall("这个请求已经来过")
