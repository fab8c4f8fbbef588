"""Whether a place is open at a moment; a day that the wording does not decide is unknown."""

from __future__ import annotations

import datetime as dt

from kb.errors import UnknownYear
from kb.terms.opening_hours import Holidays, Hours, Stretch
from kb.workdays import SATURDAY, Calendar, published


def open_at(hours: Hours | None, moment: dt.datetime, calendar: Calendar) -> bool | None:
    """Say whether a place with these hours is open at a local moment; None where the wording does not decide it."""
    if hours is None:
        return None
    minute = moment.hour * 60 + moment.minute
    answers = [_open(stretch, hours.holidays, moment.date(), minute, calendar) for stretch in hours.stretches]
    if True in answers:
        return True
    return None if None in answers else False


def _open(stretch: Stretch, holidays: Holidays, day: dt.date, minute: int, calendar: Calendar) -> bool | None:
    inside = any(begin <= minute < end for begin, end in stretch.spans)
    if not inside:
        return False  # whatever the day is, not at this time
    return _on_day(stretch, holidays, day, calendar)


def _on_day(stretch: Stretch, holidays: Holidays, day: dt.date, calendar: Calendar) -> bool | None:
    listed = day.weekday() in stretch.weekdays
    if holidays == "on" and listed:
        return True
    try:
        working = calendar.is_working_day(day)
        holiday = not working and _is_holiday(day, calendar)
    except UnknownYear:
        return _in_unknown_year(stretch, holidays, day, listed)
    if stretch.which == "work":
        return working
    if stretch.which == "every":
        return not (holiday and holidays == "off")
    if holiday and listed:
        return None if not holidays else False
    worked_weekend = working and day.weekday() >= SATURDAY
    return None if worked_weekend and not listed else listed


def _in_unknown_year(stretch: Stretch, holidays: Holidays, day: dt.date, listed: bool) -> bool | None:
    """Say what holds whether or not the day is a holiday, or a weekend that is worked."""
    if stretch.which == "every" and not holidays:
        return True
    closed = stretch.which == "days" and not listed and day.weekday() < SATURDAY
    return False if closed else None


def _is_holiday(day: dt.date, calendar: Calendar) -> bool:
    year = calendar.extra.get(day.year) or published()[day.year]
    return day in year.holidays
