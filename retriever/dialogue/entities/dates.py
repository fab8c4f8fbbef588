"""Days as people say them: 明天, 下周三, 11月20日, 上个月15号, 三天前."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from cn2an import cn2an

from retriever.text.normalize import clean

NEAR_DAYS = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "昨晚": -1,
    "今天": 0,
    "今日": 0,
    "今早": 0,
    "今晚": 0,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "大后天": 3,
    "后天": 2,
}
WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    **{str(n): n - 1 for n in range(1, 8)},
}
WEEKS = {"上上": -2, "上": -1, "": 0, "这": 0, "本": 0, "下": 1, "下下": 2}
MONTHS = {"上": -1, "这": 0, "本": 0, "下": 1}
NUMBER = r"(?:\d{1,4}|[零〇一二两三四五六七八九十]{1,3})"
FULL = re.compile(rf"(\d{{4}})\s*[年./-]\s*({NUMBER})\s*[月./-]\s*({NUMBER})[日号]?")
MONTH_DAY = re.compile(rf"(?:(今年|明年|去年)的?)?({NUMBER})\s*月\s*份?({NUMBER})\s*[日号]?")
REL_MONTH = re.compile(rf"(上|这|本|下)个?月的?({NUMBER})[日号]")
WEEKDAY = re.compile(r"(上上|下下|上|这|本|下)?个?(?:周|星期|礼拜)([一二三四五六日天1-7])")
AGO = re.compile(rf"({NUMBER})\s*(天|日|周|个?星期|个月)\s*(前|以前|之前|后|以后|之后)")


def day_in(text: str, today: dt.date) -> dt.date | None:
    """Return the first day that `text` names, seen from `today`; None when it names none or one that cannot be."""
    said = clean(text)
    for rule in _RULES:
        try:
            found = rule(said, today)
        except (ValueError, OverflowError):
            return None
        if found is not None:
            return found
    return None


def half_day_in(text: str) -> str:
    """Return 上午 or 下午 when the text says which half of the day; empty when it does not."""
    said = clean(text)
    if re.search(r"上午|早上|早晨|早|am", said, re.IGNORECASE):
        return "上午"
    if re.search(r"下午|傍晚|晚上|中午|pm", said, re.IGNORECASE):
        return "下午"
    hour = re.search(rf"({NUMBER})\s*(?:点|时|:\d)", said)
    return "" if hour is None else "上午" if 6 <= _number(hour.group(1)) < 12 else "下午"


def _number(text: str) -> int:
    return int(text) if text.isdigit() else int(cn2an(text.replace("〇", "零"), "smart"))


def _full(text: str, today: dt.date) -> dt.date | None:
    match = FULL.search(text)
    return dt.date(int(match.group(1)), _number(match.group(2)), _number(match.group(3))) if match else None


def _near(text: str, today: dt.date) -> dt.date | None:
    found = [(text.index(word), -len(word), shift) for word, shift in NEAR_DAYS.items() if word in text]
    return today + dt.timedelta(days=min(found)[2]) if found else None


def _weekday(text: str, today: dt.date) -> dt.date | None:
    match = WEEKDAY.search(text)
    if match is None:
        return None
    return (
        today
        - dt.timedelta(days=today.weekday())
        + dt.timedelta(weeks=WEEKS[match.group(1) or ""], days=WEEKDAYS[match.group(2)])
    )


def _month_day(text: str, today: dt.date) -> dt.date | None:
    match = MONTH_DAY.search(text)
    if match is None:
        return None
    year = today.year + {"去年": -1, "明年": 1}.get(match.group(1) or "", 0)
    return dt.date(year, _number(match.group(2)), _number(match.group(3)))


def _relative_month(text: str, today: dt.date) -> dt.date | None:
    match = REL_MONTH.search(text)
    return _shift(today, MONTHS[match.group(1)]).replace(day=_number(match.group(2))) if match else None


def _ago(text: str, today: dt.date) -> dt.date | None:
    match = AGO.search(text)
    if match is None:
        return None
    count = _number(match.group(1)) * (-1 if "前" in match.group(3) else 1)
    if match.group(2) in ("天", "日"):
        return today + dt.timedelta(days=count)
    return today + dt.timedelta(weeks=count) if "月" not in match.group(2) else _shift(today, count)


def _shift(day: dt.date, months: int) -> dt.date:
    """Return the same day of another month, or that month's last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


_RULES: tuple[Callable[[str, dt.date], dt.date | None], ...] = (
    _full,
    _relative_month,
    _month_day,
    _weekday,
    _ago,
    _near,
)
