"""The several items of one Rasa turn become one answer, or one named error."""

import pytest

from web.chat.rasa import merge
from web.errors import BadReply, DialogueDown

ANSWER = {"outcome": "answered", "text": "五年内缴足。", "entry": "A1-company-setup", "confidence": 0.9}


def test_custom_item_is_the_answer():
    payload = merge([{"recipient_id": "x", "custom": ANSWER}])
    assert (payload.outcome, payload.text, payload.entry) == ("answered", "五年内缴足。", "A1-company-setup")


def test_texts_stand_in_when_the_custom_item_has_none():
    payload = merge([{"text": "第一段"}, {"text": "第二段"}, {"custom": {**ANSWER, "text": ""}}])
    assert payload.text == "第一段\n第二段"


def test_text_of_the_custom_item_wins_over_texts():
    assert merge([{"text": "别的"}, {"custom": ANSWER}]).text == "五年内缴足。"


def test_plain_texts_are_small_talk():
    payload = merge([{"text": "您好，"}, {"text": "请问要办什么事？"}])
    assert (payload.outcome, payload.text) == ("smalltalk", "您好，\n请问要办什么事？")


def test_no_items_mean_that_the_action_server_is_away():
    with pytest.raises(DialogueDown) as caught:
        merge([])
    assert caught.value.name == "dialogue_down"


def test_keys_not_known_yet_are_left_alone():
    assert merge([{"custom": {**ANSWER, "later": 1}}]).outcome == "answered"


@pytest.mark.parametrize(
    "items",
    [
        {"text": "not a list"},
        ["not an item"],
        [{"custom": {"outcome": "maybe", "text": "…"}}],
        [{"custom": {**ANSWER, "confidence": 7}}],
        [{"custom": {"outcome": "answered", "text": " "}}],
        [{"custom": "a text"}],
    ],
)
def test_reply_of_another_shape_is_refused(items):
    with pytest.raises(BadReply):
        merge(items)
