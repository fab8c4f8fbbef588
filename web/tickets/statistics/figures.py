"""Figures of a period: counts, and the rates that follow from them. Pure; satisfaction and resolution stay apart."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from web.clock import CHINA
from web.tickets.lifecycle.codes import BAD_GRADES, GRADES


def share(part: int, whole: int) -> float | None:
    """Return part of whole, 0 to 1; None where there is nothing to divide by."""
    return part / whole if whole else None


def change(now: int, before: int) -> float | None:
    """Return the growth over an earlier count, 0.5 for half as much again; None where there was nothing before."""
    return (now - before) / before if before else None


@dataclass(frozen=True)
class Period:
    """Days from `start` up to and without `end`, as the calendar in China shows them."""

    start: dt.date
    end: dt.date

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return one month."""
        return cls(dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1))

    @property
    def is_month(self) -> bool:
        """Whether it is exactly one calendar month."""
        return self.start.day == 1 and self == Period.month(self.start.year, self.start.month)

    @property
    def before(self) -> Period:
        """The month before a month; for other periods as many days just before."""
        if self.is_month:
            last = self.start - dt.timedelta(days=1)
            return Period.month(last.year, last.month)
        return Period(self.start - (self.end - self.start), self.start)

    @property
    def year_before(self) -> Period:
        """The same days of the year before."""
        return Period(_year_earlier(self.start), _year_earlier(self.end))

    @property
    def instants(self) -> tuple[dt.datetime, dt.datetime]:
        """First instant, and first instant after, in UTC."""
        start, end = (dt.datetime.combine(day, dt.time.min, CHINA) for day in (self.start, self.end))
        return tuple(at.astimezone(dt.timezone.utc).replace(tzinfo=None) for at in (start, end))  # type: ignore[return-value]


def _year_earlier(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


@dataclass(frozen=True)
class Figures:
    """Counts of one group (or of all) in one period; the rates are properties, None where nothing can be said."""

    counts: Counter[str]

    @property
    def registered(self) -> int:
        """Appeals registered in the period."""
        return self.counts["registered"]

    @property
    def replies(self) -> int:
        """Replies given in the period; a reopened appeal has several."""
        return sum(self.counts[f"timely_{word}"] for word in ("yes", "no", "unknown"))

    @property
    def on_time_rate(self) -> float | None:
        """Replies within their deadline, of those whose deadline is known."""
        yes, no = self.counts["timely_yes"], self.counts["timely_no"]
        return share(yes, yes + no)

    @property
    def graded(self) -> int:
        """Replies that were graded; those that were not count neither as good nor as bad."""
        return sum(self.counts[f"grade_{grade}"] for grade in GRADES)

    @property
    def graded_rate(self) -> float | None:
        """Grades given in the period for each reply of the period."""
        return share(self.graded, self.replies)

    @property
    def satisfied_rate(self) -> float | None:
        """Grades of 3 and better, of all grades given."""
        bad = sum(self.counts[f"grade_{grade}"] for grade in BAD_GRADES)
        return share(self.graded - bad, self.graded)

    @property
    def closed(self) -> int:
        """Appeals closed in the period."""
        return sum(self.counts[f"resolved_{word}"] for word in ("yes", "no", "unsaid"))

    @property
    def resolved_rate(self) -> float | None:
        """Closed appeals the enterprise says are resolved, of those it said yes or no about."""
        yes, no = self.counts["resolved_yes"], self.counts["resolved_no"]
        return share(yes, yes + no)

    @property
    def after_appeal(self) -> int:
        """Appeals closed in the period whose enterprise is not satisfied even after its appeal."""
        return self.counts["after_appeal"]

    @property
    def slips(self) -> dict[str, int]:
        """Slips issued in the period by colour."""
        return {colour: self.counts[f"slip_{colour}"] for colour in ("blue", "orange", "red")}


@dataclass(frozen=True)
class Group:
    """One line of a table: its code and name, its figures, and its volume in the earlier periods."""

    code: str
    name: str
    figures: Figures
    share: float | None
    before: int
    year_before: int

    @property
    def month_on_month(self) -> float | None:
        """Growth of the volume over the period before."""
        return change(self.figures.registered, self.before)

    @property
    def year_on_year(self) -> float | None:
        """Growth of the volume over the same period of the year before."""
        return change(self.figures.registered, self.year_before)


@dataclass(frozen=True)
class Report:
    """The figures of one period: over all, and by category, department, district, kind and channel."""

    period: Period
    total: Group
    by_category: tuple[Group, ...]
    by_department: tuple[Group, ...]
    by_district: tuple[Group, ...]
    by_kind: tuple[Group, ...]
    by_channel: tuple[Group, ...]
    daily: tuple[tuple[dt.date, int], ...]
