"""Every part of an entry is declared once, with its fields, its form and what a line says of it."""

import pytest

from kb.bodies import BODIES, Step, TimeLimit
from kb.facets import HEADINGS
from kb.facets.declarations import PARTS
from kb.facets.forms import Column, Pair, Pairs, Points, Row, Steps, Table, Text, Times, line
from kb.facets.sentences import led
from kb.models import Entry

NO_PART = {  # what machines read, and what the page shows beside the parts
    "guide": {"properties"},
    "policy": {"issuer", "rules"},
    "faq": set(),
    "package": {"properties"},
    "place": {"latitude", "longitude", "properties"},
    "notice": {"form", "rules"},
}


@pytest.mark.parametrize("kind", BODIES)
def test_every_field_of_a_body_stands_in_a_part(kind):
    paths = {path for part in PARTS[kind] for path in part.fields.split()}
    fields = {path.removeprefix("body.") for path in paths if path.startswith("body.")}
    assert fields | NO_PART[kind] == set(BODIES[kind].__fields__)
    assert paths - {f"body.{name}" for name in fields} <= set(Entry.__fields__)


@pytest.mark.parametrize("kind", BODIES)
def test_a_kind_has_no_part_twice(kind):
    names = [part.name for part in PARTS[kind]]
    assert len(names) == len(set(names))


def test_every_heading_heads_a_part():
    assert set(HEADINGS) == {part.name for kind in PARTS.values() for part in kind}


COLUMNS = (Column("材料"), Column("谁来出", "{}提供"), Column("部门", said=""))


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (Text.of("概述。", "", "解答。"), "概述。 解答。"),
        (Points(("只有一条。",)), "只有一条。"),
        (Points(("第一条；", "第二条。")), "1. 第一条；2. 第二条"),
        (Points(("甲法", "乙法"), numbered=False), "甲法；乙法"),
        (Pairs((Pair("有效期", "5年"), Pair("延续", ""))), "有效期：5年"),
        (Pairs((Pair("结果", "许可证", said="许可证"), Pair("投诉", "12345", said=""))), "许可证"),
        (Table(COLUMNS, (Row(("章程", "申请人", "甲局")),), lead="要交："), "要交：章程（申请人提供）"),
        (
            Table(COLUMNS, (Row(("照片", "", "")), Row(("委托书", "", ""), required=False))),
            "1. 照片；2. 委托书［按需］",
        ),
        (Steps((Step(name="受理", detail="核对", time="当场"),)), "受理：核对（当场）"),
        (
            Times(TimeLimit(statutory={"value": 3}, excluded="听证")),
            "法定时限：3个工作日；承诺时限：由各地填写；不计入：听证",
        ),
        (Times(TimeLimit(promised={})), ""),
    ],
)
def test_a_form_is_said_in_one_line(form, said):
    assert line(form) == said


def test_a_lead_counts_the_items_and_has_words_of_its_own_for_one():
    sentence = led("{title}有{count}项：", one="{title}只有：")
    assert sentence("某许可", 80, ("甲", "乙")) == "某许可有2项：1. 甲；2. 乙。"
    assert sentence("某许可", 80, ("甲",)) == "某许可只有：甲。"
    assert sentence("某许可", 80, ()) == ""
