"""Policies against one enterprise and against many: ranking, explanation, the next question, whom a policy reaches."""

import datetime as dt
import random

import numpy as np
import pytest
from shipped import shipped

from kb.bodies import Rule
from kb.checks import check
from kb.matching.audience import CODES, Population, reach
from kb.matching.bench import bench, made_policy, made_profile
from kb.matching.fields import declared
from kb.matching.next_question import next_question
from kb.matching.policies import Policy, checks_of, match, policies, reaching
from kb.matching.values import read_all

FIELDS = declared()
DAY = dt.date(2026, 11, 22)
NAMES = (
    "B7-small-profit-income-tax",
    "K1-high-tech-enterprise",
    "K2-tech-sme",
    "K3-specialized-sme",
    "N6-government-procurement",
)
ENTRIES = [shipped(name) for name in NAMES]
SMALL = {"headcount": "101-300", "revenue_wan": 3000, "size_class": "小型", "founded_on": "2020-01-05"}


def policy(name, *rules, window_from=None, window_to=None):
    made = [Rule(field=field, op=op, value=value, sentence=f"{field}{op}{value}") for field, op, value in rules]
    return Policy(name, name, DAY, checks_of(made, DAY), window_from, window_to)


def matches(raw, among):
    return match(read_all(FIELDS, raw), among)


def test_a_match_says_why_what_is_missing_and_what_to_tell():
    found = matches({**SMALL, "credit_abnormal": True}, policies(ENTRIES, DAY))
    by_id = {one.policy.id: one for one in found}
    told = by_id["K2-tech-sme"].explanation
    assert told.startswith("因为：职工总数不超过500人、年销售收入不超过2亿元；还缺：没有重大失信")
    assert "请补充：资产总额" in told and "审核为准" in told
    assert by_id["K2-tech-sme"].standing == "not_met"
    assert by_id["N6-government-procurement"].standing == "met"


def test_an_alternative_that_no_rule_holds_stays_for_a_person():
    known = {**SMALL, "revenue_wan": "不足300万", "segment_years": 5, "main_business_ratio": 95, "rd_spend_wan": 200}
    known |= {"rd_ratio": 6, "ip_class1_count": 2}
    found = next(m for m in matches(known, policies(ENTRIES, DAY)) if m.policy.id == "K3-specialized-sme")
    assert [outcome.result for outcome in found.outcomes].count("not_met") == 1
    assert found.standing == "person"
    assert "还缺" not in found.explanation and "另有：上年度营收1500万元以上" in found.explanation


def test_rules_of_another_time_do_not_count():
    old = {p.id: p for p in policies(ENTRIES, dt.date(2026, 4, 1))}
    assert len(old["K3-specialized-sme"].checks) == 7
    assert "B7-small-profit-income-tax" not in {p.id for p in policies(ENTRIES, dt.date(2028, 1, 1))}


def test_the_nearer_end_of_the_window_comes_first_and_a_closed_one_last():
    rule = ("size_class", "==", "小型")
    among = [
        policy("later", rule, window_to=dt.date(2027, 5, 1)),
        policy("closed", rule, window_to=dt.date(2026, 11, 21)),
        policy("no-end", rule),
        policy("soon", rule, window_to=DAY),
        policy("open-question", rule, ("headcount", "<=", 300), window_to=DAY),
        policy("ruled-out", ("size_class", "==", "大型"), window_to=DAY),
        policy("to-come", rule, window_from=dt.date(2026, 12, 1), window_to=dt.date(2026, 12, 31)),
    ]
    found = matches({"size_class": "小型"}, among)
    order = ["soon", "to-come", "later", "no-end", "open-question", "ruled-out", "closed"]
    assert [one.policy.id for one in found] == order
    assert [one.policy.id for one in reaching(found)] == order[:5]
    assert found[1].policy.window == "not_yet" and found[0].days_left == 0


def test_the_question_asked_is_the_one_that_decides_most():
    among = [policy(f"h{n}", ("headcount", "<=", 300)) for n in range(3)] + [
        policy("r", ("revenue_wan", ">=", 1500), ("credit_abnormal", "==", False))
    ]
    question = next_question(matches({}, among), {})
    assert (question.field, question.policies) == ("headcount", 3)
    assert "101-300人" in question.options and question.text.endswith("？")
    again = next_question(matches({"headcount": 20}, among), read_all(FIELDS, {"headcount": 20}))
    assert again.field in ("revenue_wan", "credit_abnormal")


