"""Calls of the vendors at the site's own doors: answered once, in one conversation, sent later when it takes long."""

import datetime as dt
import json
import time
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fake_site import open_site
from fake_staff import browser_with, make_person
from vendors import API, Simulator, configured, element, rows, seal, sealed_query, sha1, taking, unseal

from web import clock
from web.channels.tables import people
from web.chat.chat import Chat
from web.chat.tables import conversations, turns

ASKED = "开公司要什么材料"


@pytest.fixture
def world(settings):
    """The site with every channel on, and a simulator of the vendors."""
    with open_site(configured(settings)) as site:
        yield site, Simulator(site.client)


def said(name, reply):
    """The words of a reply, opened the way the vendor opens them."""
    if name == "webhook":
        return reply.get_json()["text"]
    if name == "dingtalk":
        return reply.get_json()["markdown"]["text"]
    if name == "wecom":
        sealed, at, nonce = (element(reply.text, tag) for tag in ("Encrypt", "TimeStamp", "Nonce"))
        assert element(reply.text, "MsgSignature") == sha1("wecom token", at, nonce, sealed)
        inner, receiver = unseal(sealed)
        assert receiver == "ww01" and element(inner, "ToUserName") == "zhangsan"
        return element(inner, "Content")
    return element(reply.text, "Content")


CHANNELS = ("webhook", "dingtalk", "wecom", "wechat")


@pytest.mark.parametrize("name", CHANNELS)
def test_a_question_is_answered_with_its_source_and_logged_with_its_channel(world, name):
    site, simulator = world
    reply = getattr(simulator, name)(ASKED)
    assert reply.status_code == 200
    text = said(name, reply)
    assert site.ask(ASKED).get_json()["messages"][0]["text"] in text
    assert "来源：" in text and "http://localhost/entries/A1-company-setup" in text
    assert [row.channel for row in rows(site, conversations)] == [name, "web"]


@pytest.mark.parametrize("name", CHANNELS)
def test_the_next_message_of_a_person_is_the_same_conversation(world, name):
    site, simulator = world
    getattr(simulator, name)(ASKED)
    getattr(simulator, name)("要多久？")
    talk = {row.conversation_id for row in rows(site, turns)}
    assert len(talk) == 1 and len(rows(site, turns)) == 2


@pytest.mark.parametrize("name", CHANNELS)
def test_two_people_have_two_conversations_and_no_table_names_them(world, name):
    site, simulator = world
    for user in ("zhangsan", "lisi"):
        getattr(simulator, name)(ASKED, user=user)
    assert len({row.conversation_id for row in rows(site, turns)}) == 2
    assert "lisi" not in str([rows(site, table) for table in (people, conversations, turns)])


@pytest.mark.parametrize("name", CHANNELS)
def test_a_delivery_that_the_vendor_repeats_is_answered_once(world, name):
    site, simulator = world
    replies = [getattr(simulator, name)(ASKED, message_id="77") for _ in range(3)]
    assert len({said(name, reply) for reply in replies}) == 1
    assert len(site.rasa.heard) == 1 and len(rows(site, turns)) == 1


def test_a_number_stands_for_the_line_of_the_list_above_it(world):
    site, simulator = world
    text = said("webhook", simulator.webhook("转人工"))
    listed = said("webhook", simulator.webhook("今天天气如何"))
    assert "1. 开公司要什么材料" in listed and "回复数字即可" in listed and "12345" in text
    answer = said("webhook", simulator.webhook("1"))
    assert site.rasa.heard[-1][1] == "开公司要什么材料" and "来源：" in answer
    simulator.webhook("99")
    assert site.rasa.heard[-1][1] == "99"


