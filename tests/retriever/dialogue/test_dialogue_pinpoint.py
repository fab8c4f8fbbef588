"""Questions whose own words single out one part of an entry: an article by its number, a thing by its name."""

import datetime as dt

import pytest
from dialogue_world import Talk
from shipped import all_shipped

from kb.bodies import Article, PolicyBody
from kb.models import Entry
from retriever.dialogue.forms.model import Asked, BadValue
from retriever.dialogue.forms.readers import stars
from retriever.dialogue.part_choice import cited, literal, pinpointed
from retriever.dialogue.question import asked

ENTRIES = {entry.id: entry for entry in all_shipped()}


def policy():
    """A small made-up policy with two articles."""
    articles = [
        Article(number="第九条", text="申报材料应当真实。"),
        Article(number="第十条", text="奖励资金在公示后兑现。"),
    ]
    return Entry(id="PX-made-up", kind="policy", title="某办法", body=PolicyBody(articles=articles))


@pytest.mark.parametrize("text", ["第十条说什么", "第10条讲的是啥", "这个办法第十条"])
def test_article_of_a_policy_is_found_by_its_number_however_it_is_written(text):
    assert cited(text, policy()) == "article-第十条"


def test_article_that_is_not_there_points_to_nothing():
    assert cited("第十一条说什么", policy()) == ""
    assert cited("奖励什么时候兑现", policy()) == ""


def test_article_of_a_law_leads_to_the_answer_that_rests_on_it():
    entry = ENTRIES["A3-capital-five-years"]
    key = pinpointed("公司法第四十七条对出资期限咋规定", entry)
    item = entry.faq[int(key.removeprefix("faq-")) - 1]
    assert "第47条" in item.basis


def test_words_beside_the_name_of_the_entry_lead_to_the_only_question_that_has_them():
    entry = ENTRIES["B2-bank-account"]
    key = literal("开对公账户要不要开户许可证", entry)
    assert "开户许可证" in entry.faq[int(key.removeprefix("faq-")) - 1].q
    assert literal("开对公账户", entry) == ""
    assert literal("开户许可证还要吗", entry) == ""  # no name beside it: the search decides


@pytest.mark.parametrize("text", ["那要不要去注销它", "税务那头要先处理啥", "消防这块怎么说"])
def test_it_and_a_side_of_it_stay_with_the_entry_in_hand(text):
    assert asked(text).of_it
    talk = Talk()
    talk.say("食品经营许可证多久能办好")
    assert talk.say(text).entry == "I1-food-business-license"


@pytest.mark.parametrize("text", ["它和简易注销有什么区别", "注册公司要什么材料"])
def test_comparison_and_a_question_of_its_own_are_no_side_of_it(text):
    assert not asked(text).of_it


def test_a_little_worse_is_no_number_of_stars():
    when = Asked(dt.date(2026, 11, 20), {})
    with pytest.raises(BadValue):
        stars("我要给窗口打个差一点的评分", when)
    assert stars("打一星", when) == 1
