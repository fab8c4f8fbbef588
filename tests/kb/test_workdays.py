"""Working days over Spring Festival, National Day and shifted workdays of 2025 and 2026, counted by hand.

The arrangements the dates rest on (State Council's notices as chinesecalendar carries them):
2025  Spring Festival off 01-28 to 02-04, worked Sun 01-26 and Sat 02-08; Labour Day off 05-01 to 05-05, worked
      Sun 04-27; National Day off 10-01 to 10-08, worked Sun 09-28 and Sat 10-11.
2026  New Year off 01-01 to 01-03, worked Sun 01-04; Spring Festival off 02-15 to 02-23, worked Sat 02-14 and Sat
      02-28; Labour Day off 05-01 to 05-05, worked Sat 05-09; Mid-Autumn off 09-25 to 09-27; National Day off 10-01 to
      10-07, worked Sun 09-20 and Sat 10-10.
"""

import datetime as dt

import pytest

from kb.errors import BadHolidays, UnknownYear
from kb.workdays import Calendar, read_years

CALENDAR = Calendar()

DAYS = [
    # 2025 Spring Festival: Mon 01-27 is the last working day before it, Wed 02-05 the first after
    ("2025-01-24", 1, "2025-01-26", "Sunday 26th is worked in exchange"),
    ("2025-01-24", 2, "2025-01-27", "Monday, the eve of the holiday, is an ordinary day"),
    ("2025-01-24", 3, "2025-02-05", "28th to 4th are free: eight days"),
    ("2025-01-26", 5, "2025-02-08", "27, then 5, 6, 7, and Saturday 8th, which is worked"),
    ("2025-01-27", 5, "2025-02-10", "5, 6, 7, Sat 8, then Sunday 9th is free, so Monday 10th"),
    ("2025-01-31", 1, "2025-02-05", "told on a holiday: the day itself is not counted anyway"),
    ("2025-01-20", 5, "2025-01-26", "21, 22, 23, 24, Sunday 26: the week is six days long"),
    # 2025 Labour Day
    ("2025-04-25", 1, "2025-04-27", "Sunday 27th is worked"),
    ("2025-04-30", 1, "2025-05-06", "1st to 5th are free, Tuesday 6th is not"),
    # 2025 National Day with Mid-Autumn: eight days
    ("2025-09-26", 1, "2025-09-28", "Sunday 28th is worked"),
    ("2025-09-30", 1, "2025-10-09", "1st to 8th are free"),
    ("2025-09-30", 3, "2025-10-11", "9, 10, and Saturday 11th, which is worked"),
    ("2025-09-30", 5, "2025-10-14", "9, 10, Sat 11, Mon 13, Tue 14; Sunday 12th is free"),
    # 2026 New Year, its Sunday worked
    ("2025-12-31", 1, "2026-01-04", "1st to 3rd are free, Sunday 4th is worked"),
    ("2025-12-31", 2, "2026-01-05", "and Monday follows"),
    # 2026 Spring Festival: nine days
    ("2026-02-13", 1, "2026-02-14", "Saturday 14th is worked"),
    ("2026-02-13", 2, "2026-02-24", "15th to 23rd are free: Tuesday 24th"),
    ("2026-02-12", 5, "2026-02-26", "13, Sat 14, 24, 25, 26"),
    ("2026-02-14", 5, "2026-02-28", "24, 25, 26, 27 and Saturday 28th, which is worked"),
    ("2026-02-14", 6, "2026-03-02", "after Saturday 28th comes a free Sunday"),
    ("2026-02-18", 0, "2026-02-24", "the same day, told within the holiday, is the first day after it"),
    # 2026 Labour Day, the Saturday after it worked
    ("2026-04-30", 4, "2026-05-09", "6, 7, 8 and Saturday 9th"),
    # 2026 Mid-Autumn and National Day, close together
    ("2026-09-18", 1, "2026-09-20", "Sunday 20th is worked"),
    ("2026-09-24", 1, "2026-09-28", "Friday 25th to Sunday 27th are free"),
    ("2026-09-28", 3, "2026-10-08", "29, 30, then 1st to 7th are free: Thursday 8th"),
    ("2026-09-30", 3, "2026-10-10", "8, 9 and Saturday 10th, which is worked"),
    ("2026-09-30", 5, "2026-10-13", "8, 9, Sat 10, Mon 12, Tue 13"),
    # an ordinary week
    ("2026-11-20", 1, "2026-11-23", "from Friday to Monday"),
    ("2026-11-21", 0, "2026-11-23", "a Saturday is not a working day"),
]


@pytest.mark.parametrize(("start", "count", "end", "why"), DAYS)
def test_working_days_are_those_of_the_official_arrangement(start, count, end, why):
    start, end = dt.date.fromisoformat(start), dt.date.fromisoformat(end)
    assert CALENDAR.add_working_days(start, count) == end, why


HOURS = [
    ("2026-11-20T16:00", 4, "2026-11-23T11:30", "1.5 h on Friday, 2.5 h on Monday morning"),
    ("2026-11-20T11:00", 2, "2026-11-20T14:30", "lunch is not counted"),
    ("2026-11-21T10:00", 1, "2026-11-23T10:00", "told on a Saturday"),
    ("2026-02-14T16:30", 2, "2026-02-24T10:00", "1 h on the worked Saturday, then nine free days"),
    ("2026-11-20T20:00", 1, "2026-11-23T10:00", "told in the evening"),
    ("2026-11-20T09:00", 7, "2026-11-20T17:30", "a whole office day"),
]


@pytest.mark.parametrize(("start", "hours", "end", "why"), HOURS)
def test_working_hours_run_while_offices_are_open(start, hours, end, why):
    assert CALENDAR.add_working_hours(dt.datetime.fromisoformat(start), hours) == dt.datetime.fromisoformat(end), why


def test_no_year_is_guessed():
    with pytest.raises(UnknownYear) as caught:
        CALENDAR.add_working_days(dt.date(2099, 12, 31), 5)
    assert caught.value.year in (2099, 2100)
    with pytest.raises(UnknownYear):
        CALENDAR.is_working_day(dt.date(1999, 5, 1))
    with pytest.raises(UnknownYear):
        CALENDAR.add_working_hours(dt.datetime(2099, 1, 1, 9), 1)


def test_a_year_that_is_entered_by_hand_counts_at_once(tmp_path):
    path = tmp_path / "holidays.yaml"
    path.write_text("2099: {holidays: [2099-01-01, 2099-01-02], workdays: [2099-01-04]}", encoding="utf-8")
    calendar = Calendar(read_years(path))
    assert calendar.add_working_days(dt.date(2099, 1, 1), 1) == dt.date(2099, 1, 4)  # a Sunday, worked


@pytest.mark.parametrize(
    "content",
    [
        "2099: {holidays: [2098-01-01], workdays: []}",
        "2099: {holidays: [], workdays: []}",
        "2099: {holidays: [2099-01-01]}",
        "2099: {holidays: [2099-01-01], workdays: [2099-01-01]}",
        "2099: {holidays: [2099-01-01], workdays: [2099-01-05]}",
        "2099: {holidays: [一月一日], workdays: []}",
        "- 2099",
        "2099: [",
    ],
)
def test_a_holiday_file_with_a_mistake_is_refused(tmp_path, content):
    path = tmp_path / "holidays.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadHolidays, match="放假安排"):
        read_years(path)
