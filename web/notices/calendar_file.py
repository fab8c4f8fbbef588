"""A notice as a calendar file (ICS) that phones and office programs open."""

from __future__ import annotations

import datetime as dt

from icalendar import Alarm, Calendar, Event

from kb.bodies import NoticeBody
from kb.models import Entry
from web import clock
from web.notices.errors import UnknownNotice

USUAL_LENGTH = dt.timedelta(hours=2)
REMIND_BEFORE = dt.timedelta(hours=2)
PRODUCT = "-//企小办//会议通知//ZH"
CANCELLED = ("abolished", "superseded")


def calendar_file(entry: Entry, made_at: dt.datetime, url: str = "") -> bytes:
    """Return the notice as an ICS file; `made_at` is UTC, `url` where the notice can be read.

    A notice that was called off comes as a cancelled event. Raises UnknownNotice for one without a time.
    """
    body = entry.body
    if not isinstance(body, NoticeBody) or body.starts_at is None:
        raise UnknownNotice("这个通知没有写明时间，不能加进日历")
    event = Event()
    event.add("uid", f"{entry.id}@qixiaoban")
    event.add("sequence", entry.version)
    event.add("dtstamp", made_at.replace(tzinfo=dt.timezone.utc))
    event.add("dtstart", _utc(body.starts_at))
    event.add("dtend", _utc(body.ends_at or body.starts_at + USUAL_LENGTH))
    event.add("summary", entry.title)
    event.add("location", body.place)
    event.add("description", "\n".join(part for part in (body.content, body.time_note, body.sign_up) if part))
    event.add("status", "CANCELLED" if entry.status in CANCELLED else "CONFIRMED")
    if url:
        event.add("url", url)
    event.add_component(_alarm(entry.title))
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if entry.status in CANCELLED else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _utc(local: dt.datetime) -> dt.datetime:
    return local.replace(tzinfo=clock.CHINA).astimezone(dt.timezone.utc)


def _alarm(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -REMIND_BEFORE)
    return alarm
