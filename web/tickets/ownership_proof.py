"""Whose an appeal or a booking is: number and phone have to fit, and guessing is limited and logged."""

from __future__ import annotations

import datetime as dt
import hmac
import logging

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.database import reading, writing
from web.tickets.lifecycle.errors import NotProven, TooManyAttempts
from web.tickets.lifecycle.inputs import digits
from web.tickets.service import Tickets
from web.tickets.tables import attempts

LOG = logging.getLogger(__name__)
NOBODY = "no-such-phone"
FAILED = "编号和电话对不上，请核对后再试"


class Proof:
    """Compares phones; failures count against the number and against the place where they come from."""

    def __init__(self, service: Tickets) -> None:
        """Keep failures through the service's database, limits and clock."""
        self._tickets, self._limits = service, service.policy.limits

    def check(self, number: str, kept: str, phone: str, place: str) -> None:
        """Compare the phone that is kept with a number (empty: none, or no such number) with the one given.

        Raises NotProven, alike for a wrong phone and for a number that does not exist; TooManyAttempts.
        """
        self._still_allowed(number, place)
        # The comparison takes as long for a number that does not exist.
        if not hmac.compare_digest((kept or NOBODY).encode(), digits(phone).encode()) or not kept:
            self._failed(number, place)
            raise NotProven(FAILED)

    def _still_allowed(self, number: str, place: str) -> None:
        since = self._tickets.now() - self._limits.failures_within
        with reading(self._tickets.engine) as connection:
            for column, value in ((attempts.c.number, number), (attempts.c.place, place)):
                if _count(connection, column, value, since) >= self._limits.failures:
                    LOG.warning("progress check refused: too many failures on number %s from %s", number, place)
                    minutes = int(self._limits.failures_within.total_seconds() // 60)
                    raise TooManyAttempts(f"试错次数太多，请 {minutes} 分钟后再试，或拨打服务热线")

    def _failed(self, number: str, place: str) -> None:
        LOG.warning("progress check failed on number %s from %s", number, place)
        with writing(self._tickets.engine) as connection:
            row = {"number": number, "place": place[:64], "at": self._tickets.now()}
            connection.execute(sa.insert(attempts), row)


def _count(connection: Connection, column: sa.Column, value: str, since: dt.datetime) -> int:
    query = sa.select(sa.func.count()).select_from(attempts).where(column == value[:64], attempts.c.at >= since)
    return int(connection.execute(query).scalar_one())
