"""The time of the product: instants in UTC, days as the calendar on the wall in China shows them."""

from __future__ import annotations

import datetime as dt

CHINA = dt.timezone(dt.timedelta(hours=8), "CST")


def now() -> dt.datetime:
    """Return this instant in UTC, without a zone, as the tables keep it."""
    return dt.datetime.now(dt.timezone.utc).replace(tzinfo=None)


def today() -> dt.date:
    """Return today's date in China, whatever zone the server runs in."""
    return dt.datetime.now(CHINA).date()


def iso(moment: dt.datetime | None) -> str | None:
    """Return a stored instant as 2026-11-22T06:30:00Z; None stays None."""
    return None if moment is None else f"{moment.isoformat(timespec='seconds')}Z"


def local(moment: dt.datetime) -> str:
    """Return a stored instant as people read it in China: 2026-11-22 14:30."""
    return moment.replace(tzinfo=dt.timezone.utc).astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def local_now() -> dt.datetime:
    """Return the time on the wall in China, without a zone, as notices write their times."""
    return dt.datetime.now(CHINA).replace(tzinfo=None)
