"""Calls that are not the vendor's, not new, or not of the documented form are refused by name and logged."""

import json
import time

import pytest
from fake_site import open_site
from vendors import API, Simulator, configured, rows, sealed_query

from kb.errors import BadSetting
from kb.settings import Settings
from web.channels.webhook import sign
from web.chat.tables import turns

ASKED = "开公司要什么材料"
CHANNELS = ("webhook", "dingtalk", "wecom", "wechat")


@pytest.fixture
def world(settings):
    """The site with every channel on, and a simulator of the vendors."""
    with open_site(configured(settings)) as site:
        yield site, Simulator(site.client)


@pytest.mark.parametrize("name", CHANNELS)
def test_a_call_signed_with_another_secret_is_forged(world, name, caplog):
    site, simulator = world
    wrong = {"sign": "AAAA"} if name == "dingtalk" else {"secret": "x"} if name == "webhook" else {"token": "x"}
    reply = getattr(simulator, name)(ASKED, **wrong)
    assert (reply.status_code, reply.get_json()["error"]) == (403, "channel_forged")
    assert not rows(site, turns) and f"call of channel {name} refused: channel_forged" in caplog.text
    assert (
        f'qxb_channel_refusals_total{{channel="{name}",reason="channel_forged"}} 1.0'
        in site.client.get("/metrics").text
    )


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("shift", [-7200, 7200])
def test_a_call_signed_long_ago_or_in_the_future_has_expired(world, name, shift):
    site, simulator = world
    reply = getattr(simulator, name)(ASKED, at=time.time() + shift)
    assert (reply.status_code, reply.get_json()["error"]) == (403, "channel_expired")
    assert not rows(site, turns)


def test_a_webhook_call_is_good_once(world):
    _, simulator = world
    at = int(time.time())
    assert simulator.webhook(ASKED, at=at, nonce="nonce-once", message_id="1").status_code == 200
    again = simulator.webhook(ASKED, at=at, nonce="nonce-once", message_id="1")
    assert (again.status_code, again.get_json()["error"]) == (409, "channel_replayed")


def test_a_tampered_webhook_body_is_forged(world):
    _, simulator = world
    reply = simulator.webhook(ASKED, body=json.dumps({"user": "u1", "message_id": "1", "message": "别的"}))
    assert reply.get_json()["error"] == "channel_forged"


def test_a_signature_that_does_not_cover_the_text_cannot_carry_another_text(world):
    site, simulator = world
    at = time.time()
    assert simulator.wechat(ASKED, at=at, nonce="once").status_code == 200
    again = simulator.wechat("别的问题", at=at, nonce="once")
    assert (again.status_code, again.get_json()["error"]) == (409, "channel_replayed")
    assert len(rows(site, turns)) == 1


def test_the_same_sealed_call_again_and_again_is_a_replay(world):
    site, simulator = world
    calls = []
    post = simulator.client.post
    simulator.client.post = lambda *args, **more: calls.append((args, more)) or post(*args, **more)
    simulator.wecom(ASKED)
    args, more = calls[0]
    statuses = [post(*args, **more).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 409] and len(site.rasa.heard) == 1


def test_a_message_for_another_enterprise_is_refused(world):
    _, simulator = world
    assert simulator.wecom(ASKED, receiver="ww02").get_json()["error"] == "channel_forged"


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body", [ENTITIES, "", "<xml>", "no xml", "<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>"]
)
def test_xml_that_is_not_what_it_should_be_is_refused_unread(world, body):
    _, simulator = world
    reply = simulator.client.post(API + "wecom", query_string=sealed_query("wecom token", "a"), data=body)
    assert (reply.status_code, reply.get_json()["error"]) == (400, "channel_garbled")


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 50_000, '{"user": 1}'])
def test_json_that_is_not_what_it_should_be_is_refused(world, body):
    _, simulator = world
    at, nonce = str(int(time.time())), "nonce-json"
    headers = {
        "X-QXB-Timestamp": at,
        "X-QXB-Nonce": nonce,
        "X-QXB-Signature": sign("webhook secret", at, nonce, body.encode()),
    }
    reply = simulator.client.post(API + "webhook", data=body, headers=headers)
    assert (reply.status_code, reply.get_json()["error"]) == (400, "channel_garbled")


@pytest.mark.parametrize("name", ["webhook", "dingtalk", "dingtalk/events", "wecom", "wechat"])
def test_a_channel_that_is_not_configured_is_not_there(site, name):
    reply = site.client.post(API + name, data="x")
    assert (reply.status_code, reply.get_json()["error"]) == (404, "channel_off")


@pytest.mark.parametrize("missing", ["QXB_WECOM_TOKEN", "QXB_WECOM_KEY"])
def test_a_channel_with_half_its_settings_stops_the_start(missing):
    whole = {"QXB_WECOM_CORP_ID": "ww", "QXB_WECOM_TOKEN": "t", "QXB_WECOM_KEY": "a" * 43}
    Settings.from_env(whole)
    with pytest.raises(BadSetting, match=missing):
        Settings.from_env({name: value for name, value in whole.items() if name != missing})


@pytest.mark.parametrize("name", ["QXB_PUBLIC_URL", "QXB_DINGTALK_API", "QXB_DINGTALK_WEBHOOK"])
def test_an_address_without_a_scheme_stops_the_start(name):
    with pytest.raises(BadSetting, match=name):
        Settings.from_env({name: "desk.example.cn"})


def test_a_key_of_the_wrong_length_stops_the_start():
    with pytest.raises(BadSetting, match="QXB_WECHAT_KEY"):
        Settings.from_env({"QXB_WECHAT_APP_ID": "wx", "QXB_WECHAT_TOKEN": "t", "QXB_WECHAT_KEY": "short"})
