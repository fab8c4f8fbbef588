"""Whole conversations through the web API of the running product, as enterprises have them."""

import itertools
import json
import re

import pytest
import scripted
import yaml
from running import ROOT
from shipped import all_shipped

SCRIPTS = scripted.load()
ENTRIES = all_shipped()
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
# More to be said twice: every fifth that sends nothing, since what is sent has a number and a term of its own.
QUIET = [one["name"] for one in SCRIPTS if "sent" not in one and not any("command" in turn for turn in one["turns"])]
REPLAYED = (*TWICE, *(name for name in QUIET[::5] if name not in TWICE))
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


def test_more_than_eighty_conversations_must_pass():
    assert len({script["name"] for script in SCRIPTS}) >= 80


def test_there_are_enough_conversations_and_enough_of_them_fill_in_forms():
    assert len(SCRIPTS) >= 100
    names = [script["name"] for script in SCRIPTS]
    assert len(set(names)) == len(names)
    forms = [script for script in SCRIPTS if script["file"].endswith("form.yaml") or "forms" in script["file"]]
    assert len(forms) >= 25
    assert sum(len(script["turns"]) for script in forms) >= 120


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_script_is_well_formed(script):
    entries = {entry.id for entry in ENTRIES}
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
    for entry in ENTRIES:
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


@pytest.mark.rasa
@pytest.mark.model
class TestConversation:
    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
    def test_keeps_its_promises(self, stack, script):
        play = scripted.Play(stack, script).run()
        assert play.complaints == [], "\n" + play.transcript()

    @pytest.mark.parametrize("name", REPLAYED)
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
