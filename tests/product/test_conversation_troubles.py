"""What goes wrong around a form: two tabs, a restart, a repeated click, silence. Nothing is lost or doubled."""

import json
import os
import signal
import threading
import time

import httpx
import pytest
import scripted
import sqlalchemy as sa
from running import BACK_WITHIN, HERE

from kb.database import open_engine, writing
from kb.privacy import mask

pytestmark = [pytest.mark.rasa, pytest.mark.model, pytest.mark.slow]

STEPS = ("我要提个诉求", "仓库屋顶漏雨淋湿了货", "1", "西区仓储路6号", "大前天", "许先生 15312345678", "同意")


def say(stack, message, conversation=None, message_id=None):
    """One message with the caller's own number for it; None while the product cannot be reached."""
    body = {"message": message} | ({"conversation_id": conversation} if conversation else {})
    body |= {"message_id": message_id} if message_id else {}
    try:
        return httpx.post(f"{stack.url}/api/v1/chat", json=body, timeout=60, **HERE)
    except httpx.TransportError:
        return None


def begun(stack, steps):
    """A conversation in which these messages were said; returns its id."""
    conversation = None
    for message in steps:
        reply = stack.ask(message, conversation).json()
        conversation = reply["conversation_id"]
        assert reply["outcome"] == "form", scripted.text_of(reply)
    return conversation


def given(stack, conversation):
    """The numbers of requests that a conversation was given, and the questions that were kept."""
    turns = scripted.history(stack, conversation)
    numbers = [number for turn in turns for number in scripted.numbers(turn)]
    return numbers, [turn["question"] for turn in turns]


def kept_as(*messages):
    """The messages as they are kept: personal numbers masked."""
    return [mask(message).text for message in messages]


def test_two_tabs_that_send_at_once_make_one_request(stack):
    conversation = begun(stack, STEPS)
    tabs = [threading.Thread(target=say, args=(stack, "确认提交", conversation)) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    numbers, kept = given(stack, conversation)
    assert len(set(numbers)) == 1
    assert kept == kept_as(*STEPS, "确认提交", "确认提交")


def test_two_tabs_that_answer_different_steps_lose_nothing(stack):
    conversation = begun(stack, STEPS[:3])
    messages = ("东区物流园C座", "排污许可证几年到期？")
    replies = []
    tabs = [threading.Thread(target=lambda one=one: replies.append(stack.ask(one, conversation))) for one in messages]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert [reply.status_code for reply in replies] == [200, 200]
    for message in STEPS[4:]:
        last = stack.ask(message, conversation).json()
    assert "东区物流园C座" in scripted.text_of(last)
    assert sorted(given(stack, conversation)[1]) == sorted(kept_as(*STEPS[:3], *messages, *STEPS[4:]))


@pytest.mark.parametrize("program", ["rasa", "actions"])
def test_message_during_a_restart_is_kept_once_and_the_form_goes_on(stack, program):
    conversation = begun(stack, STEPS[:3])
    os.kill(stack.pid_of(program), signal.SIGKILL)
    deadline = time.monotonic() + BACK_WITHIN
    while True:
        reply = say(stack, STEPS[3], conversation, "during-restart")
        if reply is not None and reply.status_code == 200:
            break
        assert time.monotonic() < deadline, f"{program} was not back within {BACK_WITHIN} s"
        time.sleep(0.5)
    for message in STEPS[4:]:
        last = stack.ask(message, conversation).json()
    assert "仓储路6号" in scripted.text_of(last)
    assert "漏雨" in scripted.text_of(last)
    stack.ask("确认提交", conversation)
    numbers, kept = given(stack, conversation)
    assert len(set(numbers)) == 1
    assert kept == kept_as(*STEPS, "确认提交")


def test_sending_again_after_the_answer_got_lost_makes_no_second_request(stack):
    conversation = begun(stack, STEPS)
    first, second = (say(stack, "确认提交", conversation, "the-same-click").json() for _ in range(2))
    assert scripted.numbers(first) == scripted.numbers(second) != []
    assert len(set(given(stack, conversation)[0])) == 1


def left_alone(stack, conversation, minutes):
    """Move what Rasa keeps of a conversation so many minutes into the past."""
    kept = sa.text("SELECT state FROM rasa_conversations WHERE sender = :mine")
    change = sa.text("UPDATE rasa_conversations SET state = :state WHERE sender = :mine")
    engine = open_engine(f"sqlite:///{stack.settings.data_dir / 'rasa' / 'conversations.sqlite3'}")
    with writing(engine) as connection:
        state = json.loads(connection.execute(kept, {"mine": conversation}).scalar_one())
        for event in state["events"]:
            event["timestamp"] -= 60 * minutes
        connection.execute(change, {"mine": conversation, "state": json.dumps(state, ensure_ascii=False)})
    engine.dispose()


def test_half_a_form_survives_the_sessions_lifetime_and_nothing_is_sent_by_itself(stack):
    resumed, left = (begun(stack, STEPS[:5]) for _ in range(2))
    for conversation in (resumed, left):
        left_alone(stack, conversation, stack.settings.session_minutes + 1)
    back = stack.ask("我又回来了", resumed).json()
    assert "继续" in scripted.text_of(back)
    stack.ask("继续填", resumed)
    for message in STEPS[5:]:
        last = stack.ask(message, resumed).json()
    assert "漏雨" in scripted.text_of(last)
    assert "仓储路6号" in scripted.text_of(last)
    stack.ask("确认提交", resumed)
    assert len(set(given(stack, resumed)[0])) == 1
    other = stack.ask("公司设立登记几个工作日", left).json()
    assert other["sources"][0]["entry_id"] == "A1-company-setup"
    assert given(stack, left)[0] == []
