"""Values of a profile: read from what people, tables and JSON give; as bands; as plain JSON to keep; as words."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from kb.errors import KnowledgeBaseError
from kb.matching.fields import Field, Fields, Held, Value
from kb.matching.intervals import Interval, from_code, in_words, read_interval, to_code
from kb.terms import yes_no

_SPLIT = re.compile(r"[、,，;；\n]|或者|或")
_NONE = re.compile(r"^(?:都没有|均无|全无|无|没有)$")
_NOT = re.compile(r"^(?:没有|无|不是|未取得|未获得)(.+)$")
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
DAYS_OF_A_YEAR = 366
OPEN_LIMIT = 40


class BadValue(KnowledgeBaseError):
    """A value does not fit its field; `field` is its name."""

    def __init__(self, field: Field, problem: str) -> None:
        """Say the field's label and what is wrong."""
        super().__init__(f"{field.label}：{problem}")
        self.field, self.problem = field.name, problem


def read(field: Field, raw: Any) -> Value:
    """Return what `raw` says of the field; a number may be exact here (BadValue)."""
    try:
        return _READERS[field.type](field, raw)
    except ValueError as error:
        raise BadValue(field, str(error)) from error


def read_all(fields: Fields, raw: Mapping[str, Any]) -> dict[str, Value]:
    """Return the values of a profile given as field name -> raw value; None and empty text are left out (BadValue).

    A name that is not declared raises KeyError.
    """
    return {name: read(fields.by_name[name], value) for name, value in raw.items() if value not in (None, "")}


def banded(field: Field, value: Value) -> Value:
    """Return a number as the smallest stretch of the field's bands that holds it: nothing exact is left."""
    if not isinstance(value, Interval) or not field.bands:
        return value
    touched = [band.interval for band in field.bands if band.interval.meets(value)]
    if not touched:
        raise BadValue(field, "不能是负数")
    return touched[0].spanning(touched[-1])


def known_on(fields: Fields, values: Mapping[str, Value], day: dt.date) -> dict[str, Value]:
    """Return the values with those that follow from others on `day`: the years since the founding day, or year."""
    known = dict(values)
    for field in fields:
        if not field.derived_from:
            continue
        source = values.get(field.derived_from)
        year = values.get(fields.by_name[field.derived_from].roughly)
        if isinstance(source, dt.date) and source <= day:
            known[field.name] = Interval.exactly(years_between(source, day))
        elif source is None and isinstance(year, Interval) and (since := _years_since(year, day)):
            known[field.name] = since
    return known


def _years_since(year: Interval, day: dt.date) -> Interval | None:
    """Return the years that may have passed since some day of the calendar year, None for one that is to come."""
    if year.last[0] > day.year:
        return None
    oldest = dt.date(max(dt.MINYEAR, int(year.first[0])), 1, 1)
    newest = min(dt.date(int(year.last[0]), 12, 31), day)
    return Interval.make(years_between(newest, day), years_between(oldest, day))


def years_between(begin: dt.date, end: dt.date) -> float:
    """Return whole years, and the days since the last anniversary as a part of one: 3.0 on the third anniversary."""
    whole = end.year - begin.year - (_anniversary(begin, end.year) > end)
    return whole + (end - _anniversary(begin, begin.year + whole)).days / DAYS_OF_A_YEAR


def _anniversary(day: dt.date, year: int) -> dt.date:
    leap = day.month == 2 and day.day == 29
    return dt.date(year, 3, 1) - dt.timedelta(days=1) if leap else day.replace(year=year)


def to_plain(value: Value) -> Any:
    """Return a value as JSON keeps it; `from_plain` reads it back."""
    if isinstance(value, Interval):
        return to_code(value)
    if isinstance(value, Held):
        return {"yes": sorted(value.yes), "no": sorted(value.no)}
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def from_plain(field: Field, plain: Any) -> Value:
    """Return the value that `to_plain` wrote (BadValue)."""
    try:
        if field.type == "number":
            return _whole(field, from_code(plain))
        if field.type == "set":
            return Held(frozenset(plain["yes"]), frozenset(plain["no"]))
        if field.type == "choice":
            return frozenset(plain)
        return dt.date.fromisoformat(plain) if field.type == "date" else bool(plain)
    except (ValueError, TypeError, KeyError) as error:
        raise BadValue(field, f"存着的值读不出来：{plain!r}") from error


