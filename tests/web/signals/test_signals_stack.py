"""The real desk, the real index and dialogue: how to deregister is answered the same with the signals on and off."""

import pytest
from shipped import shipped
from signals_world import FORM

from kb.database import open_engine
from web.signals.feature_switch import Switch

pytestmark = pytest.mark.rasa
QUESTIONS = ("公司怎么注销", "简易注销的办理流程是什么", "普通注销要什么材料", "公司要迁到外区怎么办")


def said(stack, question):
    """Everything that a visitor is given for a question, without the ids of the turn."""
    reply = stack.ask(question).json()
    return {name: value for name, value in reply.items() if name not in ("conversation_id", "turn_id")}


def test_the_procedure_is_whole_and_word_for_word_the_same(stack):
    off = [said(stack, question) for question in QUESTIONS]
    engine = open_engine(stack.settings.database)
    switch = Switch(engine)
    switch.turn_on("admin", FORM, ("li",), ("li",))
    try:
        assert switch.current() is not None
        assert [said(stack, question) for question in QUESTIONS] == off
    finally:
        switch.turn_off("admin")
        engine.dispose()
    card = next(item for item in off[1]["messages"] if item["type"] == "guide")
    steps = next(part["items"] for part in card["fields"] if part["name"] == "steps")
    wanted = shipped(card["entry_id"]).body.steps
    assert [(step["name"], step["detail"]) for step in steps] == [(step.name, step.detail) for step in wanted]
    assert not any(words in str(off) for words in ("劝留", "关注提示", "为什么要走"))
