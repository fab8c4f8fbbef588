"""What is pushed reaches the vendors, signed and addressed; what they say back decides what happens next."""

from dataclasses import replace
from urllib.parse import unquote

import pytest
from vendors import configured, taking

from kb.database import open_engine
from web.app.push_process import open_outboxes
from web.channels.dingtalk import sign
from web.channels.errors import NotDelivered
from web.outbox import Message, SendLater, SendRefused, Target

MESSAGE = Message(
    "k1", "技改补助开始申报", "您的企业符合两项条件。", "https://desk.example/entries/K1", "https://desk.example/u/1"
)


@pytest.fixture
def world(settings):
    """(outboxes, what the vendors took); every vendor may send."""
    with taking() as (taker, api):
        more = {
            "dingtalk_webhook": f"{api}/robot/send?access_token=group",
            "dingtalk_webhook_secret": "SEC1",
            "wecom_agent": "1000002",
            "wecom_secret": "s",
            "wechat_secret": "s",
        }
        yield open_outboxes(replace(configured(settings, api), **more), open_engine("sqlite://")), taker


def test_the_group_robot_signs_and_mentions_the_contact(world):
    outboxes, taker = world
    outboxes.of("dingtalk").send(Target("p1", "staff-1"), MESSAGE)
    ((path, query, body),) = taker.got
    assert path == "/robot/send" and query["access_token"] == "group"
    assert unquote(query["sign"]) == sign("SEC1", f"{query['timestamp']}\nSEC1")
    assert body["at"] == {"atUserIds": ["staff-1"]} and body["markdown"]["title"] == MESSAGE.title
    text = body["markdown"]["text"]
    assert MESSAGE.text in text and f"[退订]({MESSAGE.unsubscribe})" in text and text.endswith("@staff-1")


@pytest.mark.parametrize(
    ("name", "path"), [("wecom", "/cgi-bin/message/send"), ("wechat", "/cgi-bin/message/custom/send")]
)
def test_a_person_is_written_to_by_the_vendors_interface(world, name, path):
    outboxes, taker = world
    outboxes.of(name).send(Target("p1", "somebody"), MESSAGE)
    assert (taker.got[0][0], taker.got[0][1]["access_token"]) == (path, "token-1")
    body = taker.got[0][2]
    assert body["touser"] == "somebody" and MESSAGE.link in body["text"]["content"]


@pytest.mark.parametrize(
    ("code", "wanted"), [(130101, SendLater), (-1, SendLater), (300001, SendRefused), (40003, SendRefused)]
)
def test_what_the_vendor_says_decides_whether_it_is_tried_again(world, code, wanted):
    outboxes, taker = world
    taker.answers = [{"errcode": code, "errmsg": "no"}]
    with pytest.raises(wanted):
        outboxes.of("dingtalk").send(Target("p1"), MESSAGE)


def test_an_answer_that_cannot_be_read_leaves_it_unclear(world):
    outboxes, taker = world
    taker.answers = [["what"]]
    with pytest.raises(NotDelivered) as caught:
        outboxes.of("dingtalk").send(Target("p1"), MESSAGE)
    assert caught.value.outlook == "unclear"


def test_nobody_there_means_later(settings):
    nowhere = replace(settings, dingtalk_webhook="http://127.0.0.1:1/robot/send?access_token=x")
    with pytest.raises(SendLater):
        open_outboxes(nowhere, open_engine("sqlite://")).of("dingtalk").send(Target("p1"), MESSAGE)


def test_a_contact_without_an_address_is_refused(world):
    outboxes, taker = world
    with pytest.raises(SendRefused):
        outboxes.of("wecom").send(Target("p1"), MESSAGE)
    assert not taker.got


def test_without_settings_only_the_widget_is_open(settings):
    assert list(open_outboxes(settings, open_engine("sqlite://"))) == ["widget"]