def words(field: Field, value: Value) -> str:
    """Return a value as people read it."""
    if isinstance(value, Interval):
        return in_words(value, field.unit)
    if isinstance(value, Held):
        return "、".join([*sorted(value.yes), *(f"没有{item}" for item in sorted(value.no))])
    if isinstance(value, frozenset):
        group = next((word for word, codes in field.words.items() if codes == value and not word.isascii()), "")
        return group or " 或 ".join(field.choices.get(code, code) for code in sorted(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return value.isoformat()


def _number(field: Field, raw: Any) -> Value:
    if isinstance(raw, Interval):
        return _whole(field, raw)
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise ValueError(f"要写成数字或范围，例如 50-99，写的是 {str(raw)[:40]}")
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw) or raw < 0:
            raise ValueError(f"不能是 {raw}")
        return _whole(field, _percent(field, Interval.exactly(raw), ""))
    text = raw.strip()
    band = next((band for band in field.bands if text in (band.code, band.label)), None)
    return _whole(field, band.interval if band else _percent(field, read_interval(text, field.unit), text))


def _percent(field: Field, interval: Interval, text: str) -> Interval:
    """Refuse 0.05 where percent are meant: it may be 5% or 0.05%, and a table's percent cells read so."""
    if field.unit == "%" and 0 < interval.last[0] < 1 and not re.search(r"[%％)\]]", text):
        raise ValueError(f"比例按百分数写：百分之五写 5 或 5%，写的是 {text or interval.last[0]}")
    return interval


def _whole(field: Field, interval: Interval) -> Interval:
    return interval.whole() if field.whole else interval


def _flag(_field: Field, raw: Any) -> Value:
    if isinstance(raw, bool):
        return raw
    said = yes_no.answer(str(raw), "cell")
    if said is None:
        raise ValueError(f"要写成“是”或“否”，写的是 {str(raw).strip().lower()[:40]}")
    return said


def _day(_field: Field, raw: Any) -> Value:
    if isinstance(raw, dt.datetime):
        return raw.date()
    if isinstance(raw, dt.date):
        return raw
    match = _DAY.match(str(raw).strip().partition("T")[0])
    if match is None:
        raise ValueError(f"日期要写成 2026-11-22，写的是 {str(raw)[:40]}")
    return dt.date(int(match[1]), int(match[2]), int(match[3]))


def _parts(raw: Any) -> list[str]:
    items: Iterable[Any] = _SPLIT.split(raw) if isinstance(raw, str) else raw if isinstance(raw, Iterable) else [raw]
    parts = [str(item).strip() for item in items if str(item).strip()]
    if not parts:
        raise ValueError("是空的")
    return parts


def _choice(field: Field, raw: Any) -> Value:
    whole = str(raw).strip()
    if whole in field.words:  # names of industries hold commas of their own
        return field.words[whole]
    return frozenset[str]().union(*(_codes(field, part) for part in _parts(raw)))


def _codes(field: Field, text: str) -> frozenset[str]:
    if text in field.words:
        return field.words[text]
    if field.open and len(text) <= OPEN_LIMIT:
        return frozenset((text,))
    raise ValueError(f"没有“{text[:40]}”；可以写：{'、'.join(list(field.choices.values())[:8])}")


def _set(field: Field, raw: Any) -> Value:
    if isinstance(raw, Held):
        return raw
    if isinstance(raw, Mapping):
        yes, no = (frozenset[str]().union(*(_codes(field, item) for item in raw.get(key, ()))) for key in ("yes", "no"))
        return _held(yes, no)
    yes, no = frozenset[str](), frozenset[str]()
    for part in _parts(raw):
        denied = _NOT.match(part)
        if _NONE.match(part):
            no |= frozenset(field.choices)
        elif part in ("其余没有", "其他没有"):
            no |= frozenset(field.choices) - yes
        elif denied and part not in field.words:
            no |= _codes(field, denied[1])
        else:
            yes |= _codes(field, part)
    return _held(yes, no)


def _held(yes: frozenset[str], no: frozenset[str]) -> Held:
    if yes & no:
        raise ValueError(f"“{'、'.join(sorted(yes & no))}”不能又有又没有")
    return Held(yes, no)


_READERS = {"number": _number, "choice": _choice, "set": _set, "flag": _flag, "date": _day}
