"""A person takes a conversation over: the bot is silent, the visitor hears who speaks, and gets the bot back."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fake_staff import browser_with, make_person

from kb.database import writing
from web import clock
from web.accounts.audit import Filter, page
from web.chat.staff_hours import staffed
from web.chat.tables import holds
from web.clock import CHINA
from web.errors import AlreadyHeld, NotHeld, UnknownConversation

MATERIALS = "开公司需要什么材料"


@pytest.fixture
def talk(site):
    """A conversation with one answered question."""
    return site.ask(MATERIALS).get_json()["conversation_id"]


@pytest.fixture
def operator(site):
    """Somebody who may take conversations over."""
    return make_person(site, "wang", "operator", shown_name="王五")


def news(site, talk, after=0):
    return site.client.get(f"/api/v1/conversations/{talk}/events?after={after}").get_json()


def test_the_bot_is_silent_while_a_person_holds_the_conversation_and_answers_afterwards(site, talk, operator):
    live = site.desk.live
    live.take(talk, operator)
    heard = len(site.rasa.heard)
    reply = site.ask("那要多久", talk).get_json()
    assert (reply["outcome"], reply["messages"], len(site.rasa.heard)) == ("handoff", [], heard)
    live.hand_back(talk, operator)
    assert site.ask("那要多久", talk).get_json()["messages"]


def test_a_question_that_was_on_its_way_is_not_answered_by_the_bot_either(site, talk, operator):
    answer = site.rasa.answer

    def taken_meanwhile(*given):
        site.desk.live.take(talk, operator)
        return answer(*given)

    site.rasa.answer = taken_meanwhile
    assert site.ask("那要多久", talk).get_json()["messages"] == []


def test_the_visitor_reads_the_role_and_never_the_name(site, talk, operator):
    live = site.desk.live
    live.take(talk, operator)
    live.say(talk, operator, "您好，我来看看。")
    told = news(site, talk)
    assert [(one["kind"], one["who"], one["text"]) for one in told["events"]] == [
        ("joined", "会话运营员", ""),
        ("said", "会话运营员", "您好，我来看看。"),
    ]
    assert told["who"] == "会话运营员" and "王五" not in str(told) and "wang" not in str(told)
    assert news(site, talk, told["events"][0]["number"])["events"] == told["events"][1:]


def test_a_page_asks_more_often_while_a_person_is_there(site, talk, operator):
    before = news(site, talk)["again"]
    site.desk.live.take(talk, operator)
    assert news(site, talk)["again"] < before


def test_what_a_person_says_is_kept_masked(site, talk, operator):
    site.desk.live.take(talk, operator)
    site.desk.live.say(talk, operator, "请打 13812345678")
    assert "13812345678" not in str(news(site, talk))


def test_only_one_person_holds_a_conversation_and_only_that_one_speaks(site, talk, operator):
    other = make_person(site, "zhao", "officer")
    site.desk.live.take(talk, operator)
    site.desk.live.take(talk, operator)
    with pytest.raises(AlreadyHeld):
        site.desk.live.take(talk, other)
    for change in (site.desk.live.hand_back, lambda *who: site.desk.live.say(*who, "我来")):
        with pytest.raises(NotHeld):
            change(talk, other)


def test_somebody_who_says_nothing_for_half_an_hour_has_gone(site, talk, operator):
    site.desk.live.take(talk, operator)
    with writing(site.desk.engine) as connection:
        connection.execute(sa.update(holds).values(seen_at=clock.now() - dt.timedelta(minutes=31)))
    assert site.ask("那要多久", talk).get_json()["messages"]
    assert news(site, talk)["who"] == ""
    site.desk.live.take(talk, make_person(site, "zhao", "officer"))


def test_taking_over_and_handing_back_are_in_the_audit_log(site, talk, operator):
    site.desk.live.take(talk, operator)
    site.desk.live.hand_back(talk, operator)
    events, _ = page(site.desk.engine, Filter(object=f"conversation:{talk}"))
    assert [one.action for one in events] == ["live.hand_back", "live.take"]


def test_a_conversation_that_is_not_there_has_no_events(site, operator):
    assert site.client.get("/api/v1/conversations/nobody/events").status_code == 404
    assert site.client.get("/api/v1/conversations/nobody/events?after=-1").status_code == 422
    with pytest.raises(UnknownConversation):
        site.desk.live.take("nobody", operator)


def test_those_who_wait_for_a_person_stand_first(site, talk):
    waiting = site.ask("转人工").get_json()["conversation_id"]
    site.ask("你好")
    found = site.desk.live.current()
    assert (found[0].id, found[0].waits, len(found)) == (waiting, True, 3)


def test_the_page_changes_without_its_frame_and_the_buttons_work(site, talk):
    browser = browser_with(site, "operator")
    browser.post(f"/operator/live/{talk}/take")
    token = {"X-CSRFToken": browser.token()}
    said = browser.client.post(f"/operator/live/{talk}/say", json={"text": "<b>在</b>"}, headers=token)
    assert said.get_json() == {"ok": True}
    part = browser.get(f"/operator/live/{talk}?part=1").text
    assert "&lt;b&gt;在&lt;/b&gt;" in part and "<html" not in part
    assert MATERIALS in browser.get("/operator/live?part=1").text
    again = browser_with(site, "officer").post(f"/operator/live/{talk}/take", follow_redirects=True)
    assert "已由会话运营员" in again.text
    assert browser.post(f"/operator/live/{talk}/hand-back").status_code == 303


@pytest.mark.parametrize(
    ("local", "there"),
    [
        (dt.datetime(2026, 11, 20, 10, 0), True),
        (dt.datetime(2026, 11, 20, 18, 0), False),
        (dt.datetime(2026, 11, 21, 10, 0), False),
        (dt.datetime(2026, 10, 1, 10, 0), False),
    ],
)
def test_hours_follow_the_settings_and_the_holidays(settings, local, there):
    assert staffed(settings, local.replace(tzinfo=CHINA)) is there


def test_hours_that_nobody_can_read_are_not_guessed(settings):
    assert staffed(replace(settings, desk_hours="看情况"), dt.datetime(2026, 11, 20, 3, 0, tzinfo=CHINA)) is None


@pytest.mark.parametrize(("there", "told"), [(True, False), (False, True), (None, False)])
def test_who_asks_for_a_person_out_of_hours_is_told(site, monkeypatch, there, told):
    monkeypatch.setattr("web.chat.takeover.staffed", lambda settings: there)
    messages = site.ask("转人工").get_json()["messages"]
    texts = [item["text"] for item in messages if item["type"] == "text"]
    assert messages[0]["type"] == "text"
    assert any("不在人工服务时间" in text for text in texts) is told