@pytest.mark.parametrize("away", [1, 8])
def test_who_was_away_for_long_begins_anew_and_is_forgotten_in_the_end(world, away):
    site, simulator = world
    simulator.webhook(ASKED)
    with site.desk.engine.begin() as connection:
        connection.execute(sa.update(people).values(last_at=clock.now() - dt.timedelta(days=away, hours=1)))
    simulator.webhook(ASKED, user="lisi")
    assert len(rows(site, people)) == (2 if away == 1 else 1)
    simulator.webhook(ASKED)
    assert len({row.conversation_id for row in rows(site, turns)}) == 3


def test_a_new_conversation_begins_when_it_is_asked_for(world):
    site, simulator = world
    simulator.wecom(ASKED)
    assert "新会话" in said("wecom", simulator.wecom("新会话"))
    simulator.wecom(ASKED)
    assert len({row.conversation_id for row in rows(site, turns)}) == 2


def test_addresses_are_checked_as_the_vendors_do_it(world):
    _, simulator = world
    at, nonce = str(int(time.time())), "1"
    query = {"signature": sha1("wechat token", at, nonce), "timestamp": at, "nonce": nonce, "echostr": "echo"}
    assert simulator.client.get(API + "wechat", query_string=query).text == "echo"
    assert simulator.client.get(API + "wechat", query_string={**query, "nonce": "2"}).status_code == 403
    assert simulator.client.get(API + "wecom").get_json()["error"] == "channel_garbled"
    sealed = seal("616140317555161061", "ww01")
    query = {**sealed_query("wecom token", sealed), "echostr": sealed}
    assert simulator.client.get(API + "wecom", query_string=query).text == "616140317555161061"


def test_dingtalk_events_are_acknowledged_sealed(world):
    _, simulator = world
    reply = simulator.event({"EventType": "check_url"}).get_json()
    assert unseal(reply["encrypt"]) == ("success", "dingowner")
    assert reply["msg_signature"] == sha1("events", reply["timeStamp"], reply["nonce"], reply["encrypt"])
    assert simulator.event({"EventType": "check_url"}, owner="other").status_code == 403


