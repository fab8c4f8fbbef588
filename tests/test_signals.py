"""Service-care signals: off by default, evidence that fades, a person decides, everything goes in the end."""

import datetime as dt

import pytest
import sqlalchemy as sa
from fake_site import open_site, some_entries
from fake_staff import browser_of, browser_with, make_person

from kb.database import reading, writing
from kb.files import GUIDES, read_file
from web import clock
from web.accounts.tables import audit
from web.database import new_id
from web.profiles.tables import links, profiles
from web.signals.errors import BadActivation, BadReview, SignalsOff, UnknownCase
from web.signals.evaluating import evaluate
from web.signals.reviewing import Desk
from web.signals.rules import Evidence, declared, kept, score
from web.signals.switch import Switch
from web.signals.tables import cases, evidence, spared, tallies
from web.tables import turns
from web.tickets import Actor, Draft, Role
from web.tickets.tables import tickets

CODE, OTHER = "91320583MA1ABCDE01", "91320583MA1ABCDE02"
FORM = {
    "document": "影响评估〔2026〕7号",
    "assessed_by": "法制科",
    "assessed_on": "2026-11-01",
    "scope": "仅用于改进对区内企业的服务",
    "expires_on": (clock.today() + dt.timedelta(days=180)).isoformat(),
    "forbidden": "on",
}
LEAVING = "A8-simple-deregistration"


@pytest.fixture
def site(settings):
    """The site with the entry on deregistration."""
    with open_site(settings, (*some_entries(), read_file(GUIDES / f"{LEAVING}.yaml"))) as opened:
        yield opened


@pytest.fixture
def on(site):
    """The site with the feature on for officer li."""
    turn_on(site)
    return site


def turn_on(site, officers=("li",), **change):
    Switch(site.desk.engine).turn_on("admin", {**FORM, **change}, officers, ("li", "wang"))


def profile(site, code=CODE, **data):
    """A profile that has told its code."""
    row = {"id": new_id(), "code": code, "name": f"企业{code[-2:]}", "data": data, "key_digest": new_id()}
    rest = {"origin": "chat", "version": 1, "created_at": clock.now(), "updated_at": clock.now()}
    with writing(site.desk.engine) as connection:
        connection.execute(sa.insert(profiles), {**row, **rest})
    return row["id"]


def asks(site, profile_id, entry=LEAVING, days_ago=0):
    """A question of that enterprise, answered by an entry."""
    talk = site.ask("你好").get_json()
    moment = clock.now() - dt.timedelta(days=days_ago)
    with writing(site.desk.engine) as connection:
        row = {"conversation_id": talk["conversation_id"], "profile_id": profile_id, "at": moment}
        connection.execute(sa.insert(links), row)
        changed = sa.update(turns).where(turns.c.id == talk["turn_id"])
        connection.execute(changed.values(entry_id=entry, asked_at=moment))


def complains(site, code=CODE, category="policy.payment", **more):
    """A complaint in its own name."""
    draft = Draft(
        text="说好的补助没有到账", kind="complaint", category=category, credit_code=code, enterprise="甲公司", **more
    )
    return site.desk.tickets.tickets.open(draft, Actor("visitor", Role.REQUESTER))


def listed(site, now=None):
    evaluate(site.desk.engine, site.desk.entries.titles, now)
    return rows(site, cases)


def rows(site, table):
    with reading(site.desk.engine) as connection:
        return list(connection.execute(sa.select(table)))


def test_off_it_gathers_keeps_and_shows_nothing(site):
    complains(site)
    assert listed(site) == [] and rows(site, evidence) == []
    assert Switch(site.desk.engine).current() is None
    with pytest.raises(SignalsOff):
        Desk(site.desk.engine).mine("li")


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
