"""The figures: counted from turns of known days, compared with other days, the same on the page and in every file."""

import csv
import datetime as dt
import io
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from fake_staff import browser_with
from openpyxl import load_workbook
from review_world import make_turn

from kb.exchange.cells import from_cell
from web import clock
from web.review.daily_figures import Figures, between
from web.review.dashboard import change, dashboard
from web.review.periods import Period, latest

TODAY = dt.date(2026, 11, 20)


def at(day, hour=9):
    return dt.datetime.combine(day, dt.time(hour))


def board(site, unit="day", today=TODAY):
    return dashboard(site.desk.engine, unit, today, str)


def row(table, name):
    return next(line for line in table.rows if line[0] == name)


@pytest.mark.parametrize(
    ("unit", "begin", "end", "before", "year"),
    [
        ("day", "2026-11-20", "2026-11-20", "2026-11-19", "2025-11-20"),
        ("week", "2026-11-16", "2026-11-22", "2026-11-09", "2025-11-17"),
        ("month", "2026-11-01", "2026-11-30", "2026-10-01", "2025-11-01"),
    ],
)
def test_periods_know_their_end_and_their_likes(unit, begin, end, before, year):
    one = Period.holding(unit, TODAY)
    assert [str(day) for day in (one.begin, one.end, one.before.begin, one.year_before.begin)] == [
        begin,
        end,
        before,
        year,
    ]
    assert latest(unit, TODAY)[-1] == one


def test_a_leap_day_and_a_53rd_week_have_no_like_a_year_before():
    assert Period("day", dt.date(2024, 2, 29)).year_before is None
    assert Period.holding("week", dt.date(2026, 12, 30)).year_before is None


def test_a_day_is_a_day_in_china(site):
    make_turn(site, dt.datetime(2026, 11, 19, 0, 5))
    make_turn(site, dt.datetime(2026, 11, 18, 23, 55))
    found = between(site.desk.engine, dt.date(2026, 11, 18), dt.date(2026, 11, 19))
    assert [one.questions for one in found.values()] == [1, 1]


def test_questions_are_compared_with_the_period_before_and_a_year_before(site):
    for day, count in ((dt.date(2026, 11, 19), 6), (dt.date(2026, 11, 18), 4), (dt.date(2025, 11, 19), 3)):
        for _ in range(count):
            make_turn(site, at(day))
    trend = board(site).table("trend")
    assert row(trend, "2026-11-19")[1:5] == ("6", "6", "↑50.0%", "↑100.0%")
    assert row(trend, "2026-11-20")[3:5] == ("未完", "未完")
    assert (change(3, 6), change(6, 6), change(1, 0)) == ("↓50.0%", "持平", "—")


def test_outcomes_votes_topics_latency_and_forms_are_counted(site):
    make_turn(site, at(TODAY), milliseconds=100.0, vote="up")
    make_turn(site, at(TODAY), outcome="refused", entry_id="", milliseconds=4000.0)
    make_turn(site, at(TODAY), outcome="form", act="report_appeal", entry_id="")
    found = board(site)
    assert row(found.table("outcomes"), "2026-11-20")[1:] == ("1", "0", "0", "1", "0", "1", "0", "0", "33.3%")
    assert row(found.table("today"), "评为有用")[1] == "1"
    assert found.table("hot").rows == (("A1-company-setup", "A1-company-setup", "1", "100.0%"),)
    assert row(found.table("forms"), "企业诉求")[1:] == ("1", "0", "0.0%")
    times = [int(value.replace(",", "")) for value in row(found.table("latency"), "2026-11-20")[1:]]
    assert 100 <= times[0] <= 110 and 4000 <= times[1] <= 4400


def test_what_grows_stands_among_the_rising_topics(site):
    for entry, then, now in (("steady", 5, 5), ("rising", 1, 6), ("rare", 0, 2)):
        for day, count in ((TODAY - dt.timedelta(days=8), then), (TODAY, now)):
            for _ in range(count):
                make_turn(site, at(day), entry_id=entry)
    assert [line[0] for line in board(site).table("rising").rows] == ["rising"]


def test_a_day_that_is_over_is_counted_once_and_its_votes_every_time(site):
    day = clock.today() - dt.timedelta(days=10)
    turn = make_turn(site, at(day))
    before = between(site.desk.engine, day, day)[day]
    site.client.post("/api/v1/feedback", json={"turn_id": turn, "value": "up"})
    again = between(site.desk.engine, day, clock.today())
    assert (before.questions, again[day].questions, again[day].entries) == (1, 1, before.entries)
    assert again[clock.today()].votes["up"] == 1


def test_figures_survive_being_kept():
    one = Figures(3, 2, latency=Counter({5: 2}))
    assert Figures.read(one.plain()) == one


def test_an_empty_log_has_a_page(site):
    assert "还没有数据" in browser_with(site, "operator").get("/operator/figures").text


@pytest.mark.parametrize("unit", ["day", "week", "month"])
def test_page_csv_and_workbook_say_the_same(site, unit):
    for days in (0, 1, 8, 40, 365):
        make_turn(site, at(clock.today() - dt.timedelta(days=days)), vote="down")
    browser = browser_with(site, "admin")
    soup = BeautifulSoup(browser.get(f"/operator/figures?unit={unit}").text, "html.parser")
    book = load_workbook(io.BytesIO(browser.get(f"/operator/figures.xlsx?unit={unit}").data))
    assert len(book.worksheets) == 9
    for table in soup.select("table.figures"):
        shown = [[cell.get_text() for cell in line.select("th, td")] for line in table.select("tr")]
        name = table["id"].removeprefix("table-")
        text = browser.get(f"/operator/figures.csv?table={name}&unit={unit}").data.decode("utf-8-sig")
        filed = [[from_cell(cell) for cell in line] for line in csv.reader(io.StringIO(text))]
        sheet = next(one for one in book.worksheets if [cell.value for cell in one[1]] == filed[0])
        assert filed == [[from_cell(cell) for cell in line] for line in sheet.iter_rows(values_only=True)]
        assert [line for line in shown if line != ["还没有数据。"]] == filed
    assert browser.get("/operator/figures.csv?table=none").status_code == 404
