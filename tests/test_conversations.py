"""Whole conversations through the web API of the running product, as enterprises have them."""

import itertools
import json
import os
import re
import signal
import threading
import time

import httpx
import pytest
import scripted
import yaml
from conftest import ROOT, start_stack

from kb.files import read_folder

SCRIPTS = scripted.load()
RUNNING = [pytest.mark.rasa, pytest.mark.model]
TWICE = (
    "how long a food licence takes",
    "materials, then time, then fee of one item",
    "switch to another item and back",
    "two items in one message",
    "deregistration asked vaguely, chosen by number",
    "a person is offered after two failures",
    "fire",
    "an appeal from start to end",
    "a date in the past is refused with help",
    "abuse gets a calm reply",
)
LONG = 7


def bare(text):
    return re.sub(r"\W", "", str(text)).lower()


def walk(value):
    """All texts inside a value of YAML."""
    if isinstance(value, dict):
        value = list(value.values())
    return itertools.chain.from_iterable(map(walk, value)) if isinstance(value, list) else [str(value)]


def by_name(name):
    return next(script for script in SCRIPTS if script["name"] == name)


def test_there_are_enough_conversations_and_enough_of_them_fill_in_forms():
    assert len(SCRIPTS) >= 100
    names = [script["name"] for script in SCRIPTS]
    assert len(set(names)) == len(names)
    forms = [script for script in SCRIPTS if script["file"].endswith("form.yaml") or "forms" in script["file"]]
    assert len(forms) >= 25
    assert sum(len(script["turns"]) for script in forms) >= 120


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_script_is_well_formed(script):
    entries = {entry.id for entry in read_folder()}
    assert set(script) <= scripted.CONVERSATION_KEYS | {"file"}
    for turn in script["turns"]:
        assert set(turn) <= scripted.TURN_KEYS
        assert len({"say", "pick", "click"} & set(turn)) == 1
        assert set(turn) - {"say", "pick", "click"}, "a turn that promises nothing shows nothing"
        assert set(scripted.many(turn.get("outcome", []))) <= scripted.OUTCOMES
        assert {*scripted.many(turn.get("entry", [])), *turn.get("entries", ())} <= entries
        assert turn.get("command", "ticket.create") in scripted.TITLES
        assert all(isinstance(turn.get(key, []), list) for key in ("contains", "shows", "lacks", "entries"))


def test_no_message_is_copied_from_the_training_lines_or_from_an_entry():
    lines = [
        line.strip().removeprefix("- ")
        for path in (ROOT / "rasa_project" / "data" / "nlu").glob("*.yml")
        for text in walk(yaml.safe_load(path.read_text(encoding="utf-8")))
        for line in text.splitlines()
    ]
    for entry in read_folder():
        lines += [*entry.questions, *(way for item in entry.faq for way in (item.q, *item.ways))]
    known = set(map(bare, lines))
    said = [turn["say"] for script in SCRIPTS for turn in script["turns"] if "say" in turn]
    assert [one for one in said if len(bare(one)) >= LONG and bare(one) in known] == []


def test_comparison_notices_a_broken_promise_of_every_kind():
    reply = {
        "conversation_id": "c",
        "outcome": "answered",
        "messages": [
            {"type": "text", "text": "要交4份材料。"},
            {"type": "guide", "facet": "materials", "key": "materials"},
        ],
        "sources": [{"entry_id": "A1-company-setup", "title": "公司设立登记"}],
        "confidence": 0.9,
        "intent": {"name": "ask_facet", "confidence": 0.9},
    }
    broken = {
        "outcome": "clarify", "entry": "B1-seal-filing", "entries": ["B1-seal-filing"], "facet": "time",
        "contains": ["5份"], "shows": [["章程", "印章"]], "lacks": ["材料"], "matches": "第 ?1步",
        "choices_at_least": 1, "command": "ticket.create", "no_sources": True,
    }  # fmt: skip
    kept = {
        "outcome": ["answered", "clarify"],
        "entry": "A1-company-setup",
        "facet": "materials",
        "contains": [["4份", "四份"]],
    }
    assert len(list(scripted.promised(broken, reply, ""))) == len(broken)
    assert list(scripted.promised(kept, reply, "")) == list(scripted.anyhow(reply)) == []
    assert len(list(scripted.anyhow({**reply, "outcome": "error", "sources": []}))) == 1


class TestConversation:
    pytestmark = RUNNING

    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
    def test_keeps_its_promises(self, stack, script):
        play = scripted.Play(stack, script).run()
        assert play.complaints == [], "\n" + play.transcript()

    @pytest.mark.parametrize("name", TWICE)
    def test_is_answered_the_same_the_second_time(self, stack, name):
        first, second = (scripted.Play(stack, by_name(name)).run() for _ in range(2))
        assert first.id != second.id
        told = [without_numbers(play) for play in (first, second)]
        assert told[0] == told[1]


