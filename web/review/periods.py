"""Days, ISO weeks and months: where one begins, the one before, and the same one a year earlier. Pure functions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

Unit = Literal["day", "week", "month"]
UNITS: dict[Unit, str] = {"day": "日", "week": "周", "month": "月"}
ROWS: dict[Unit, int] = {"day": 30, "week": 12, "month": 13}
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A day, an ISO week or a month, by its first day."""

    unit: Unit
    begin: dt.date

    @classmethod
    def holding(cls, unit: Unit, day: dt.date) -> Period:
        """Return the period in which a day lies."""
        first = {"day": day, "week": day - ONE * day.weekday(), "month": day.replace(day=1)}
        return cls(unit, first[unit])

    @property
    def end(self) -> dt.date:
        """The last day."""
        if self.unit == "month":
            return (self.begin.replace(day=28) + 4 * ONE).replace(day=1) - ONE
        return self.begin + ONE * (6 if self.unit == "week" else 0)

    @property
    def before(self) -> Period:
        """The period that comes before this one."""
        return Period.holding(self.unit, self.begin - ONE)

    @property
    def year_before(self) -> Period | None:
        """The same day, ISO week or month a year earlier; None for 29 February and a 53rd week that was not."""
        try:
            if self.unit == "week":
                year, week, _ = self.begin.isocalendar()
                return Period(self.unit, dt.date.fromisocalendar(year - 1, week, 1))
            return Period(self.unit, self.begin.replace(year=self.begin.year - 1))
        except ValueError:
            return None

    @property
    def name(self) -> str:
        """How a table names it: 2026-11-22, 2026 第47周, 2026-11."""
        if self.unit == "week":
            year, week, _ = self.begin.isocalendar()
            return f"{year} 第{week}周"
        return f"{self.begin:%Y-%m}" if self.unit == "month" else self.begin.isoformat()


def latest(unit: Unit, today: dt.date) -> list[Period]:
    """Return the latest periods, the running one last."""
    found = [Period.holding(unit, today)]
    while len(found) < ROWS[unit]:
        found.append(found[-1].before)
    return found[::-1]
