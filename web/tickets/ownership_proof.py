"""Whose an appeal or a booking is: number and phone have to fit, and guessing is limited and logged."""

from __future__ import annotations

import hmac
import logging

from kb.database import reading, writing
from web.failed_tries import Log
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
        self._log = Log(attempts, self._limits.failures_within)

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
        now = self._tickets.now()
        with reading(self._tickets.engine) as connection:
            for column, key in (("number", number), ("place", place)):
                if self._log.failures(connection, column, key, now) >= self._limits.failures:
                    LOG.warning("progress check refused: too many failures on number %s from %s", number, place)
                    minutes = int(self._limits.failures_within.total_seconds() // 60)
                    raise TooManyAttempts(f"试错次数太多，请 {minutes} 分钟后再试，或拨打服务热线")

    def _failed(self, number: str, place: str) -> None:
        LOG.warning("progress check failed on number %s from %s", number, place)
        with writing(self._tickets.engine) as connection:
            self._log.add(connection, self._tickets.now(), number=number, place=place)
