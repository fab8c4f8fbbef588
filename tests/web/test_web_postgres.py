"""The conversation log on PostgreSQL: the same turns, in the same order, under many writers."""

import threading
from dataclasses import replace

import pytest
from fake_site import open_site


@pytest.fixture
def site(settings, postgres):
    """The site on a PostgreSQL server of this test."""
    with open_site(replace(settings, database_url=postgres)) as opened:
        yield opened


def test_turn_request_vote_and_history_are_kept(site):
    reply = site.ask("我要反映路灯坏了", message_id="m-1").get_json()
    assert site.ask("我要反映路灯坏了", reply["conversation_id"], message_id="m-1").get_json() == reply
    site.client.post("/api/v1/feedback", json={"turn_id": reply["turn_id"], "value": "down", "reasons": ["看不懂"]})
    history = site.turns(reply["conversation_id"])
    assert [turn["messages"] for turn in history] == [reply["messages"]]
    assert history[0]["feedback"] == "down"


def test_messages_written_at_once_get_a_place_each(site):
    log = site.desk.conversations
    conversation, errors = log.start(), []

    def write(number):
        try:
            log.open_turn(conversation, f"第{number}问")
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert [turn.position for turn in log.history(conversation)] == list(range(1, 17))


def test_unpaired_and_null_characters_do_no_harm(site):
    reply = site.client.post("/api/v1/chat", data=b'{"message": "a\\u0000b\\ud800c"}', content_type="application/json")
    assert site.turns(reply.get_json()["conversation_id"])[0]["question"] == "abc"
