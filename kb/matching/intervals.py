"""Numbers known only to lie in a band: intervals, their text, and the bands that a field's cuts make."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_CUT = re.compile(r"^(<=?)(\d+(?:\.\d+)?)$")
_CODE = re.compile(r"^([\[(])(-?\d+(?:\.\d+)?|),(-?\d+(?:\.\d+)?|)([\])])$")
_NUMBER = r"(\d+(?:\.\d+)?)\s*(亿元?|千万元?|万元?|元|%|人|年|项|个|家)?"
_RANGE = re.compile(rf"^{_NUMBER}\s*(?:-|~|–|—|至|到)\s*{_NUMBER}$")
_ABOVE = re.compile(rf"^(?:(>=|大于等于|不少于|不低于|至少|>|大于|超过|多于)\s*{_NUMBER}|{_NUMBER}\s*(?:及?以上|\+))$")
_BELOW = re.compile(
    rf"^(?:(<=|小于等于|不超过|不高于|至多|<|小于|不足|不满|少于|低于)\s*{_NUMBER}|{_NUMBER}\s*及?以下)$"
)
_SINGLE = re.compile(rf"^{_NUMBER}$")
_OPEN = (">", "大于", "超过", "多于", "<", "小于", "不足", "不满", "少于", "低于")
_SCALE = {"亿": 1e8, "千万": 1e7, "万": 1e4, "元": 1.0}


End = tuple[
    float, int
]  # a number, and a step beside it: (300, 0) is 300 itself, (300, 1) just above, (300, -1) just below


@dataclass(frozen=True)
class Interval:
    """Every number from the end `first` to the end `last`; the ends compare as tuples do."""

    first: End
    last: End

    def __post_init__(self) -> None:
        if not self.first <= self.last:  # NaN is refused too
            raise ValueError(f"区间 {self.first[0]:g} 到 {self.last[0]:g} 是空的")

    @classmethod
    def make(cls, low: float, high: float, *, open_low: bool = False, open_high: bool = False) -> Interval:
        """Return the numbers from `low` to `high`, an open end left out (ValueError when nothing is left)."""
        return cls((float(low), int(open_low)), (float(high), -int(open_high)))

    @classmethod
    def exactly(cls, number: float) -> Interval:
        """Return the interval that holds one number."""
        return cls.make(number, number)

    def meets(self, other: Interval) -> bool:
        """Say whether the two have a number in common."""
        return self.first <= other.last and other.first <= self.last

    def common(self, other: Interval) -> Interval:
        """Return the numbers that both have (ValueError when there are none)."""
        return Interval(max(self.first, other.first), min(self.last, other.last))

    def spanning(self, other: Interval) -> Interval:
        """Return the smallest interval that holds both."""
        return Interval(min(self.first, other.first), max(self.last, other.last))

    def whole(self) -> Interval:
        """Return the same with its ends at whole numbers, for what is counted (ValueError when none is inside)."""
        low, above = self.first
        high, below = self.last
        low = low + 1 if above and low == math.floor(low) else math.ceil(low)
        if math.isfinite(high):
            high = high - 1 if below and high == math.floor(high) else math.floor(high)
        return Interval.make(low, high)


@dataclass(frozen=True)
class Band:
    """One step of a field: the numbers, the code that is stored, the words that people read."""

    interval: Interval
    code: str
    label: str


def make_bands(cuts: Sequence[str], unit: str, whole: bool = False) -> tuple[Band, ...]:
    """Return the bands from 0 up that the cuts make; "<300" puts 300 above the cut, "<=300" below it (ValueError).

    With `whole` the bands end at whole numbers, for what is counted.
    """
    bands, low, open_low = [], 0.0, False
    for cut in cuts:
        match = _CUT.match(cut)
        if match is None:
            raise ValueError(f"分档 {cut!r} 要写成 <300 或 <=300")
        high, open_high = float(match[2]), match[1] == "<"
        bands.append(Interval.make(low, high, open_low=open_low, open_high=open_high))
        low, open_low = high, not open_high
    if cuts:
        bands.append(Interval.make(low, math.inf, open_low=open_low))
    ends = [band.whole() if whole else band for band in bands]
    return tuple(Band(band, to_code(band), in_words(band, unit)) for band in ends)


def _code(low: float, high: float, open_low: bool, open_high: bool) -> str:
    end = "" if high == math.inf else _plain(high)
    return f"{'(' if open_low else '['}{_plain(low)},{end}{')' if open_high else ']'}"


def _words(low: float, high: float, open_low: bool, open_high: bool, unit: str) -> str:
    if high == low:
        return f"{_plain(low)}{unit}"
    if low > 0 and high < math.inf and not (open_low or open_high):
        return f"{_plain(low)}-{_plain(high)}{unit}"
    lower = "" if low == 0 and not open_low else f"超过{_plain(low)}{unit}" if open_low else f"{_plain(low)}{unit}以上"
    upper = "" if high == math.inf else f"{'不足' if open_high else '不超过'}{_plain(high)}{unit}"
    return "、".join(part for part in (lower, upper) if part)


def _plain(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def to_code(interval: Interval) -> str:
    """Return the text that `from_code` reads back: [300,500), [20000,] for no upper end."""
    (low, above), (high, below) = interval.first, interval.last
    return _code(low, high, above > 0, below < 0)


def in_words(interval: Interval, unit: str) -> str:
    """Return the interval as people read it: 300万元以上、不足1500万元."""
    (low, above), (high, below) = interval.first, interval.last
    return _words(low, high, above > 0, below < 0, unit) or "任意"


def from_code(text: str) -> Interval:
    """Return the interval of a stored code (ValueError)."""
    match = _CODE.match(text)
    if match is None:
        raise ValueError(f"不是档位：{text[:40]}")
    low = float(match[2]) if match[2] else 0.0
    high = float(match[3]) if match[3] else math.inf
    return Interval.make(low, high, open_low=match[1] == "(", open_high=match[4] == ")" and high < math.inf)


def read_interval(text: str, unit: str) -> Interval:
    """Return what a person wrote: 120、50-99、5000万以上、不超过2亿、[300,500) (ValueError).

    以上 and 以下 include the number, as in law; numbers without a unit are in `unit`.
    """
    plain = re.sub(r"[\s,，约大概左右]", "", unicodedata.normalize("NFKC", text)) if not _CODE.match(text) else text
    if _CODE.match(plain):
        return from_code(plain)
    if match := _RANGE.match(plain):
        first_unit = match[2] or (match[4] if match[4] in ("万", "万元", "亿", "亿元") else "")
        return Interval.make(_scaled(match[1], first_unit, unit), _scaled(match[3], match[4], unit))
    if match := _ABOVE.match(plain):
        number = _scaled(match[2] or match[4], match[3] or match[5], unit)
        return Interval.make(number, math.inf, open_low=match[1] in _OPEN)
    if match := _BELOW.match(plain):
        number = _scaled(match[2] or match[4], match[3] or match[5], unit)
        return Interval.make(0.0, number, open_high=match[1] in _OPEN)
    if match := _SINGLE.match(plain):
        number = _scaled(match[1], match[2], unit)
        return Interval.exactly(number)
    raise ValueError(f"看不懂“{text[:40]}”，请写数字或范围，例如 50-99、300以下")


def _scaled(digits: str, written: str | None, unit: str) -> float:
    number, written = float(digits), (written or "").removesuffix("元") or (written or "")
    if unit == "万元":
        return number * _SCALE[written] / _SCALE["万"] if written in _SCALE else _same(number, written, unit)
    if written in ("万", "亿", "千万"):
        return number * _SCALE[written]
    return _same(number, written, unit)


def _same(number: float, written: str, unit: str) -> float:
    if written and written != unit and not {written, unit} <= {"项", "个", "家"}:
        raise ValueError(f"单位应当是{unit}，写的是{written}")
    return number
