"""The sentence for a part of an entry: short, whole, the figure first, honest about what is not in force."""

import datetime as dt
import re

import pytest
from shipped import all_shipped

from kb.facets import facets
from kb.facets.answers import answer_text, state_notice
from kb.files import parse_entry
from kb.text_fit import fit, fit_list

TODAY = dt.date(2026, 11, 22)
ENTRIES = {entry.id: entry for entry in all_shipped()}
SMALL = """
id: t-1
kind: guide
title: 测试许可
summary: 开店要先取得测试许可。
department: 测试局
effective_to: {end}
status: {status}
faq:
  - {{q: 多久？, a: 5个工作日。, basis: 测试法第1条}}
body:
  audience: 店主
  materials: [{{name: 申请书}}, {{name: 平面图}}, {{name: 委托书, required: false}}]
  steps: [{{name: 填表}}, {{name: 审查}}, {{name: 领证}}]
  time: {{statutory: {{value: 20}}, promised: {{note: 由各地填写}}}}
  fee: {{charged: false, standard: 免费, basis: 测试法第2条}}
  result: {{name: 许可证, validity: 5年}}
"""


def small(end="null", status="published"):
    return parse_entry(SMALL.format(end=end, status=status), "t-1.yaml")


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_every_part_of_every_entry_is_said_in_whole_sentences_of_300_characters(entry):
    for key in ["", *(part.key for part in facets(entry))]:
        text = answer_text(entry, key, TODAY)
        assert 0 < len(text) <= 300, key
        assert text[-1] in "。！？", (key, text)
        assert "由各地填写" not in text, key  # a note to the curator, no answer for a visitor


@pytest.mark.parametrize(
    ("key", "begins"),
    [
        ("materials", "测试许可必交2份，另有1份按需提交材料：申请书、平面图、委托书（按需）。"),
        ("steps", "测试许可分3步：填表→审查→领证。"),
        ("time", "测试许可法定时限20个工作日；承诺时限以当地公布为准。"),
        ("fee", "测试许可不收费（测试法第2条）。"),
        ("department", "测试许可由测试局负责。"),
        ("result", "办下来是许可证；有效期：5年。"),
        ("faq-1", "5个工作日。（依据：测试法第1条）。"),
        ("", "开店要先取得测试许可。"),
        ("no-such-part", "开店要先取得测试许可。"),
    ],
)
def test_answer_begins_with_the_answer(key, begins):
    assert answer_text(small(), key, TODAY) == begins


def test_entry_no_longer_in_force_says_since_when_and_what_replaced_it():
    text = answer_text(small("2026-08-14", "superseded"), "time", TODAY, replacement="新许可")
    assert text.startswith("测试许可自2026-08-15起已不再执行，由“新许可”替代。")
    assert "20个工作日" in text
    assert "已废止，请以现行规定为准" in state_notice(small("null", "abolished"), TODAY)
    assert state_notice(small("2026-11-22"), TODAY) == ""


def test_long_list_is_shortened_between_items_and_says_so():
    text = fit_list("要交：", [f"第{number}号材料" for number in range(99)], 80, tail="见下表。")
    assert len(text) <= 80 and text.endswith("等，见下表。")
    assert re.fullmatch(r"要交：(第\d+号材料、)*第\d+号材料等，见下表。", text)


def test_text_is_cut_between_sentences_never_inside_one():
    text = "".join(f"这是第{number}句话，说完了。" for number in range(50))
    cut = fit(text, 100)
    assert len(cut) <= 100 and cut.endswith("说完了。") and text.startswith(cut)
    assert fit("没有句号的一长串" * 40 + "，尾巴", 100).endswith("全文见下方。")
