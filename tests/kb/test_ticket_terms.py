"""The terms of tickets: from what people say to the chat's choice, the category, the kind and the reason."""

import pytest

from kb.errors import BadCategories
from kb.terms.tickets import read_categories, terms
from kb.terms.words import first_said

# sentence, the choice that its words point to, the category that they narrow the choice to
SAID = [
    ("审批一直没有下文", "审批服务", "approval"),
    ("办证跑了三趟", "审批服务", "approval"),
    ("窗口没有人", "审批服务", "approval"),
    ("材料交了又要交", "审批服务", "approval"),
    ("几个部门互相推诿", "审批服务", "approval"),
    ("答应的日子早就超时", "审批服务", "approval"),
    ("补贴迟迟没有到账", "政策兑现", "policy.payment"),
    ("去年的奖励还没有发", "政策兑现", "policy.payment"),
    ("说好的奖补没给", "政策兑现", "policy.payment"),
    ("招商时的承诺不作数", "政策兑现", "policy.payment"),
    ("欠款两年不还", "款项拖欠", "finance.overdue"),
    ("货款收不回来", "款项拖欠", "finance.overdue"),
    ("工程款拖着", "款项拖欠", "finance.overdue"),
    ("招工招不到人", "用工", "labour"),
    ("工资发不下来", "用工", "labour.wages"),
    ("社保缴错了", "用工", "labour.insurance"),
    ("劳动仲裁判了不执行", "用工", "labour.dispute"),
    ("员工有纠纷", "用工", "labour.dispute"),
    ("工资和社保都有纠纷", "用工", "labour.wages"),
    ("社保的纠纷", "用工", "labour.insurance"),
    ("每天下午停电", "水电气网", "facilities.power"),
    ("电压不稳，机器跳闸", "水电气网", "facilities.power"),
    ("停水三天", "水电气网", "facilities.water"),
    ("门口积水，排水不畅", "水电气网", "facilities.water"),
    ("燃气压力不够", "水电气网", "facilities.gas"),
    ("蒸汽供不上，网也不好", "水电气网", "facilities.gas"),
    ("路灯不亮", "水电气网", "facilities.road"),
    ("道路坑洼，没处停车", "水电气网", "facilities.road"),
    ("网络时断时续", "水电气网", "facilities.network"),
    ("管道破了", "水电气网", "facilities"),
    ("停电又停水", "水电气网", "facilities.power"),
    ("检查太多", "执法检查", "market.enforcement"),
    ("罚款没有依据", "执法检查", "market.enforcement"),
    ("处罚太重", "执法检查", "market.enforcement"),
    ("土地证办不下来", "用地环保", "premises.land"),
    ("环保要求说不清", "用地环保", "premises"),
    ("隔壁噪音太大", "用地环保", "environment.pollution"),
    ("污染了我们的用地", "用地环保", "environment.pollution"),
    ("今天心情不好", None, "other"),
]
NARROWED = [
    ("用工", "欠薪", "labour.wages"),
    ("用工", "保险怎么交", "labour.insurance"),
    ("水电气网", "自来水发黄", "facilities.water"),
    ("水电气网", "供热、天然气都没有", "facilities.gas"),
    ("水电气网", "宽带、光纤、信号都差", "facilities.network"),
    ("用地环保", "有异味，有粉尘，很臭", "environment.pollution"),
    ("用地环保", "环评和排污许可", "environment.permit"),
    ("用地环保", "厂房租约到期，物业不管", "premises.lease"),
    ("用地环保", "物业乱来", "premises.property"),
    ("审批服务", "停电", "approval"),  # words narrow the choice that was made, they do not change it
    ("没有这一项", "停电", "other"),
    ("", "停电", "other"),
]


@pytest.mark.parametrize(("text", "choice", "category"), SAID)
def test_words_point_to_a_choice_and_narrow_it(text, choice, category):
    assert first_said(text, terms().words) == choice
    assert terms().category_of(choice or "其他", text) == category


@pytest.mark.parametrize(("choice", "text", "category"), NARROWED)
def test_the_choice_made_is_narrowed_by_the_text(choice, text, category):
    assert terms().category_of(choice, text) == category


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我举报他们乱收费", "report"),
        ("投诉办事员态度差", "complaint"),
        ("事情拖着不办，不作为", "complaint"),
        ("建议多开一个窗口", "suggestion"),
        ("希望能延长时间，请问可以吗", "suggestion"),
        ("咨询一下怎么办理", "consult"),
        ("门口的路坏了", "help"),
    ],
)
def test_words_point_to_a_kind(text, kind):
    assert terms().kind_of(text) == kind


@pytest.mark.parametrize(("text", "urgent"), [("线路起火，有触电危险", True), ("十万火急", True), ("路灯不亮", False)])
def test_danger_makes_it_urgent(text, urgent):
    assert terms().is_urgent(text) is urgent


def test_every_choice_and_every_word_leads_to_a_category_of_the_tree():
    known = {node.id for node in read_categories()}
    for choice in terms().choices.values():
        assert {choice.category, *choice.narrower} <= known


def test_the_chat_offers_every_reason_but_other():
    reasons = terms().reasons
    assert len(set(reasons.values())) == len(reasons)
    assert reasons["态度"] == "态度不好" and reasons["推诿"] == "推诿"
    assert len(terms().offered_reasons) == len(reasons) - 1 and reasons["其他"] == ""


def test_a_file_without_categories_is_refused_by_name(tmp_path):
    (tmp_path / "categories.yaml").write_text("nothing: 1", encoding="utf-8")
    with pytest.raises(BadCategories, match=r"categories\.yaml"):
        read_categories(tmp_path / "categories.yaml")
