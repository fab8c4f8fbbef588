"""Working days of China: public holidays and shifted workdays as the State Council arranged them, year by year.

The `chinese_calendar` library carries the published years; a later year comes from a file. No year is guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from kb.errors import BadHolidays, UnknownYear
from kb.yaml_reader import read_yaml

SATURDAY = 5
DAY = dt.timedelta(days=1)
HOLIDAYS = Path("tickets") / "holidays.yaml"  # inside the data folder: the years that a desk has entered itself


@dataclass(frozen=True)
class Year:
    """The days of one year that differ from Monday-to-Friday: free ones, and worked ones at a weekend."""

    holidays: frozenset[dt.date]
    workdays: frozenset[dt.date]


@cache
def published() -> Mapping[int, Year]:
    """Return the years that the installed library knows."""
    from chinese_calendar import constants

    years = {day.year for day in constants.holidays}
    return {
        year: Year(
            frozenset(day for day in constants.holidays if day.year == year),
            frozenset(day for day in constants.workdays if day.year == year),
        )
        for year in years
    }


def read_years(path: Path) -> dict[int, Year]:
    """Read further years from YAML such as `2027: {holidays: [2027-01-01], workdays: [2027-02-06]}` (BadHolidays)."""
    if not path.is_file():
        return {}
    try:
        content = read_yaml(path.read_text(encoding="utf-8")) or {}
        return {int(year): _year(int(year), days) for year, days in content.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadHolidays(f"{path.name}：放假安排不能用：{error}") from error


def _year(year: int, days: Mapping[str, Sequence[dt.date]]) -> Year:
    made = Year(frozenset(days["holidays"]), frozenset(days["workdays"]))
    for day in made.holidays | made.workdays:
        if not isinstance(day, dt.date) or day.year != year:
            raise ValueError(f"{day} 不是 {year} 年的日期")
    if not made.holidays or made.holidays & made.workdays:
        raise ValueError(f"{year} 年没有节假日，或同一天既放假又上班")
    if any(day.weekday() < SATURDAY for day in made.workdays):
        raise ValueError(f"{year} 年的调休上班日应当在周末")
    return made


@dataclass(frozen=True)
class Calendar:
    """Counts working days and hours. `extra` holds the years that the library does not know yet."""

    extra: Mapping[int, Year] = field(default_factory=dict)
    office: tuple[tuple[dt.time, dt.time], ...] = ((dt.time(9), dt.time(12)), (dt.time(13, 30), dt.time(17, 30)))
    _counted: dict[tuple[dt.date, int], dt.date] = field(default_factory=dict, repr=False, compare=False)

    def is_working_day(self, day: dt.date) -> bool:
        """Say whether offices are open on `day` (UnknownYear)."""
        year = self.extra.get(day.year) or published().get(day.year)
        if year is None:
            raise UnknownYear(f"{day.year} 年的放假安排还没有录入，不能推算工作日", day.year)
        if day in year.workdays:
            return True
        return day.weekday() < SATURDAY and day not in year.holidays

    def add_working_days(self, day: dt.date, count: int) -> dt.date:
        """Return the `count`-th working day after `day`, which itself is not counted (UnknownYear).

        With 0 it is `day` itself when that is a working day, else the next one.
        """
        if count < 0:
            raise ValueError(f"工作日数不能是负数：{count}")
        if count == 0:
            return day if self.is_working_day(day) else self.add_working_days(day, 1)
        if (day, count) not in self._counted:
            left, end = count, day
            while left:
                end += DAY
                left -= self.is_working_day(end)
            self._counted[day, count] = end
        return self._counted[day, count]

    def add_working_hours(self, moment: dt.datetime, hours: float) -> dt.datetime:
        """Return the local moment after `hours` of office time from a local `moment` (UnknownYear)."""
        left = dt.timedelta(hours=hours)
        while True:
            for opens, closes in self._office_of(moment.date()):
                start = max(moment, dt.datetime.combine(moment.date(), opens))
                end = dt.datetime.combine(moment.date(), closes)
                if start + left <= end:
                    return start + left
                left -= max(end - start, dt.timedelta(0))
            moment = dt.datetime.combine(moment.date() + DAY, dt.time.min)

    def _office_of(self, day: dt.date) -> tuple[tuple[dt.time, dt.time], ...]:
        return self.office if self.is_working_day(day) else ()


@cache
def calendar_of(data_dir: Path) -> Calendar:
    """Return the calendar with the years that the desk of this data folder has entered; read once (BadHolidays)."""
    return Calendar(read_years(data_dir / HOLIDAYS))
