"""Buttons of the chat say what they mean: no classifier decides on them, in a form or outside."""

import pytest
from dialogue_world import Talk

from retriever.dialogue.forms.model import State
from retriever.dialogue.message import Message
from retriever.dialogue.payload import payload
from retriever.dialogue.quick_replies import act_of, is_button
from retriever.dialogue.values import Reply


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("转人工", "contact_person"),
        ("我要联系。", "contact_person"),
        (" 以上都不是 ", "deny"),
        ("登记诉求", "report_appeal"),
    ],
)
def test_button_has_its_own_act_whatever_the_classifier_says(words, act):
    assert act_of(Message(words), "out_of_scope") == act
    assert Talk().say(words, "out_of_scope").act == act


def test_other_words_keep_the_act_of_the_classifier():
    assert act_of(Message("转人工要等多久"), "ask_facet") == "ask_facet"
    assert not is_button(Message("转人工要等多久"))


@pytest.mark.parametrize("words", ["我要办事", "我要提问"])
def test_opening_button_asks_what_it_is_about_and_cites_nothing(words):
    said = Talk().say(words, "affirm")
    assert said.outcome == "smalltalk" and said.suggestions and not said.sources


def test_policies_are_listed_and_can_be_chosen():
    talk = Talk()
    said = talk.say("产业政策", "out_of_scope")
    assert said.outcome == "clarify" and "高新技术企业认定" in said.text
    assert talk.say("第二个", "choose").entry == said.candidates[1].entry_id


def test_button_inside_a_form_is_answered_and_the_form_waits():
    talk = Talk()
    talk.say("我要提个诉求", "report_appeal")
    said = talk.say("我要办事", "inform")
    assert said.outcome == "smalltalk" and "接着填企业诉求" in said.text
    assert "第2/6步" in talk.say("园区晚上路灯不亮员工害怕", "inform").text


def test_another_one_offers_entries_not_offered_before():
    talk = Talk()
    first = {one.entry_id for one in talk.say("注销", "ask_guide").candidates}
    second = talk.say("换一个", "correct")
    assert first and not first & {one.entry_id for one in second.candidates}


def test_certainty_of_the_act_goes_to_the_website():
    data = payload(Reply("smalltalk", "您好。", act="greet"), State(), 0.91234)
    assert data.act_confidence == 0.9123 and data.confidence == 0.0


def test_act_beyond_doubt_is_not_overruled_by_what_a_search_finds():
    thanks = "谢谢，食品经营许可的事帮大忙了"
    assert Talk().say(thanks, "thank", sure=0.3).outcome == "answered"
    assert Talk().say(thanks, "thank", sure=0.95).outcome == "smalltalk"


def test_question_that_mentions_a_form_is_answered_though_the_act_is_sure():
    assert Talk().say("食品经营许可的材料怎么投诉？", "report_appeal", sure=0.95).outcome == "answered"


def test_label_on_offer_is_chosen_even_when_taken_for_a_no():
    talk = Talk()
    label = talk.say("注销", "ask_guide").candidates[0].label
    assert talk.say(label, "deny").outcome == "answered"


def test_unsure_start_over_is_asked_about_and_a_sure_one_starts_over():
    assert Talk().say("食品经营许可", "start_over", sure=0.3).outcome == "answered"
    assert Talk().say("重新来", "start_over", sure=0.95).outcome == "smalltalk"
