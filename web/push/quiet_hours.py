"""When something may be sent: at once, once a day, once a week, and never in the quiet hours. Pure functions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from web.clock import CHINA
from web.errors import InvalidField

FREQUENCIES: Mapping[str, str] = {
    "now": "有了就发",
    "daily": "每天一次，上午 9 点",
    "weekly": "每周一次，周一上午 9 点",
}
MORNING = dt.time(9)


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing is sent, as minutes since midnight in China; the end may lie on the next day."""

    begin: int
    end: int

    def holds(self, local: dt.datetime) -> bool:
        """Say whether a local moment lies inside."""
        minute = local.hour * 60 + local.minute
        if self.begin <= self.end:
            return self.begin <= minute < self.end
        return minute >= self.begin or minute < self.end

    def after(self, local: dt.datetime) -> dt.datetime:
        """Return the moment itself, or the end of the quiet hours that it lies in."""
        if not self.holds(local):
            return local
        end = dt.datetime.combine(local.date(), dt.time(self.end // 60, self.end % 60))
        return end if end > local else end + dt.timedelta(days=1)

    @property
    def text(self) -> str:
        """The hours as people write them: 22:00-08:00."""
        return f"{self.begin // 60:02d}:{self.begin % 60:02d}-{self.end // 60:02d}:{self.end % 60:02d}"


def due_at(frequency: str, quiet: Quiet | None, moment: dt.datetime) -> dt.datetime:
    """Return when something that turned up at `moment` may go out; both are UTC (KeyError for no frequency)."""
    FREQUENCIES[frequency]
    local = _local(moment)
    if frequency != "now":
        local = _next_morning(local, monday=frequency == "weekly")
    return _utc(quiet.after(local) if quiet else local)


def _next_morning(local: dt.datetime, *, monday: bool) -> dt.datetime:
    morning = dt.datetime.combine(local.date(), MORNING)
    while morning < local or (monday and morning.weekday() != 0):
        morning += dt.timedelta(days=1)
    return morning


def _local(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.timezone.utc).astimezone(CHINA).replace(tzinfo=None)


def _utc(local: dt.datetime) -> dt.datetime:
    return local.replace(tzinfo=CHINA).astimezone(dt.timezone.utc).replace(tzinfo=None)


def read_quiet(begin: str, end: str) -> Quiet | None:
    """Return the quiet hours that two times such as 22:00 and 08:00 say, None for two blanks (InvalidField)."""
    if not begin.strip() and not end.strip():
        return None
    try:
        first, last = (dt.time.fromisoformat(text.strip()) for text in (begin, end))
    except ValueError as error:
        raise InvalidField("免打扰时间要写开始和结束，例如 22:00 和 08:00", field="quiet_from") from error
    minutes = [one.hour * 60 + one.minute for one in (first, last)]
    if minutes[0] == minutes[1]:
        raise InvalidField("免打扰的开始和结束不能一样；一直不收请退订", field="quiet_to")
    return Quiet(*minutes)
