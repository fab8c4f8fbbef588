"""Policies in the chat: matched after the profile, explained, ranked anew by the answer to one question."""

import pytest
from dialogue_world import TODAY, Talk

from kb.matching.fields import declared
from retriever.dialogue.forms.model import Asked, BadValue
from retriever.dialogue.forms.profile_answers import told
from retriever.dialogue.profile import list_requests
from retriever.dialogue.profile.profile_state import Enterprise
from retriever.dialogue.values import Context

FORM = (
    "91320583MA27K4BX5E",
    "有限责任公司",
    "做机加工的",
    "高新区",
    "2015年",
    "八十来个人",
    "三千万左右",
    "科技型中小企业",
)


@pytest.fixture
def talk():
    """A conversation in which the profile has been filled in and sent."""
    made = Talk()
    made.say("帮我匹配政策", "match_policy")
    for answer in FORM:
        made.say(answer, "inform")
    made.say("确认提交", "affirm")
    return made


def ranking(said):
    return [line.split("\n")[0].split(". ")[1].split("：")[0] for line in said.command.args["told"]]


def test_a_profile_brings_policies_with_what_is_met_and_what_is_not_known(talk):
    said = talk.replies[-1]
    assert said.command.name == "profile.save" and said.outcome == "form"
    first = said.command.args["told"][0]
    assert "因为：" in first and "请补充：" in first and "职工总数不超过500人" in first
    assert "能否享受以主管部门审核为准" in said.text
    assert said.sources[0].entry_id == "K2-tech-sme"


def test_what_is_kept_of_the_enterprise_is_bands_without_its_code(talk):
    kept = str(talk.memory.enterprise.slot())
    assert "[51,100]" in kept and "[1500,5000)" in kept and FORM[0] not in kept
    assert Enterprise.of(talk.memory.enterprise.slot()) == talk.memory.enterprise


def test_the_answer_to_the_one_question_changes_the_ranking(talk):
    before = ranking(talk.replies[-1])
    assert talk.memory.enterprise.asking == "total_assets_wan"
    said = talk.say("六千万", "inform")
    assert said.command.args["profile"] == {"total_assets_wan": "(5000,20000]"}
    assert "小型微利企业所得税优惠" in before and "小型微利企业所得税优惠" not in ranking(said)
    assert "资产总额不超过2亿元" in said.command.args["told"][0]


def test_an_answer_is_sent_under_a_key_of_its_own(talk):
    keys = {talk.replies[-1].command.args["key"]}
    keys.add(talk.say("六千万", "inform").command.args["key"])
    assert len(keys) == 2


def test_a_question_in_between_is_answered_and_the_profile_stays(talk):
    said = talk.say("公司设立登记要什么材料？", "ask_facet")
    assert said.entry == "A1-company-setup"
    again = talk.say("有哪些政策适合我", "match_policy")
    assert again.command.name == "profile.show" and not talk.memory.form.open
    assert "按您先前填的情况" in again.text


def test_what_is_not_known_is_not_asked_twice(talk):
    asked = [talk.memory.enterprise.asking]
    for _ in range(4):
        talk.say("不清楚", "deny")
        asked.append(talk.memory.enterprise.asking)
    assert len(set(asked)) == len(asked)


def test_an_answer_that_cannot_be_read_is_asked_for_again(talk):
    said = talk.say("挺多的", "inform")
    assert said.outcome == "form" and "资产总额" in said.text and talk.memory.enterprise.asking == "total_assets_wan"


def test_the_profile_is_asked_anew_when_it_is_to_be_changed(talk):
    assert "第1/8步" in talk.say("重新填企业画像", "match_policy").text


def test_without_any_answer_nothing_is_made_up():
    talk = Talk()
    talk.say("帮我匹配政策", "match_policy")
    for answer in ("跳过", "有限公司", "其他", *["跳过"] * 5):
        talk.say(answer, "deny")
    said = talk.say("确认", "affirm")
    assert said.command.args["profile"] == {"enterprise_type": ["有限责任公司"]}
    assert not any("因为：" in line for line in said.command.args["told"])


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("headcount", "三十来个人", "[21,50]"),
        ("headcount", "51-100人", "[51,100]"),
        ("revenue_wan", "两千三百万左右", "[1500,5000)"),
        ("total_assets_wan", "超过500万元、不超过2000万元", "(500,2000]"),
        ("rd_ratio", "百分之六", "[5,10)"),
        ("rd_ratio", "6%", "[5,10)"),
        ("ip_class1_count", "没有", "[0,0]"),
        ("credit_abnormal", "不在", False),
        ("credit_abnormal", "没有", False),
        ("credit_abnormal", "是的", True),
        ("size_class", "我们是小型企业", ["小型"]),
        ("qualifications", "没有高新技术企业", {"yes": [], "no": ["高新技术企业"]}),
        ("founded_on", "2019年3月5日", "2019-03-05"),
    ],
)
def test_an_answer_is_read_as_people_say_it(field, text, value):
    assert told(declared().by_name[field], text, Asked(TODAY, {})) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("registered_district", "食品经营许可怎么办理"),
        ("headcount", "很多"),
        ("size_class", "不知道"),
        ("rd_ratio", ""),
    ],
)
def test_what_does_not_answer_is_no_value(field, text):
    with pytest.raises(BadValue):
        told(declared().by_name[field], text, Asked(TODAY, {}))


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("最近有什么活动", "list.notices", {"forms": []}),
        ("近期有哪些培训可以参加", "list.notices", {"forms": ["会议通知"]}),
        ("会议通知", "list.notices", {"forms": ["会议通知"]}),
        ("离我最近的办事点", "list.places", {"near": True, "open": False, "district": ""}),
        ("高新区附近的服务网点", "list.places", {"near": True, "open": False, "district": "高新区"}),
        ("现在开门的窗口", "list.places", {"near": False, "open": True, "district": ""}),
        ("哪些窗口今天上班", "list.places", {"near": False, "open": True, "district": ""}),
        ("哪些事项可以即来即办", "list.property", {"property": "即来即办"}),
        ("不打烊的服务有哪些", "list.property", {"property": "不打烊"}),
    ],
)
def test_lists_are_asked_for_in_many_words(text, name, args):
    said = list_requests.listed(text, Context())
    assert said is not None and (said.command.name, said.command.args) == (name, args)


@pytest.mark.parametrize(
    "text",
    [
        "安全生产培训在哪天",
        "办税服务厅现在开门吗",
        "外地那个不打烊清单列了多少项",
        "即来即办是什么意思",
        "周末有没有开着的窗口",
        "哪些事不能用告知承诺",
        "公司设立登记在哪个窗口办",
    ],
)
def test_a_question_about_one_thing_is_no_list(text):
    assert list_requests.listed(text, Context()) is None
