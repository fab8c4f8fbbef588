"""What the chat asks of the site about an enterprise: its profile kept, matches shown, subscriptions, lists."""

import pytest
import sqlalchemy as sa
from fake_site import open_site
from serving_world import CODE, TOLD, command, profile_in_chat, some_entries

from web.profiles.errors import UnknownProfile
from web.profiles.tables import profiles


@pytest.fixture
def site(settings):
    """A site with policies, notices and places."""
    with open_site(settings, some_entries()) as opened:
        yield opened


def item_of(reply, kind="ticket"):
    return next(item for item in reply["messages"] if item["type"] == kind)


def token_of(item):
    return item["url"].rsplit("/", 1)[1]


def test_a_profile_told_in_the_chat_is_kept_with_its_matches_and_a_way_in(site):
    conversation, item = profile_in_chat(site, code=CODE)
    assert "企业信息" in item["title"] and item["number"].startswith("QY-") and "因为：人数" in item["text"]
    profile = site.desk.serving.profiles.get(site.desk.serving.ways.of(conversation))
    assert profile.code == CODE and "headcount" in profile.values
    assert profile.id not in str(site.turns(conversation))


def test_an_answer_corrects_the_same_profile(site):
    conversation, first = profile_in_chat(site)
    _, second = profile_in_chat(site, {"total_assets_wan": "(500,2000]"}, conversation=conversation)
    profile = site.desk.serving.profiles.get(site.desk.serving.ways.of(conversation))
    assert first["number"] == second["number"]
    assert {"headcount", "total_assets_wan"} <= set(profile.values) and profile.version == 2


def test_a_code_that_another_has_is_not_taken_over(site):
    one, _ = profile_in_chat(site, code=CODE)
    other, item = profile_in_chat(site, code=CODE)
    ways = site.desk.serving.ways
    assert "已经有档案" in item["text"] and ways.of(one) != ways.of(other)
    assert site.desk.serving.profiles.get(ways.of(other)).code == ""


def test_the_way_in_opens_once(site):
    conversation, item = profile_in_chat(site)
    ways = site.desk.serving.ways
    assert ways.enter(token_of(item)) == ways.of(conversation)
    for token in (token_of(item), "x"):
        with pytest.raises(UnknownProfile):
            ways.enter(token)


def test_matches_are_shown_again_without_a_change(site):
    conversation, _ = profile_in_chat(site)
    reply = command(site, "profile.show", {"told": ["1. 甲"], "count": 3}, conversation)
    assert "还有 2 项" in item_of(reply)["text"]
    with site.desk.engine.connect() as connection:
        assert connection.execute(sa.select(profiles.c.version)).scalars().all() == [1]


def test_subscribing_and_ending_it_in_the_chat(site):
    conversation, _ = profile_in_chat(site)
    wishes, profile = site.desk.serving.wishes, site.desk.serving.ways.of(conversation)
    reply = command(
        site, "subscription.save", {"values": {"topic": "惠企政策", "contact": "王工 13912345678"}}, conversation
    )
    assert "已订阅" in item_of(reply)["text"] and [one.channel for one in wishes.of(profile)] == ["widget"]
    contact = site.desk.serving.profiles.get(profile).contacts[0]
    assert contact.agrees("policy") and contact.name == "王工"
    assert (
        "已退订" in item_of(command(site, "subscription.save", {"values": {"topic": "取消订阅"}}, conversation))["text"]
    )
    assert wishes.of(profile) == []


def test_a_value_that_cannot_be_kept_is_refused_with_the_reason(site):
    reply = command(site, "profile.save", {"profile": {**TOLD, "headcount": "很多"}, "values": {}})
    assert item_of(reply)["status"] == "refused" and "从业人数" in item_of(reply)["text"]


@pytest.mark.parametrize(
    ("name", "args", "words", "url"),
    [
        ("list.notices", {"forms": []}, "近期有", "/notices"),
        ("list.property", {"property": "不打烊"}, "不打烊", "/places?property=不打烊"),
        ("list.places", {"near": True, "open": False, "district": ""}, "办事点共 3 个", "/places?open=&district="),
    ],
)
def test_a_list_is_an_answer_with_its_sources(site, name, args, words, url):
    reply = command(site, name, args)
    assert words in reply["messages"][0]["text"] and len(reply["messages"][0]["text"]) <= 300
    assert item_of(reply, "link")["url"] == url and reply["sources"]


def test_a_list_with_nothing_on_it_says_so(settings):
    with open_site(settings) as site:
        reply = command(site, "list.notices", {"forms": []})
        assert reply["outcome"] == "no_answer" and "目前没有" in reply["messages"][0]["text"] and not reply["sources"]
