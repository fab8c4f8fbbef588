"""Yes and no, as they are said to a question and written in a table."""

import pytest

from kb.terms import yes_no


@pytest.mark.parametrize("text", ["是", "有", "对", "TRUE", " yes ", "1", "√", "on"])
def test_cell_that_says_yes(text):
    assert yes_no.answer(text, "cell") is True


@pytest.mark.parametrize("text", ["否", "没有", "无", "不是", "False", "no", "0", "×", "off"])
def test_cell_that_says_no(text):
    assert yes_no.answer(text, "cell") is False


@pytest.mark.parametrize("text", ["", "不清楚", "是的", "可以", "同意", "对on", "是，2021年起"])
def test_cell_says_yes_or_no_with_one_word_or_not_at_all(text):
    assert yes_no.answer(text, "cell") is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("是的", True),
        ("有一处", True),
        ("在名单里", True),
        ("没错。", True),
        ("y", True),
        ("没有", False),
        ("目前无", False),
        ("我们不在名单里", False),
        ("是没有", False),
        ("没问题", False),
        ("No", False),
        ("外资", None),
        ("yield", None),
    ],
)
def test_answer_to_whether_something_is_so(text, said):
    assert yes_no.answer(text, "fact") is said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("同意", True),
        ("可以的", True),
        ("没问题", True),
        ("没错", True),
        ("要", True),
        ("OK", True),
        ("好的，没有意见", True),
        ("不同意", False),
        ("可以，但不要公开", False),
        ("我不想", False),
        ("别转", False),
        ("n", False),
        ("要多久", None),
        ("要身份证原件吗", None),
        ("有什么用", None),
        ("在吗", None),
        ("没有", None),
        ("", None),
    ],
)
def test_answer_to_a_request(text, said):
    assert yes_no.answer(text, "request") is said