def without_numbers(play):
    """Everything answered in a conversation, apart from ids and numbers."""
    replies = [
        {key: value for key, value in reply.items() if key not in ("conversation_id", "turn_id")}
        for reply in play.replies
    ]
    return re.sub(r"[A-Z]{2}\d{8}-\w+", "NUMBER", json.dumps(replies, ensure_ascii=False, sort_keys=True))


# --- what goes wrong around a form

STEPS = ("我要提个诉求", "仓库屋顶漏雨淋湿了货", "1", "西区仓储路6号", "大前天", "许先生 15312345678", "同意")


def say(stack, message, conversation=None, message_id=None):
    """One message with the caller's own number for it; None while the product cannot be reached."""
    body = {"message": message} | ({"conversation_id": conversation} if conversation else {})
    body |= {"message_id": message_id} if message_id else {}
    try:
        return httpx.post(f"{stack.url}/api/v1/chat", json=body, timeout=60, trust_env=False)
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
    return numbers, [turn["message"] for turn in turns]


class TestForm:
    pytestmark = [*RUNNING, pytest.mark.slow]

    def test_two_tabs_that_send_at_once_make_one_request(self, stack):
        conversation = begun(stack, STEPS)
        tabs = [threading.Thread(target=say, args=(stack, "确认提交", conversation)) for _ in range(2)]
        for tab in tabs:
            tab.start()
        for tab in tabs:
            tab.join()
        numbers, kept = given(stack, conversation)
        assert len(set(numbers)) == 1
        assert kept == [*STEPS, "确认提交", "确认提交"]

    def test_two_tabs_that_answer_different_steps_lose_nothing(self, stack):
        conversation = begun(stack, STEPS[:3])
        messages = ("东区物流园C座", "排污许可证几年到期？")
        replies = []
        tabs = [
            threading.Thread(target=lambda one=one: replies.append(stack.ask(one, conversation))) for one in messages
        ]
        for tab in tabs:
            tab.start()
        for tab in tabs:
            tab.join()
        assert [reply.status_code for reply in replies] == [200, 200]
        for message in STEPS[4:]:
            last = stack.ask(message, conversation).json()
        assert "东区物流园C座" in scripted.text_of(last)
        assert sorted(given(stack, conversation)[1]) == sorted([*STEPS[:3], *messages, *STEPS[4:]])

    def test_message_while_rasa_restarts_is_kept_once_and_the_form_goes_on(self, stack):
        conversation = begun(stack, STEPS[:3])
        os.kill(stack.pid_of("rasa"), signal.SIGKILL)
        deadline = time.monotonic() + 90
        while True:
            reply = say(stack, STEPS[3], conversation, "during-restart")
            if reply is not None and reply.status_code == 200:
                break
            assert time.monotonic() < deadline, "rasa was not back within 90 s"
            time.sleep(0.5)
        for message in STEPS[4:]:
            last = stack.ask(message, conversation).json()
        assert "仓储路6号" in scripted.text_of(last)
        assert "漏雨" in scripted.text_of(last)
        stack.ask("确认提交", conversation)
        numbers, kept = given(stack, conversation)
        assert len(set(numbers)) == 1
        assert kept == [*STEPS, "确认提交"]

    def test_sending_again_after_the_answer_got_lost_makes_no_second_request(self, stack):
        conversation = begun(stack, STEPS)
        first, second = (say(stack, "确认提交", conversation, "the-same-click").json() for _ in range(2))
        assert scripted.numbers(first) == scripted.numbers(second) != []
        assert len(set(given(stack, conversation)[0])) == 1


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory):
    """A copy of the product that forgets a conversation after one minute of silence."""
    process, running = start_stack(tmp_path_factory.mktemp("forgetful"), QXB_SESSION_MINUTES="1")
    yield running
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


class TestSilence:
    pytestmark = [*RUNNING, pytest.mark.slow]

    def test_half_a_form_survives_the_sessions_lifetime_and_nothing_is_sent_by_itself(self, forgetful):
        resumed, left = (begun(forgetful, STEPS[:5]) for _ in range(2))
        time.sleep(65)
        back = forgetful.ask("我又回来了", resumed).json()
        assert "继续" in scripted.text_of(back)
        forgetful.ask("继续填", resumed)
        for message in STEPS[5:]:
            last = forgetful.ask(message, resumed).json()
        assert "漏雨" in scripted.text_of(last)
        assert "仓储路6号" in scripted.text_of(last)
        forgetful.ask("确认提交", resumed)
        assert len(set(given(forgetful, resumed)[0])) == 1
        other = forgetful.ask("公司设立登记几个工作日", left).json()
        assert other["sources"][0]["entry_id"] == "A1-company-setup"
        assert given(forgetful, left)[0] == []
