"""Conditions: met, not met or unknown, never a guess; more knowledge never takes a result back."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import all_shipped

from kb.bodies import Rule
from kb.matching.bench import made_rule, made_value
from kb.matching.conditions import OPERATORS, BadRule, in_force, readable, understand
from kb.matching.fields import Held, declared, industries
from kb.matching.intervals import Interval, from_code, read_interval, to_code
from kb.matching.values import BadValue, banded, from_plain, known_on, read, read_all, to_plain, words, years_between

FIELDS = declared()
DAY = dt.date(2026, 11, 22)


def judge(field, op, wanted, raw):
    condition = understand(Rule(field=field, op=op, value=wanted, sentence="条件"), FIELDS)
    return condition.judge(None if raw is None else read(FIELDS.by_name[field], raw))


@pytest.mark.parametrize(
    ("field", "op", "wanted", "raw", "result"),
    [
        ("headcount", "<=", 300, "50-99", "met"),
        ("headcount", "<=", 300, "301-500", "not_met"),
        ("headcount", "<=", 300, "200-400", "unknown"),
        ("headcount", "<", 300, "100-300", "unknown"),
        ("headcount", ">", 300, "超过300人", "met"),
        ("revenue_wan", ">=", 1500, "2000-5000", "met"),
        ("revenue_wan", ">=", 5000, "2000-5000", "unknown"),
        ("revenue_wan", ">=", 5000, "[2000,5000)", "not_met"),
        ("revenue_wan", ">", 5000, "不超过5000万", "not_met"),
        ("revenue_wan", "<=", 20000, "2亿", "met"),
        ("rd_spend_wan", ">", 0, "0", "not_met"),
        ("ip_class1_count", "==", 1, "1-2", "unknown"),
        ("ip_class1_count", "in", [1, 2], "1-2", "met"),
        ("ip_class1_count", "not in", [5], "1-2", "met"),
        ("rd_ratio", ">=", 3, "3%", "met"),
        ("size_class", "not in", ["大", "大型"], "小型", "met"),
        ("size_class", "not in", ["大", "大型"], "大", "not_met"),
        ("size_class", "not in", ["大型"], "中小微", "met"),
        ("size_class", "in", ["小微"], "中小微", "unknown"),
        ("industry", "==", "C", "C39", "met"),
        ("industry", "==", "39", "制造业", "unknown"),
        ("industry", "in", ["J", "房地产业"], "软件和信息技术服务业", "not_met"),
        ("qualifications", "contains", "高新技术企业", "高企", "met"),
        ("qualifications", "contains", "高新技术企业", "专精特新", "unknown"),
        ("qualifications", "contains", "高新技术企业", "没有高企", "not_met"),
        ("qualifications", "in", ["高企", "科小"], "没有高企、没有科小", "not_met"),
        ("qualifications", "not in", ["小巨人"], "都没有", "met"),
        ("credit_abnormal", "==", False, "否", "met"),
        ("credit_abnormal", "==", "否", True, "not_met"),
        ("registered_district", "==", "东区", "西区", "not_met"),
        ("founded_on", ">=", "2023-01-01", "2022年12月31日", "not_met"),
    ],
)
def test_a_condition_is_met_only_when_everything_the_value_may_be_meets_it(field, op, wanted, raw, result):
    assert judge(field, op, wanted, raw) == result


@pytest.mark.parametrize("name", list(FIELDS.by_name))
def test_an_unknown_value_is_never_met_and_never_not_met(name):
    dice = random.Random(name)
    for _ in range(50):
        assert understand(made_rule(FIELDS.by_name[name], dice), FIELDS).judge(None) == "unknown"


def narrower(field, value, dice):
    """The same value with more known about it, or the value itself."""
    if isinstance(value, Interval):
        low, high = value.first[0], min(value.last[0], value.first[0] + 10_000)
        inner = sorted(dice.uniform(low, high) for _ in range(2))
        part = Interval.make(*inner)
        try:
            part = part.whole() if field.whole else part
        except ValueError:
            return value
        return part.common(value) if part.meets(value) else value
    if isinstance(value, Held):
        rest = [item for item in sorted(field.choices) if item not in value.yes | value.no]
        more = {item: dice.random() < 0.5 for item in rest if dice.random() < 0.5}
        return Held(
            value.yes | {item for item, has in more.items() if has},
            value.no | {item for item, has in more.items() if not has},
        )
    if isinstance(value, frozenset):
        return frozenset(dice.sample(sorted(value), dice.randint(1, len(value))))
    return value


def coarser(field, dice):
    """A value that is known in part only."""
    value = made_value(field, dice)
    if isinstance(value, Interval):
        return value.spanning(made_value(field, dice))
    if isinstance(value, frozenset) and field.choices:
        return frozenset(dice.sample(sorted(field.choices), dice.randint(1, min(6, len(field.choices)))))
    return value


@given(st.integers(0, 2**32), st.sampled_from(list(FIELDS.by_name)))
@settings(max_examples=1500)
def test_more_information_never_takes_a_result_back(seed, name):
    dice, field = random.Random(seed), FIELDS.by_name[name]
    condition = understand(made_rule(field, dice), FIELDS)
    value = coarser(field, dice)
    before, after = condition.judge(value), condition.judge(narrower(field, value, dice))
    assert before in ("unknown", after)


@given(st.integers(0, 2**32), st.sampled_from([f.name for f in FIELDS if f.type == "number"]))
@settings(max_examples=500)
def test_the_band_of_a_figure_never_says_more_than_the_figure(seed, name):
    dice, field = random.Random(seed), FIELDS.by_name[name]
    figure = read(field, round(dice.choice([dice.uniform(1, 20), dice.uniform(1, 60_000)])))
    condition = understand(made_rule(field, dice), FIELDS)
    assert condition.judge(banded(field, figure)) in ("unknown", condition.judge(figure))


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.booleans(), st.booleans())
def test_the_code_of_an_interval_reads_back(one, other, open_low, open_high):
    low, high = sorted((one / 1000, other / 1000))
    if low < high or not (open_low or open_high):
        interval = Interval.make(low, high, open_low=open_low, open_high=open_high)
        assert from_code(to_code(interval)) == interval


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("50-99", "人", "[50,99]"),
        ("约120人", "人", "[120,120]"),
        ("300人以下", "人", "[0,300]"),
        ("不足300人", "人", "[0,300)"),
        ("2亿元以上", "万元", "[20000,]"),
        ("３０００万～１亿", "万元", "[3000,10000]"),
        ("15000000元", "万元", "[1500,1500]"),
        ("5%", "%", "[5,5]"),
    ],
)
def test_what_people_write_is_read_as_a_range(text, unit, code):
    assert to_code(read_interval(text, unit)) == code


@pytest.mark.parametrize("text", ["很多", "99-50", "5元", "-5", "1e5", "", "50-99-120", "NaN"])
def test_what_is_not_understood_is_refused_and_not_guessed(text):
    with pytest.raises(BadValue):
        read(FIELDS.by_name["headcount"], text)


@pytest.mark.parametrize("raw", [0.05, "0.05", True, None, [], float("nan"), float("inf"), -1])
def test_a_percentage_that_may_mean_two_things_is_refused(raw):
    with pytest.raises(BadValue):
        read(FIELDS.by_name["rd_ratio"], raw)


@pytest.mark.parametrize("name", list(FIELDS.by_name))
def test_every_value_can_be_kept_and_read_back(name):
    dice, field = random.Random(name), FIELDS.by_name[name]
    for _ in range(30):
        value = made_value(field, dice)
        value = value.whole() if field.whole and isinstance(value, Interval) else value
        assert from_plain(field, to_plain(value)) == value
        assert words(field, value) or value == Held()


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ({"field": "headcounts", "op": "<=", "value": 1}, "没有声明"),
        ({"field": "size_class", "op": ">=", "value": "大"}, "不能用"),
        ({"field": "size_class", "op": "in", "value": "大"}, "列表"),
        ({"field": "size_class", "op": "==", "value": ["大"]}, "列表"),
        ({"field": "size_class", "op": "==", "value": "特大"}, "没有“特大”"),
        ({"field": "headcount", "op": "<=", "value": "50-99"}, "一个数"),
        ({"field": "rd_ratio", "op": ">=", "value": 0.03}, "百分"),
        ({"field": "credit_abnormal", "op": "==", "value": "也许"}, "是"),
        ({"field": "qualifications", "op": "contains", "value": "没有高企"}, "有哪项"),
    ],
)
def test_a_rule_that_does_not_fit_is_named_and_stays_unknown(rule, complaint):
    rule = Rule(sentence="条件", **rule)
    with pytest.raises(BadRule, match=complaint):
        understand(rule, FIELDS)
    assert readable([rule], FIELDS, DAY) == [(rule, None)]


@pytest.mark.parametrize(
    ("begin", "end", "counts"),
    [
        (None, None, True),
        (DAY, None, True),
        (None, DAY, True),
        (dt.date(2026, 11, 23), None, False),
        (None, dt.date(2026, 11, 21), False),
    ],
)
def test_a_rule_counts_from_its_first_to_its_last_day(begin, end, counts):
    rule = Rule(field="headcount", op="<=", value=1, sentence="条件", valid_from=begin, valid_to=end)
    assert in_force(rule, DAY) is counts
    assert bool(readable([rule], FIELDS, DAY)) is counts


@pytest.mark.parametrize(
    ("founded", "years"),
    [("2023-11-22", 3.0), ("2023-11-23", 2.9945), ("2026-11-22", 0.0), ("2020-02-29", 6.7295)],
)
def test_years_since_the_founding_day_are_whole_on_the_anniversary(founded, years):
    assert years_between(dt.date.fromisoformat(founded), DAY) == pytest.approx(years, abs=1e-3)
    known = known_on(FIELDS, read_all(FIELDS, {"founded_on": founded}), DAY)
    assert known["founded_years"].first[0] == pytest.approx(years, abs=1e-3)


@pytest.mark.parametrize(
    ("year", "met"),
    [
        ("2015年", "met"),
        (2022, "met"),
        (2023, "unknown"),
        (2024, "not_met"),
        ("1975", "met"),
        (2027, None),
        (2090, None),
    ],
)
def test_a_founding_year_decides_only_what_every_day_of_it_decides(year, met):
    values = known_on(
        FIELDS,
        {"founded_year": banded(FIELDS.by_name["founded_year"], read(FIELDS.by_name["founded_year"], year))},
        DAY,
    )
    rule = understand(Rule(field="founded_years", op=">=", value=3, sentence="成立满3年"), FIELDS)
    assert rule.judge(values.get("founded_years")) == (met or "unknown")


def test_the_founding_day_goes_before_the_year():
    known = known_on(FIELDS, read_all(FIELDS, {"founded_on": "2023-11-22", "founded_year": 2015}), DAY)
    assert known["founded_years"] == Interval.exactly(3)


def test_three_years_and_a_day_are_more_than_three_years():
    values = known_on(FIELDS, read_all(FIELDS, {"founded_on": "2023-11-21"}), DAY)
    rule = Rule(field="founded_years", op="<=", value=3, sentence="成立不超过3年")
    assert understand(rule, FIELDS).judge(values["founded_years"]) == "not_met"


def test_a_founding_day_to_come_says_nothing_about_years():
    assert "founded_years" not in known_on(FIELDS, read_all(FIELDS, {"founded_on": "2027-01-01"}), DAY)


def test_every_condition_of_the_knowledge_base_fits_the_declarations():
    entries = [entry for entry in all_shipped() if getattr(entry.body, "rules", ())]
    rules = [(entry.id, rule) for entry in entries for rule in entry.body.rules]
    assert rules
    for name, rule in rules:
        condition = understand(rule, FIELDS)
        undecided = [band.label for band in condition.field.bands if condition.judge(band.interval) == "unknown"]
        assert not undecided, (name, rule.sentence, undecided)


def test_every_field_can_be_asked_for_and_has_operators():
    for field in FIELDS:
        assert field.question.endswith(("？", "。")) and OPERATORS[field.type]
        assert field.bands or field.type != "number"
        assert field.choices or field.open or field.type not in ("choice", "set")


def test_the_classes_of_industry_are_complete():
    divisions = [code for _, found in industries().values() for code in found]
    assert "".join(industries()) == "ABCDEFGHIJKLMNOPQRST"
    assert divisions == [f"{number:02}" for number in range(1, 98)]
