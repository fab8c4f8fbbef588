"""Who turns service-care signals on, who sees them, who decides, and what is reported of it."""

import pytest
import sqlalchemy as sa
from fake_site import open_site, some_entries
from fake_staff import browser_of, browser_with, make_person
from shipped import shipped
from signals_world import CODE, FORM, LEAVING, OTHER, complains, listed, profile, rows, turn_on

from kb.database import reading
from web.accounts.tables import audit
from web.signals.errors import BadActivation, BadReview, UnknownCase
from web.signals.feature_switch import Switch
from web.signals.reviewing import Desk
from web.signals.tables import spared, tallies


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


WRONG = [
    {"document": ""},
    {"assessed_by": " "},
    {"scope": ""},
    {"assessed_on": "2999-01-01"},
    {"assessed_on": "昨天"},
    {"expires_on": "2026-01-01"},
    {"expires_on": "2999-01-01"},
    {"forbidden": ""},
]


@pytest.mark.parametrize("change", WRONG)
def test_it_stays_off_while_the_assessment_is_not_complete(site, change):
    with pytest.raises(BadActivation):
        turn_on(site, **change)
    assert Switch(site.desk.engine).current() is None


@pytest.mark.parametrize("officers", [(), ("nobody",), ("li", "nobody")])
def test_it_stays_off_without_officers_who_may(site, officers):
    with pytest.raises(BadActivation):
        turn_on(site, officers)


def test_only_the_named_officer_sees_a_case(on):
    complains(on)
    (case,) = listed(on)
    with pytest.raises(UnknownCase):
        Desk(on.desk.engine).open("wang", case.id)
    wang = browser_of(on, make_person(on, "wang", "officer"))
    assert "不是指定的办理员" in wang.get("/officer/signals").text
    assert wang.get(f"/officer/signals/{case.id}").status_code == 404


def test_every_look_is_in_the_audit_log(on):
    complains(on)
    (case,) = listed(on)
    browser = browser_of(on, make_person(on, "li", "officer"))
    browser.get("/officer/signals")
    browser.get(f"/officer/signals/{case.id}")
    with reading(on.desk.engine) as connection:
        done = connection.execute(sa.select(audit.c.action, audit.c.actor)).all()
    assert {("signals.list", "li"), ("signals.open", "li"), ("signals.on", "admin")} <= {tuple(row) for row in done}


def test_a_person_decides_and_the_same_evidence_does_not_come_back(on):
    complains(on)
    (case,) = listed(on)
    browser = browser_of(on, make_person(on, "li", "officer"))
    page = browser.get(f"/officer/signals/{case.id}").text
    assert "先看未决诉求" in page and "说好的补助" in page and "禁止用于" in page
    address = f"/officer/signals/{case.id}/review"
    assert browser.post(address, {"verdict": "false_alarm", "note": ""}).status_code == 422
    assert browser.post(address, {"verdict": "false_alarm", "note": "是代理记账公司代办"}).status_code == 303
    assert [row.verdict for row in listed(on)] == ["false_alarm"]
    with pytest.raises(BadReview):
        Desk(on.desk.engine).review("li", case.id, "visit", "再看一次")


def test_new_evidence_after_a_review_asks_for_another_one(on):
    complains(on)
    (case,) = listed(on)
    Desk(on.desk.engine).review("li", case.id, "visit", "已约好上门")
    complains(on, category="premises.land")
    assert [row.verdict for row in listed(on)] == [""]
    assert sum(row.opened for row in rows(on, tallies)) == 2


def test_an_enterprise_that_asks_for_it_is_left_alone(on):
    complains(on)
    (case,) = listed(on)
    browser = browser_of(on, make_person(on, "li", "officer"))
    browser.post(f"/officer/signals/{case.id}/spare")
    complains(on, category="premises.land")
    assert listed(on) == [] and [row.credit_code for row in rows(on, spared)] == [CODE]


def test_false_alarms_are_reported_by_industry_and_ownership_without_names(on):
    profile(on, industry=["39"], foreign_invested=True)
    profile(on, OTHER, foreign_invested=False)
    complains(on)
    (case,) = listed(on)
    Desk(on.desk.engine).review("li", case.id, "false_alarm", "并无此意，误报")
    by_industry, by_ownership = Desk(on.desk.engine).report()
    assert [(one.group, one.opened, one.false_alarms) for one in by_industry if one.opened] == [("制造业", 1, 1)]
    assert {one.group: (one.registered, one.false_alarms) for one in by_ownership} == {
        "外商投资": (1, 1),
        "内资": (1, 0),
    }
    page = browser_with(on, "admin").get("/admin/signals").text
    assert "100%" in page and "外商投资" in page and "企业01" not in page


def test_an_admin_turns_it_on_changes_a_signal_and_turns_it_off(site):
    make_person(site, "li", "officer")
    admin = browser_with(site, "admin")
    assert admin.post("/admin/signals/on", {**FORM, "officers": "li", "document": ""}).status_code == 422
    assert admin.post("/admin/signals/on", {**FORM, "officers": "li"}).status_code == 303
    assert FORM["document"] in admin.get("/admin/signals").text
    complains(site)
    assert len(listed(site)) == 1
    rule = {"name": "promise_broken", "weight": "2", "days": "30", "enabled": "on"}
    assert admin.post("/admin/signals/rules", rule).status_code == 303
    assert listed(site) == []
    for wrong in ({"weight": "-2"}, {"weight": "x"}, {"days": "0"}, {"name": "none"}, {"weight": "99"}):
        assert admin.post("/admin/signals/rules", {**rule, **wrong}).status_code == 422
    admin.post("/admin/signals/off")
    assert Switch(site.desk.engine).current() is None


@pytest.mark.parametrize("address", ["/officer/signals", "/admin/signals"])
def test_what_it_must_never_be_used_for_stands_on_every_page(site, address):
    page = browser_with(site, "officer", "admin").get(address).text
    assert "劝留" in page and "公平竞争审查条例" in page and "没有启用" in page