def test_an_account_in_safe_mode_takes_sealed_messages_only(settings):
    with open_site(replace(configured(settings), wechat_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")) as site:
        simulator = Simulator(site.client)
        reply = simulator.wechat_sealed(ASKED)
        assert "来源：" in element(unseal(element(reply.text, "Encrypt"))[0], "Content")
        assert simulator.wechat(ASKED).status_code in (400, 403)
        assert len(rows(site, turns)) == 1


def test_what_is_no_text_gets_a_sentence_and_a_follower_a_welcome(world):
    site, simulator = world
    assert "看得懂文字" in said("wechat", simulator.wechat("", kind="image"))
    assert "看得懂文字" in said("dingtalk", simulator.dingtalk("", kind="picture"))
    assert "您好" in said("wechat", simulator.wechat("", kind="event", event="subscribe"))
    assert simulator.wechat("", kind="event", event="unsubscribe").text == "success"
    assert not rows(site, turns)


def test_a_group_answer_mentions_who_asked(world):
    _, simulator = world
    assert simulator.dingtalk(ASKED, group=True).get_json()["at"] == {"atUserIds": ["staff-1"]}


def test_a_long_answer_is_cut_to_what_the_vendor_takes_and_keeps_its_source(world, monkeypatch):
    _, simulator = world
    answer = Chat._asked

    def long(self, turn, text):
        found = answer(self, turn, text)
        return found.with_messages(({"type": "text", "text": "材料很多。" * 500}, *found.messages))

    monkeypatch.setattr(Chat, "_asked", long)
    text = said("wechat", simulator.wechat(ASKED))
    assert len(text.encode()) <= 2048 and "全文见下面的链接" in text and "/entries/A1-company-setup" in text


def test_a_person_of_a_channel_is_limited_like_a_visitor(settings):
    with open_site(replace(configured(settings), rate_limit="2 per minute")) as site:
        simulator = Simulator(site.client)
        texts = [said("wecom", simulator.wecom(ASKED)) for _ in range(3)]
        assert "太频繁" in texts[2] and "太频繁" not in texts[1]
        assert "太频繁" not in said("webhook", simulator.webhook(ASKED))


def test_when_the_dialogue_is_down_the_person_reads_a_sentence_and_may_try_again(world):
    site, simulator = world
    site.rasa.mood = "broken"
    assert "抱歉" in said("wechat", simulator.wechat(ASKED, message_id="5"))
    site.rasa.mood = "well"
    assert "来源：" in said("wechat", simulator.wechat(ASKED, message_id="5"))
    assert len(rows(site, turns)) == 1


def test_personal_numbers_are_masked_like_on_the_web(world):
    site, simulator = world
    simulator.dingtalk("我的手机是13812345678，开公司要什么材料")
    assert "13812345678" not in rows(site, turns)[0].question


def test_operators_see_the_channel_and_may_filter_by_it(world):
    site, simulator = world
    simulator.dingtalk(ASKED)
    site.ask("社保怎么缴费")
    browser = browser_with(site, "operator")
    page = browser.get("/operator/conversations?channel=dingtalk").text
    assert "钉钉" in page and ASKED in page and "社保怎么缴费" not in page.split("<tbody")[1]


def test_words_of_the_staff_reach_the_person_with_the_next_message(world):
    site, simulator = world
    simulator.wecom(ASKED)
    talk = rows(site, conversations)[0].id
    person = make_person(site, "li", "operator")
    site.desk.live.take(talk, person)
    site.desk.live.say(talk, person, "我来帮您核对材料")
    assert "我来帮您核对材料" in said("wecom", simulator.wecom("好的谢谢您"))
    assert "已转达" in said("wecom", simulator.wecom("还在吗朋友"))


@pytest.fixture
def patient(settings):
    """The site with channels that answer late, the vendors' interfaces on this machine."""
    with taking() as (taker, api):
        more = {"wecom_agent": "1", "wecom_secret": "s", "wechat_secret": "s"}
        with open_site(replace(configured(settings, api), **more)) as site:
            for adapter in site.desk.channels._adapters.values():
                adapter.patience = 0.01
            yield site, Simulator(site.client), taker, api


EMPTY = {"dingtalk": '{"msgtype": "empty"}', "wecom": "", "wechat": "success"}
PATHS = {
    "dingtalk": "/robot/sendBySession",
    "wecom": "/cgi-bin/message/send",
    "wechat": "/cgi-bin/message/custom/send",
}


@pytest.mark.parametrize("name", PATHS)
def test_an_answer_that_takes_too_long_is_sent_once_when_it_is_there(patient, name):
    site, simulator, taker, api = patient
    site.rasa.open.clear()
    more = {"webhook": f"{api}/robot/sendBySession?session=s"} if name == "dingtalk" else {}
    assert getattr(simulator, name)(ASKED, message_id="9", **more).text == EMPTY[name]
    assert getattr(simulator, name)(ASKED, message_id="9", **more).text == EMPTY[name]
    site.rasa.open.set()
    assert taker.came.wait(60)
    ((path, query, _),) = taker.got
    assert path == PATHS[name] and query == ({"session": "s"} if name == "dingtalk" else {"access_token": "token-1"})
    assert "来源：" in json.dumps(taker.got[0][2], ensure_ascii=False)


def test_a_session_webhook_of_somebody_else_is_never_called(patient):
    _, simulator, taker, _ = patient
    reply = simulator.dingtalk(ASKED, webhook="http://127.0.0.1:9/robot/sendBySession?session=s")
    assert "来源：" in said("dingtalk", reply) and not taker.got


def test_a_token_that_ended_early_is_renewed_once(patient):
    site, _, taker, _ = patient
    taker.answers = [{"errcode": 42001, "errmsg": "access_token expired"}]
    site.desk.channels._adapters["wecom"].send("zhangsan", "您好")
    assert taker.tokens == 2 and [query["access_token"] for _, query, _ in taker.got] == ["token-1", "token-2"]
