"""Statistics agree with the history to the last ticket: counted a second time, by hand, from the events alone."""

import datetime as dt
from collections import Counter

import pytest
import sqlalchemy as sa
from tickets_world import DISPATCHER, SUPERVISOR, World

from kb.database import writing
from web.tickets import Colour
from web.tickets.bench import HALF_YEAR, bench, fill
from web.tickets.service import load
from web.tickets.statistics.figures import Figures, Period, change, share
from web.tickets.storage import event_of
from web.tickets.synthetic import Maker
from web.tickets.tables import events

UNTIL = dt.datetime(2026, 6, 30, 8)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A desk with some 900 made-up lives in 2025 and 2026, and its slips issued."""
    folder = tmp_path_factory.mktemp("statistics")
    made = World(f"sqlite:///{folder / 'tickets.sqlite3'}", folder)
    maker = Maker(made.desk.policy, seed=5)
    fill(made.engine, maker.lives(600, dt.date(2026, 4, 1), dt.date(2026, 6, 29), UNTIL))
    fill(made.engine, maker.lives(300, dt.date(2025, 5, 1), dt.date(2025, 6, 1), UNTIL))
    made.clock.at = UNTIL
    made.desk.supervision.issue()
    yield made
    made.close()


def lives(world):
    """The events of every ticket, in order."""
    with world.engine.connect() as connection:
        rows = connection.execute(sa.select(events).order_by(events.c.number, events.c.sequence)).mappings()
        found = {}
        for row in rows:
            found.setdefault(row["number"], []).append(event_of(row))
    return found


def counted(world, period):
    """The figures of a period, counted from the events alone."""
    start, end = period.instants
    within = lambda at: start <= at < end  # noqa: E731
    counts = Counter()
    for history in lives(world).values():
        counts["registered"] += within(history[0].at)
        said, appealed, unhappy, grades = "", False, False, {}
        for event in history:
            if event.move in ("reply", "answer") and within(event.at):
                counts[f"timely_{event.timely}"] += 1
            if event.move == "supervise" and within(event.at):
                counts[f"slip_{event.details['colour']}"] += 1
            if "grade" in event.details:
                said = event.details.get("resolved") or said
                unhappy = event.details["grade"] <= 2
                own = event.role == "requester"
                if own or (event.round, True) not in grades:
                    grades[event.round, own] = event
            appealed = appealed or event.move == "appeal"
        for (number, own), event in grades.items():
            if within(event.at) and (own or (number, True) not in grades):
                counts[f"grade_{event.details['grade']}"] += 1
        ends = [event for event in history if event.to_state == "closed" != event.from_state]
        if history[-1].to_state == "closed" and within(ends[-1].at):
            counts[f"resolved_{said or 'unsaid'}"] += 1
            counts["after_appeal"] += unhappy and appealed
    return +counts


@pytest.mark.parametrize("month", [(2026, 4), (2026, 5), (2026, 6), (2025, 5), (2025, 6), (2024, 1)])
def test_the_monthly_report_agrees_with_the_history_to_the_last_ticket(world, month):
    period = Period.month(*month)
    report = world.desk.statistics.report(period)
    assert +report.total.figures.counts == counted(world, period)
    for groups in (report.by_category, report.by_department, report.by_district, report.by_kind, report.by_channel):
        total = Counter()
        for group in groups:
            total += group.figures.counts
        assert total == +report.total.figures.counts
    assert sum(count for _, count in report.daily) == report.total.figures.registered
    assert len(report.daily) == (period.end - period.start).days


def test_slips_agree_with_the_history_to_the_last_ticket(world):
    for number, history in lives(world).items():
        issued = [(event.sequence, event.details["colour"]) for event in history if event.move == "supervise"]
        assert [(slip["sequence"], slip["colour"]) for slip in world.tickets.slips(number)] == issued
    open_now = [row for row in iterate(world) if row.colour]
    assert open_now and all(row.ticket.slip_rank == row.colour.rank for row in open_now)
    counts = world.desk.worklist.counts()
    assert Counter(row.colour.value for row in open_now) == {
        c.value: counts[c.value] for c in Colour if counts[c.value]
    }


def iterate(world):
    mark = ""
    while True:
        page = world.desk.worklist.page(after=mark, size=100)
        yield from page.rows
        mark = page.next
        if not mark:
            return


def test_growth_is_over_the_month_and_the_year_before(world):
    report = world.desk.statistics.monthly(2026, 5)
    april, last_may = (counted(world, Period.month(*month))["registered"] for month in ((2026, 4), (2025, 5)))
    may = report.total.figures.registered
    assert report.total.month_on_month == (may - april) / april
    assert report.total.year_on_year == (may - last_may) / last_may
    assert world.desk.statistics.monthly(2024, 1).total.year_on_year is None
    assert sum(group.share for group in report.by_category) == pytest.approx(1)
    assert report.by_category[0].name and "." not in report.by_category[0].code


def test_satisfaction_and_resolution_are_different_rates():
    figures = Figures(Counter(grade_5=3, grade_2=1, resolved_yes=1, resolved_no=3, resolved_unsaid=6, timely_yes=8))
    assert (figures.satisfied_rate, figures.resolved_rate) == (0.75, 0.25)
    assert (figures.graded_rate, figures.closed, figures.on_time_rate) == (0.5, 10, 1.0)
    nothing = Figures(Counter())
    assert [nothing.satisfied_rate, nothing.resolved_rate, nothing.on_time_rate, nothing.graded_rate] == [None] * 4
    assert share(0, 0) is None and change(5, 0) is None and change(3, 2) == 0.5


PERIODS = [
    (Period.month(2026, 12), Period.month(2026, 11), Period.month(2025, 12)),
    (Period.month(2026, 1), Period.month(2025, 12), Period.month(2025, 1)),
    (Period(dt.date(2026, 1, 1), dt.date(2026, 7, 1)), Period(dt.date(2025, 7, 4), dt.date(2026, 1, 1)), None),
    (Period.month(2024, 2), Period.month(2024, 1), Period.month(2023, 2)),
]


@pytest.mark.parametrize(("period", "before", "year_before"), PERIODS)
def test_periods_are_compared_with_the_right_ones(period, before, year_before):
    assert period.before == before
    assert year_before is None or period.year_before == year_before


def test_a_day_is_a_day_in_china():
    start, end = Period.month(2026, 6).instants
    assert (start, end) == (dt.datetime(2026, 5, 31, 16), dt.datetime(2026, 6, 30, 16))


def test_made_up_lives_are_the_same_for_the_same_seed(world):
    days = dt.date(2026, 5, 1), dt.date(2026, 5, 8)
    first, again = (list(Maker(world.desk.policy, seed=9).lives(20, *days, UNTIL)) for _ in range(2))
    assert first == again and {len(life) for life in first} != {1}


def test_a_loaded_life_is_like_one_that_was_lived(tmp_path):
    lived = World(f"sqlite:///{tmp_path / 'a.sqlite3'}", tmp_path)
    loaded = World(f"sqlite:///{tmp_path / 'b.sqlite3'}", tmp_path)
    (life,) = Maker(lived.desk.policy, seed=11).lives(1, dt.date(2026, 5, 1), dt.date(2026, 5, 2), UNTIL)
    with writing(loaded.engine) as connection:
        load(connection, [life])
    number = life[0].ticket.number
    assert loaded.tickets.get(number) == life[-1].ticket
    assert loaded.tickets.history(number) == [step.event for step in life]
    lived.close()
    loaded.close()


def test_appeals_that_end_unsatisfied_are_counted_after_the_appeal_only(tmp_path):
    world = World(f"sqlite:///{tmp_path / 't.sqlite3'}", tmp_path)
    rejected = world.move(world.at("appealed"), "reject_appeal", SUPERVISOR, reason="并无不当")
    upheld = world.move(world.at("unsatisfied"), "uphold", DISPATCHER, reason="复核维持")
    world.at("closed")
    figures = world.desk.statistics.monthly(2026, 11).total.figures
    assert (figures.closed, figures.after_appeal, figures.satisfied_rate) == (3, 1, 1 / 3)
    assert rejected.after_appeal and not upheld.after_appeal
    world.close()


def test_the_half_year_of_the_seeds_has_their_volume():
    assert sum(volume for _, volume in HALF_YEAR) == 50_155
    assert max(volume for _, volume in HALF_YEAR) == 12_268 and HALF_YEAR[-1] == (6, 9_739)


@pytest.mark.slow
def test_bench_prints_every_figure_of_the_issue(tmp_path, monkeypatch):
    monkeypatch.setattr("web.tickets.bench.HALF_YEAR", ((5, 120), (6, 80)))
    names = [name for name, _ in bench(tmp_path, tickets=300)]
    assert any("办理列表首页" in name for name in names) and any("月报" in name for name in names)
