"""What a person typed is made safe before anything else happens."""

import pytest

from web.errors import EmptyMessage, MessageTooLong
from web.text import clean, split_answer, wordless


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01\x02", "\u200b\u200e\ufeff", "\ud800"])
def test_message_of_nothing_visible_is_empty(text):
    with pytest.raises(EmptyMessage):
        clean(text, 500)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  开公司  ", "开公司"),
        ("开\x00公\x07司", "开公司"),
        ("开\u202e公司\u200b", "开公司"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("坏\ud83d字", "坏字"),
        ("表情😀留着", "表情😀留着"),
    ],
)
def test_invisible_characters_go_and_words_stay(typed, kept):
    assert clean(typed, 500) == kept


def test_limit_counts_what_is_kept():
    assert clean("税" * 500 + "  ", 500) == "税" * 500
    with pytest.raises(MessageTooLong, match="最多 500 个字，您写了 501 个字"):
        clean("税" * 501, 500)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("😀😀", True), ("？？！", True), ("👨‍👩‍👧", True), ("1", False), ("好", False), ("ok", False)],
)
def test_wordless_means_no_letter_and_no_digit(text, expected):
    assert wordless(text) is expected


def test_long_answer_is_split_at_the_end_of_a_sentence():
    text = "甲" * 200 + "。" + "乙" * 200
    assert split_answer(text) == ("甲" * 200 + "。", "乙" * 200)


def test_long_answer_without_sentences_is_split_at_the_limit():
    first, rest = split_answer("甲" * 301)
    assert (len(first), len(rest)) == (300, 1)


def test_short_answer_is_left_alone():
    assert split_answer("五年。") == ("五年。", "")
