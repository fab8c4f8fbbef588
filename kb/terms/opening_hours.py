"""Opening hours as people write them, read by strict rules: what is not understood to the last word is unknown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

REMEMBERED = 1024  # texts
DAYS = "一二三四五六日"
_TIME = r"(上午|下午|晚上)?([01]?\d|2[0-4])[:点]([0-5]\d)?分?"
_SPAN = re.compile(rf"^{_TIME}(?:-|~|至|到){_TIME}$")
_PARTS = re.compile(r";|,(?=周|星期|工作日|双休日|每天|每日)")
_DAYS = re.compile(
    r"^(工作日|双休日|周末|每天|每日|全年(?:无休)?|(?:周|星期)[一二三四五六日天](?:(?:至|到|-|、)(?:周|星期)?[一二三四五六日天])*)[::]?"
)
_HOLIDAYS_OFF = re.compile(r"[(]?(?:国家)?法?定?节假日(?:除外|休息|不办公|不上班)[)]?$")
_HOLIDAYS_ON = re.compile(r"[(]?(?:国家)?法?定?节假日(?:照常|不休|正常)(?:办公|上班|开放|受理|办理)?[)]?$")
_ALWAYS = ("24小时", "全天24小时", "全天", "7×24小时", "7x24小时", "全年24小时")
Holidays = Literal["", "off", "on"]
Which = Literal["work", "days", "every"]


@dataclass(frozen=True)
class Stretch:
    """Spans of minutes since midnight on some days: working days, named weekdays (0 is Monday), or every day."""

    which: Which
    weekdays: frozenset[int]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Hours:
    """Opening hours that were understood, and what is said about public holidays."""

    stretches: tuple[Stretch, ...]
    holidays: Holidays = ""


@lru_cache(maxsize=REMEMBERED)
def read_hours(text: str) -> Hours | None:
    """Return the hours, None when any part of the text is not understood; a text that comes again is not read again."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).rstrip("。.")
    plain, holidays = _holidays(plain)
    if plain in _ALWAYS:
        return Hours((Stretch("every", frozenset(range(7)), ((0, 1440),)),), holidays)
    stretches = []
    for part in _PARTS.split(plain.rstrip(";,")):
        stretch = _stretch(part.rstrip(","))
        if stretch is None:
            return None
        stretches.append(stretch)
    return Hours(tuple(stretches), holidays)


def _holidays(plain: str) -> tuple[str, Holidays]:
    for pattern, meaning in ((_HOLIDAYS_OFF, "off"), (_HOLIDAYS_ON, "on")):
        match = pattern.search(plain)
        if match:
            return plain[: match.start()].rstrip(",;("), meaning  # type: ignore[return-value]
    return plain, ""


def _stretch(part: str) -> Stretch | None:
    match = _DAYS.match(part)
    if match is None:
        return None  # hours without days: which days is anybody's guess
    which, weekdays = _which(match[1])
    items = [item for item in re.split(r"[,、]+", part[match.end() :]) if item]
    spans = [(0, 1440) if item in _ALWAYS else _span(item) for item in items]
    found = tuple(span for span in spans if span is not None)
    return Stretch(which, weekdays, found) if found and len(found) == len(spans) else None


def _which(words: str) -> tuple[Which, frozenset[int]]:
    if words == "工作日":
        return "work", frozenset()
    if words in ("双休日", "周末"):
        return "days", frozenset((5, 6))
    if words[:2] in ("每天", "每日", "全年"):
        return "every", frozenset(range(7))
    plain = re.sub(r"周|星期", "", words).replace("天", "日").replace("到", "至").replace("-", "至")
    days: set[int] = set()
    for part in plain.split("、"):
        ends = [DAYS.index(day) for day in part.split("至")]
        days |= set(range(ends[0], ends[-1] + 1)) if len(ends) < 3 else set()
    return "days", frozenset(days)


def _span(text: str) -> tuple[int, int] | None:
    match = _SPAN.match(text)
    if match is None:
        return None
    begin = _minute(match[1], match[2], match[3])
    end = _minute(match[4] or match[1], match[5], match[6])
    return (begin, end) if begin < end <= 1440 else None


def _minute(half: str | None, hour: str, minute: str | None) -> int:
    late = 12 if half in ("下午", "晚上") and int(hour) < 12 else 0
    return (int(hour) + late) * 60 + int(minute or 0)
