import datetime as dt

import pytest
from kb_samples import faq, guide

from kb.bodies import Duration
from kb.checks import check
from kb.checks.banned import sayings, says
from kb.checks.timing import longer
from kb.files import GUIDES, read_file
from kb.models import Entry

TODAY = dt.date(2026, 11, 22)


def found(*entries, similar=None):
    """The names of the rules that complain about the entries."""
    return {finding.rule for finding in check(entries, today=TODAY, similar=similar)}


def test_a_complete_guide_has_no_findings():
    assert check([guide()], today=TODAY) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"owner": ""}, "没有责任人"),
        ({"review_by": None}, "没有复核日期"),
        ({"review_by": TODAY - dt.timedelta(days=1)}, "复核已到期"),
        ({"sources": []}, "没有来源"),
        ({"summary": ""}, "没有概述"),
        ({"summary": ""}, "内容为空"),
        ({"questions": ["一", "二"]}, "问法太少"),
        ({"ways": [{"part": "报名方式", "texts": ["怎么报名挂招牌"]}]}, "问法没有着落"),
        ({"aliases": []}, "别名太少"),
        ({"related": ["nowhere"]}, "链接失效"),
        ({"related": ["t1-shop-sign"]}, "链接失效"),
        ({"confused_with": [{"id": "nowhere", "difference": "不同"}]}, "链接失效"),
        ({"superseded_by": "nowhere"}, "链接失效"),
        ({"status": "superseded"}, "失效未说明"),
        ({"status": "abolished"}, "失效未说明"),
        ({"effective_to": "2026-11-21"}, "已过有效期"),
        ({"faq": [{"q": "罚多少？", "a": "罚款5万元以下。"}]}, "数字没有依据"),
        ({"faq": [{"q": "怎么办？", "a": "长" * 301}]}, "答复太长"),
        ({"body": {"conditions": ["符合其他条件"]}}, "兜底词"),
        ({"body": {"conditions": ["有关部门同意"]}}, "兜底词"),
        ({"body": {"conditions": []}}, "内容为空"),
        ({"body": {"fee": {}}}, "内容为空"),
        ({"body": {"mistakes": ["一", "二"]}}, "易错点太少"),
        ({"body": {"steps": [{"name": "一"}, {"name": "二"}]}}, "步骤太少"),
        ({"body": {"steps": [{"name": "一", "after": [2]}, {"name": "二"}, {"name": "三"}]}}, "顺序有误"),
        ({"body": {"materials": [{"name": "效果图"}]}}, "材料缺来源"),
        ({"body": {"time": {"statutory": {"value": 5}, "promised": {"value": 6}}}}, "承诺长于法定"),
    ],
)
def test_each_rule_finds_what_it_is_for(changes, rule):
    assert rule in found(guide(**changes))


def test_a_review_due_today_is_not_overdue():
    assert "复核已到期" not in found(guide(review_by=TODAY))


def test_an_alias_claimed_by_two_entries_is_told_for_both():
    findings = check([guide(), faq(aliases=["挂招牌"])], today=TODAY)
    assert {finding.entry_id for finding in findings if finding.rule == "别名重复"} == {"t1-shop-sign", "t2-why"}


def test_an_alias_that_is_another_entrys_title_is_told_in_spite_of_punctuation():
    assert "别名重复" in found(guide(), faq(aliases=["户外招牌·设置许可"]))


def test_one_question_in_two_entries_is_told():
    assert "问法重复" in found(guide(), faq(questions=["多久办好"]))


def test_a_package_of_one_item_and_a_dead_component_are_told():
    body = {"audience": "商户", "lead": "甲", "components": [{"name": "一", "entry": "nowhere"}]}
    package = Entry.parse_obj({"id": "p", "kind": "package", "title": "开店一件事", "body": body})
    assert {"步骤太少", "链接失效", "易错点太少"} <= found(package)


def test_near_duplicates_are_looked_for_only_when_somebody_can_tell():
    twins = (guide("a"), guide("b", title="另一个", aliases=["甲", "乙", "丙"]))
    assert "内容近似" not in found(*twins)
    findings = check(twins, today=TODAY, similar=lambda entry: [("a", 0.99), ("b", 0.99), ("elsewhere", 1.0)])
    assert [finding.entry_id for finding in findings if finding.rule == "内容近似"] == ["a"]


