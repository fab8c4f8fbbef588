"""Service-care signals: off by default, evidence that fades, everything goes in the end."""

import datetime as dt

import pytest
import sqlalchemy as sa
from fake_site import open_site, some_entries
from fake_staff import browser_of, make_person
from shipped import shipped
from signals_world import LEAVING, asks, complains, listed, profile, rows, turn_on

from kb.database import writing
from web import clock
from web.signals.errors import SignalsOff
from web.signals.feature_switch import Switch
from web.signals.reviewing import Desk
from web.signals.rules import Evidence, declared, kept, score
from web.signals.tables import evidence, tallies
from web.tickets.tables import tickets


@pytest.fixture
def site(settings):
    """The site with the entry on deregistration."""
    with open_site(settings, (*some_entries(), shipped(LEAVING))) as opened:
        yield opened


@pytest.fixture
def on(site):
    """The site with the feature on for officer li."""
    turn_on(site)
    return site


def test_off_it_gathers_keeps_and_shows_nothing(site):
    complains(site)
    assert listed(site) == [] and rows(site, evidence) == []
    assert Switch(site.desk.engine).current() is None
    with pytest.raises(SignalsOff):
        Desk(site.desk.engine).mine("li")


def test_asking_once_how_to_deregister_lists_nobody(on):
    asks(on, profile(on))
    assert listed(on) == []


def test_asking_again_within_a_month_does(on):
    mine = profile(on)
    asks(on, mine, days_ago=3)
    asks(on, mine)
    (case,) = listed(on)
    assert (case.enterprise, case.level, case.officer) == ("企业01", "watch", "li")
    assert any("咨询“" in row.line for row in rows(on, evidence))


def test_anonymous_questions_and_appeals_without_a_name_are_never_read(on):
    on.ask("怎么简易注销公司")
    complains(on, real_name=False)
    complains(on, code="")
    assert listed(on) == []


def test_a_complaint_about_a_promise_counts_and_a_plan_to_expand_counts_against_it(on):
    complains(on)
    assert [row.level for row in listed(on)] == ["watch"]
    asks(on, profile(on), "D1-project-filing")
    assert listed(on) == [] and rows(on, evidence) == []


def test_no_score_is_kept_or_shown(on):
    complains(on)
    (case,) = listed(on)
    assert "score" not in case._mapping and "weight" not in rows(on, evidence)[0]._mapping
    page = browser_of(on, make_person(on, "li", "officer")).get(f"/officer/signals/{case.id}").text
    assert "权重" not in page and "分值" not in page


def test_a_weight_fades_to_nought_within_its_days():
    rules, now = declared(), dt.datetime(2026, 11, 22)
    days = next(rule.days for rule in rules.signals if rule.name == "promise_broken")
    values = [
        score([Evidence("promise_broken", now - dt.timedelta(days=age), "", "")], rules, now)
        for age in (0, days / 2, days)
    ]
    assert values == [4.0, 2.0, 0.0]


def test_a_signal_that_needs_several_lines_waits_for_them():
    rules, now = declared(), dt.datetime(2026, 11, 22)
    once = [Evidence("leaving_asked_often", now, "", "")]
    assert kept(once, rules, now) == [] and len(kept(once * 2, rules, now)) == 2


def test_without_a_new_signal_it_fades_and_leaves_the_list_by_itself(on):
    complains(on, category="premises.land")
    assert len(listed(on)) == 1
    later = clock.now() + dt.timedelta(days=95)
    assert listed(on, later) == [] and rows(on, evidence) == []


def test_what_was_reviewed_is_deleted_after_a_year(on):
    complains(on)
    (case,) = listed(on)
    next_year = clock.now() + dt.timedelta(days=366)
    Desk(on.desk.engine).review("li", case.id, "visit", "已约好上门")
    assert len(listed(on, clock.now() + dt.timedelta(days=100))) == 1
    assert listed(on, next_year) == []


def test_turning_it_off_deletes_names_and_keeps_numbers_only(on):
    complains(on)
    assert len(listed(on)) == 1
    Switch(on.desk.engine).turn_off("admin")
    assert listed(on) == [] and rows(on, evidence) == []
    assert [row.opened for row in rows(on, tallies)] == [1]


def test_it_ends_by_itself_when_the_assessment_expires(on, monkeypatch):
    complains(on)
    assert len(listed(on)) == 1
    day = clock.today() + dt.timedelta(days=181)
    monkeypatch.setattr(clock, "today", lambda: day)
    assert Switch(on.desk.engine).current() is None and listed(on) == []


@pytest.mark.parametrize(
    ("change", "signal"),
    [
        ({"repeats": 3}, "told_again"),
        ({"due_at": dt.datetime(2026, 1, 5)}, "overdue"),
        ({"returns": 2}, "returned"),
        ({"after_appeal": True}, "unsatisfied_after_appeal"),
    ],
)
def test_each_failure_of_service_is_a_signal(on, change, signal):
    moment = clock.now()
    ticket = complains(on, category="other")
    values = {**change, **({"due_at": moment - dt.timedelta(days=1)} if "due_at" in change else {})}
    with writing(on.desk.engine) as connection:
        connection.execute(sa.update(tickets).where(tickets.c.number == ticket.number).values(**values))
    listed(on)
    assert signal in {row.signal for row in rows(on, evidence)}
