"""An entry as a card: the same parts that search knows, laid out as rows, steps and pairs."""

import datetime as dt

import pytest
from fake_site import some_entries
from kb_samples import guide
from shipped import all_shipped

from kb.exchange import write_entries
from kb.facets import facets
from kb.facets.answers import answer_text
from kb.facets.declarations import PARTS, Declaration
from kb.facets.forms import Points
from kb.facets.sentences import led
from kb.models import Entry
from web.knowledge.cards import card, parts, state_text, validity

DAY = dt.date(2026, 11, 22)
COMPANY = some_entries()[0]


@pytest.fixture(scope="module")
def every_entry():
    """All entries that come with the product."""
    return all_shipped()


def test_card_has_every_part_that_search_can_answer_with(every_entry):
    for entry in every_entry:
        assert {part["name"] for part in parts(entry)} >= {part.name for part in facets(entry)}, entry.id


def test_every_card_opens_at_the_part_asked_about(every_entry):
    for entry in every_entry:
        for part in facets(entry):
            shown = [field["name"] for field in card(entry, part.name, part.key, DAY)["fields"]]
            assert part.name in shown, (entry.id, part.key)


def by_name(entry):
    return {part["name"]: part for part in parts(entry)}


def test_materials_are_a_table_without_empty_columns():
    body = COMPANY.body.copy(
        update={"materials": tuple(item.copy(update={"note": ""}) for item in COMPANY.body.materials)}
    )
    table = by_name(COMPANY.copy(update={"body": body}))["materials"]
    assert table["columns"] == ["材料", "形式", "谁来出", "能否免交"]
    assert {len(row) for row in table["rows"]} == {4}


def test_statutory_and_promised_time_stand_apart():
    time = by_name(COMPANY)["time"]
    assert time["statutory"].startswith("3个工作日")
    assert time["promised"] == "由各地填写"


def test_steps_keep_their_order_and_what_they_wait_for():
    steps = by_name(COMPANY)["steps"]["items"]
    assert [step["name"] for step in steps][:2] == ["申报名称", "网上填报"]
    assert steps[0]["after"] == []


def test_law_shows_only_the_article_asked_for():
    articles = [{"number": f"第{number}条", "text": f"内容{number}"} for number in ("一", "二")]
    law = Entry(id="law", kind="policy", title="某条例", summary="…", body={"articles": articles})
    fields = card(law, "article", "article-第二条", DAY)["fields"]
    assert fields[0]["items"] == [{"label": "第二条", "value": "内容二"}]
    assert "article" not in [part["name"] for part in card(law, "overview", "overview", DAY)["fields"]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"effective_to": dt.date(2026, 11, 22)}, ""),
        ({"effective_to": dt.date(2026, 11, 21)}, "已失效：有效期到 2026-11-21"),
        ({"effective_from": dt.date(2026, 12, 1)}, "尚未生效：自 2026-12-01 起施行"),
        ({"status": "abolished", "status_note": "国令第1号"}, "已废止（国令第1号）"),
        ({"status": "superseded"}, "已被新的内容替代"),
    ],
)
def test_entry_that_is_not_in_force_says_so(changes, words):
    text = state_text(COMPANY.copy(update=changes), DAY)
    assert text.startswith(words)
    assert bool(text) == bool(words)


def test_validity_is_said_in_words():
    both = {"effective_from": dt.date(2024, 7, 1), "effective_to": dt.date(2027, 12, 31)}
    assert validity(COMPANY.copy(update=both)) == "2024-07-01 至 2027-12-31"
    assert validity(COMPANY.copy(update={"effective_from": None, "effective_to": None})) == ""


def test_a_new_part_is_one_declaration_and_is_said_shown_and_exported(monkeypatch, tmp_path):
    services = Declaration("services", "body.channels", Points, led("{title}能办{count}样："))
    monkeypatch.setitem(PARTS, "guide", (*PARTS["guide"], services))
    entry = guide(body={"channels": ["查询", "打印"]}, ways=[{"part": "可办业务", "texts": ["能办啥"]}])
    facet = next(facet for facet in facets(entry) if facet.name == "services")
    assert (facet.heading, facet.text, facet.questions) == ("可办业务", "1. 查询；2. 打印", ("能办啥",))
    assert answer_text(entry, "services", DAY) == "户外招牌设置许可能办2样：1. 查询；2. 打印。"
    shown = {"name": "services", "heading": "可办业务", "format": "list", "items": ["查询", "打印"]}
    assert shown in parts(entry)
    write_entries([entry], tmp_path / "a.md")
    assert "## 可办业务\n\n1. 查询；2. 打印" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_the_row_of_a_material_is_the_same_on_a_card_and_in_a_document(tmp_path):
    entry = guide(body={"materials": [{"name": "委托书", "form": "原件", "origin": "申请人", "required": False}]})
    write_entries([entry], tmp_path / "a.md")
    assert "| 委托书（按需） | 原件 | 申请人 |  |  |" in (tmp_path / "a.md").read_text(encoding="utf-8")
    table = next(part for part in parts(entry) if part["name"] == "materials")
    assert (table["columns"], table["rows"]) == (["材料", "形式", "谁来出"], [["委托书（按需）", "原件", "申请人"]])