def test_errors_come_before_warnings_and_warnings_before_hints():
    severities = [finding.severity for finding in check([guide(owner="", aliases=[], related=["x"])], today=TODAY)]
    assert severities == ["错误", "警告", "提示"]


@pytest.mark.parametrize(
    ("promised", "statutory", "is_longer"),
    [
        ((6, "工作日"), (5, "工作日"), True),
        ((5, "工作日"), (5, "工作日"), False),
        ((30, "工作日"), (30, "自然日"), False),
        ((31, "工作日"), (30, "日"), True),
        ((13, "个月"), (1, "年"), True),
        ((12, "个月"), (1, "年"), False),
        ((1, "工作日"), (None, "即时"), True),
        ((None, "即时"), (1, "工作日"), False),
        ((9, "工作日"), (None, "工作日"), False),
        ((40, "自然日"), (30, "工作日"), False),
    ],
)
def test_promises_are_compared_only_where_the_measures_allow_it(promised, statutory, is_longer):
    (value, unit), (other, other_unit) = promised, statutory
    assert longer(Duration(value=value, unit=unit), Duration(value=other, unit=other_unit)) is is_longer


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("公司跨区迁移要先注销，再到新地方设立", ""),
        ("依据公司法第179条办理迁出", ""),
        ("外资企业变更须在30日内自行报送", ""),
        ("年用电量500万千瓦时以上要做节能审查", ""),
        ("未批先建的处总投资1%至5%的罚款", "环评审批"),
        ("依据《环境影响评价法》第二十五条", ""),
        ("年应纳税所得额不超过30万元、从业人数不超过100人", "小型微利企业所得税优惠"),
        ("资产总额3000万元以下", "小型微利企业"),
        ("营业收入1000万元以上、细分领域满2年", "专精特新中小企业"),
        ("评价得分60分以上", "专精特新中小企业认定"),
        ("研发费用加计扣除比例为75%", ""),
        ("个人最高20万元", "创业担保贷款"),
    ],
)
def test_each_saying_that_must_not_be_said_is_recognised(sentence, topic):
    assert any(says(saying, sentence, topic) for saying in sayings())


@pytest.mark.parametrize(
    ("sentence", "topic", "around"),
    [
        ("迁移是变更登记，不用先注销再设立", "企业跨区迁移", ""),
        ("年应纳税所得额不超过300万元、从业人数不超过300人、资产总额不超过5000万元", "小型微利企业", ""),
        ("营业收入1500万元以上，评价50分以上", "专精特新中小企业", ""),
        ("评价60分以上", "专精特新中小企业", "小巨人要满足什么"),
        ("研发费用加计扣除比例为100%", "", ""),
        ("年综合能源消费量1000吨标准煤以上", "节能审查", ""),
        ("公司应当自变更之日起30日内申请变更登记", "公司变更登记", ""),
        ("在建工程处5万元以下罚款", "环评审批", ""),
    ],
)
def test_what_the_law_in_force_says_is_not_taken_for_it(sentence, topic, around):
    assert [saying.name for saying in sayings() if says(saying, sentence, topic, around)] == []


def test_a_refused_saying_is_found_wherever_it_stands_in_an_entry():
    entry = guide(body={"steps": [{"name": "一"}, {"name": "二", "detail": "跨区迁移先注销再设立"}, {"name": "三"}]})
    finding = next(item for item in check([entry], today=TODAY) if item.rule == "不能收录的说法")
    assert finding.field == "body.steps[2].detail" and finding.severity == "错误"


PLACE = read_file(GUIDES / "place-tax-hall.yaml")


@pytest.mark.parametrize(
    ("hours", "complaints"),
    [
        ("由各地填写", 0),
        ("工作日 9:00-12:00，13:30-17:00", 0),
        ("周一至周六 9:00-17:00；法定节假日除外", 0),
        ("24小时", 0),
        ("早上九点到下午五点", 1),
        ("9:00-17:00", 1),
        ("工作日 9:00-17:00，夏季另行通知", 1),
        ("", 1),
    ],
)
def test_opening_hours_that_nobody_can_read_are_found(hours, complaints):
    place = PLACE.copy(update={"body": PLACE.body.copy(update={"hours": hours})})
    findings = [one for one in check([place], today=TODAY) if one.rule == "开放时间读不懂"]
    assert [(one.severity, one.field) for one in findings] == [("警告", "body.hours")] * complaints
