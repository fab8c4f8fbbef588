"""From the filled-in form of the chat to the desk: choices, kinds and reasons mean the same on both sides."""

import pytest

from kb.terms.tickets import terms
from retriever.dialogue.forms.catalogue import forms
from web.tickets.intake import draft_of, reasons_of
from web.tickets.lifecycle.codes import KINDS, grade_reasons


def draft(**values):
    return draft_of(values, str, "conversation", "turn")


@pytest.mark.parametrize(
    ("what", "choice", "category", "kind", "urgency"),
    [
        ("投诉供电公司，车间每天停电", "水电气网", "facilities.power", "complaint", "normal"),
        ("变压器漏油，有触电危险", "水电气网", "facilities", "help", "urgent"),
        ("举报隔壁工厂夜里排放粉尘", "用地环保", "environment.pollution", "report", "normal"),
        ("随便说说", "其他", "other", "help", "normal"),
    ],
)
def test_appeal_of_the_chat_gets_its_category_kind_and_urgency(what, choice, category, kind, urgency):
    made = draft(what=what, category=choice)
    assert (made.category, made.kind, made.urgency) == (category, kind, urgency)


def test_kinds_that_words_point_to_are_kinds_of_the_desk():
    assert {*terms().kinds, terms().kind_of("")} <= set(KINDS)


def test_every_choice_that_the_chat_offers_is_one_the_desk_knows():
    offered = forms()["appeal"].field("category").options
    assert offered == tuple(terms().choices)
    assert len({draft(what="", category=choice).category for choice in offered}) == len(offered)


def test_every_reason_that_the_chat_offers_becomes_one_of_the_desk():
    offered = forms()["rating"].field("reasons").options
    assert reasons_of(list(offered)) == [reason for reason in grade_reasons() if reason != "其他"]


def test_reason_nobody_knows_becomes_other():
    assert reasons_of(["态度不好", "态度", "天气", "下雨"]) == ["态度", "其他"]
    assert reasons_of("态度不好") == []
