"""Entries are cut into parts that answer and ways of asking that lead to them."""

from typing import get_args

from kb.bodies import Part
from kb.facets import HEADINGS
from kb.models import Entry
from retriever.index.passages import passages, pieces


def guide(**fields):
    body = {
        "audience": "自然人",
        "materials": [{"name": "章程"}],
        "time": {"statutory": {"value": 3, "unit": "工作日"}},
    }
    base = {
        "id": "A1-company-setup",
        "kind": "guide",
        "title": "公司设立登记",
        "summary": "想开公司的人来办",
        "body": body,
    }
    return Entry(**{**base, **fields})


def test_every_facet_is_a_part_and_its_name_stands_in_what_is_sought():
    parts = {item.key: item for item in passages(guide()) if not item.way}
    assert {"overview", "materials", "time"} <= set(parts)
    assert parts["materials"].sought.startswith("公司设立登记 申请材料")
    assert parts["overview"].sought == "公司设立登记 想开公司的人来办"


def test_title_aliases_and_questions_are_ways_and_faq_wordings_lead_to_their_answer():
    entry = guide(
        aliases=("开公司",),
        questions=("我要当老板",),
        ways=({"part": "申请材料", "texts": ("开公司带啥",)}, {"part": "收费", "texts": ("没有写的部分",)}),
        faq=({"q": "多久缴足？", "ways": ("几年交完",), "a": "5年内。"},),
    )
    ways = {(item.way, item.key): [] for item in passages(entry) if item.way}
    for item in passages(entry):
        if item.way:
            ways[item.way, item.key].append(item.text)
    assert ways == {
        ("title", ""): ["公司设立登记"],
        ("alias", ""): ["开公司"],
        ("question", ""): ["我要当老板"],
        ("question", "materials"): ["开公司带啥"],
        ("question", "faq-1"): ["多久缴足？", "几年交完"],
    }


def test_an_imported_text_without_a_name_has_no_title_to_match():
    entry = Entry(id="D7", kind="faq", title="D7", body={"answer": "每天签到与签退。"})
    assert [(item.way, item.sought) for item in passages(entry)] == [("", "每天签到与签退。")]


def test_a_long_text_is_cut_at_sentence_ends_and_nothing_is_lost():
    text = "".join(f"第{number}句话说到这里为止。" for number in range(100))
    cut = pieces(text, 120)
    assert "".join(cut) == text
    assert all(len(piece) <= 120 and piece.endswith("。") for piece in cut)
    assert pieces("无" * 500, 200) == ["无" * 200, "无" * 200, "无" * 100]


def test_ways_can_be_attached_to_every_part_that_has_a_heading_of_its_own():
    own = {name: heading for name, heading in HEADINGS.items() if name not in ("faq", "article")}
    assert set(get_args(Part)) == set(own.values())