def test_an_answer_changes_the_ranking_and_the_questions_come_to_an_end():
    values, among, asked = {}, policies(ENTRIES, DAY), []
    while question := next_question(match(values, among), values):
        assert question.field not in asked
        asked.append(question.field)
        answer = (
            question.options[-1]
            if question.options
            else {"date": "2015-01-01", "flag": "否"}[FIELDS.by_name[question.field].type]
        )
        values |= read_all(FIELDS, {question.field: answer})
    assert len(asked) >= 5 and "founded_on" in asked
    assert all(one.standing != "unknown" for one in match(values, among))


def test_the_question_is_the_same_however_the_policies_are_ordered():
    among = policies(ENTRIES, DAY)
    values = read_all(FIELDS, SMALL)
    assert next_question(match(values, among), values) == next_question(match(values, among[::-1]), values)


def test_nothing_is_asked_when_nothing_is_open():
    assert next_question(matches({"size_class": "大型"}, [policy("p", ("size_class", "==", "小型"))]), {}) is None


def test_many_profiles_at_once_come_to_the_same_as_one_by_one():
    dice = random.Random(3)
    among = [made_policy(number, FIELDS, dice) for number in range(40)] + policies(ENTRIES, DAY)
    people = [made_profile(FIELDS, dice, known) for known in (0, 0.3, 0.6, 0.9, 1) for _ in range(40)]
    population = Population.of(enumerate(people), DAY, FIELDS)
    together = {one.id: standings for one, standings in population.all_standings(among)}
    for place, values in enumerate(people):
        for found in match(values, among):
            assert CODES[together[found.policy.id][place]] == found.standing


def test_staff_see_whom_a_policy_reaches_and_why_not_the_others():
    among = policy("p", ("size_class", "!=", "大型"), ("headcount", "<=", 300))
    raw = [{"size_class": "小型", "headcount": 20}, {"size_class": "大型", "headcount": 20}, {"headcount": 900}, {}]
    people = [(name, read_all(FIELDS, one)) for name, one in zip("abcd", raw, strict=True)]
    found = reach(among, Population.of(people, DAY))
    assert found.counts == {"met": 1, "person": 0, "unknown": 1, "not_met": 2}
    assert found.sample["met"] == ("a",) and found.sample["not_met"] == ("b", "c")
    assert [(one.met, one.not_met, one.unknown, one.alone) for one in found.rules] == [(1, 1, 2, 1), (2, 1, 1, 1)]
    assert found.why_not[0] == "“size_class!=大型”：1 家不符合，其中 1 家只差这一条"


def test_nobody_is_reached_among_nobody():
    found = reach(policies(ENTRIES, DAY)[0], Population.of([], DAY))
    assert sum(found.counts.values()) == 0 and found.why_not == ()


def test_a_faulty_rule_in_the_knowledge_base_is_found_by_the_check():
    entry = ENTRIES[0]
    broken = [
        Rule(field="staff", op="<=", value=3, sentence="甲"),
        Rule(field="headcount", op="<=", value=250, sentence="乙"),
        Rule(field="headcount", op="<=", value=300, sentence="丙", valid_from=DAY, valid_to=dt.date(2026, 1, 1)),
    ]
    body = entry.body.copy(update={"rules": tuple(broken)})
    findings = check([entry.copy(update={"body": body})], today=DAY)
    found = {(one.rule, one.field) for one in findings if "rules" in one.field}
    assert found == {
        ("匹配规则有误", "body.rules[1]"),
        ("规则不在档位边界", "body.rules[2].value"),
        ("日期有误", "body.rules[3].valid_to"),
    }


def test_one_profile_is_matched_in_time_and_a_district_of_them_too():
    timing = bench(profiles=2000, policies=500)
    assert timing.one_p50 < 100, timing
    assert (timing.gather_seconds + timing.match_seconds) < 60, timing
    assert "2000 家 × 500 条政策" in str(timing)


def test_arrays_of_results_are_small():
    population = Population.of([(1, {})], DAY)
    assert population.standings(policies(ENTRIES, DAY)[0]).dtype == np.int8


@pytest.mark.parametrize("known", [0.0, 0.5, 1.0])
def test_an_enterprise_that_says_nothing_meets_nothing(known):
    dice = random.Random(5)
    values = made_profile(FIELDS, dice, known)
    for found in match(values, [made_policy(number, FIELDS, dice) for number in range(30)]):
        if known == 0:
            assert not found.of("met") and not found.of("not_met")
        assert len(found.outcomes) == sum(len(found.of(result)) for result in ("met", "not_met", "unknown"))
