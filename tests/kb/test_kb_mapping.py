import json
from pathlib import Path

import pytest

from kb.errors import BadMapping
from kb.exchange import read_entries
from kb.exchange.mapping import FieldMapping
from kb.exchange.transforms import TRANSFORMS, duration, text

GUANGDONG = Path(__file__).parent.parent.parent / "kb/mappings/guangdong.yaml"

# An invented second city, with other columns and other dirt.
CITY = """
name: 示例市导出
kind: guide
empty: [——, 空]
fixed:
  jurisdiction: 示例市
  sources: [{name: 示例市导出, grade: 本地}]
fields:
  id: {from: 编码, do: [half_width]}
  title: {from: 事项, do: [text]}
  summary: {text: "{部门}办理[，咨询{电话}]。"}
  theme: {from: 分类, do: [{table: {A: 企业开办, B: 税务}}]}
  body.audience: {from: 对象, do: [{split: "[;；]"}, {join: 、}], else: 企业}
  body.materials: {from: 材料, do: [{split: "[;；]"}, named]}
  body.time.statutory: {from: [法定天数, 备用天数], do: [{duration: 工作日}]}
  body.contact: {from: 电话, do: [{strip_prefix: "电话："}]}
  body.online_url: {from: 网址, do: [url]}
distinguish: [部门]
implausible:
  - {name: 一年以上不可信, when: {法定天数: "^[4-9][0-9][0-9]$"}, clear: [body.time.statutory]}
"""
HEAD = "编码,事项,部门,分类,对象,材料,法定天数,备用天数,电话,网址"


def mapping(tmp_path, words=CITY):
    path = tmp_path / "city.yaml"
    path.write_text(words, encoding="utf-8")
    return FieldMapping.open(path)


def read(tmp_path, *rows):
    path = tmp_path / "city.csv"
    path.write_bytes("\n".join([HEAD, *rows]).encode("gbk"))
    return read_entries(path, mapping(tmp_path))


def test_another_citys_export_needs_a_mapping_and_no_code(tmp_path):
    reading = read(tmp_path, "Ａ１,开<b>公司</b>,甲局,A,企业；个人,执照；章程,２０,,电话：12345,http://x.cn/1")
    entry = reading.entries[0]
    assert (entry.id, entry.title, entry.theme, entry.jurisdiction) == ("A1", "开公司", "企业开办", "示例市")
    assert entry.summary == "甲局办理，咨询电话：12345。" and entry.body.audience == "企业、个人"
    assert [item.name for item in entry.body.materials] == ["执照", "章程"]
    assert (entry.body.time.statutory.value, entry.body.contact) == (20, "12345")


def test_every_change_is_told_with_row_field_before_and_after(tmp_path):
    reading = read(tmp_path, "A1,开<b>公司</b>,甲局,A,——,——,空,30日,电话：12345,见大厅")
    told = {(item.field, item.what): (item.row, item.before, item.after) for item in reading.problems}
    assert told["标题", "去掉 HTML 标记"] == (2, "开<b>公司</b>", "开公司")
    assert told["咨询方式", "去掉前缀“电话：”"] == (2, "电话：12345", "12345")
    assert told["网上办理网址", "不是网址，未收录"] == (2, "见大厅", "")
    assert ("适用对象", "视为空") in told and ("申请材料", "视为空") in told
    assert reading.refused == [] and reading.entries[0].body.time.statutory.unit == "日"


def test_a_row_that_cannot_be_used_is_refused_and_the_others_are_taken(tmp_path):
    reading = read(
        tmp_path, ",无编码,甲局,A,,,,,,", "A2,好的,甲局,A,,,,,,", "A2,编号重复,甲局,A,,,,,,", "坏 编号,x,甲局,A,,,,,,"
    )
    assert [entry.title for entry in reading.entries] == ["好的"]
    assert [problem.row for problem in reading.refused] == [2, 4, 5]


def test_a_value_that_no_transform_understands_is_left_out_and_told(tmp_path):
    reading = read(tmp_path, "A1,甲事,甲局,Z,,,一会儿,,,")
    assert reading.entries[0].theme == "" and reading.entries[0].body.time.statutory.value is None
    told = [problem.what for problem in reading.problems]
    assert "“Z”不在对照表里，未收录" in told and "看不懂的时限“一会儿”，未收录" in told


def test_a_limit_that_nobody_can_mean_is_dropped_and_told(tmp_path):
    reading = read(tmp_path, "A1,甲事,甲局,A,,,400,,,", "A2,乙事,甲局,A,,,40,,,")
    assert [entry.body.time.statutory.value for entry in reading.entries] == [None, 40]
    assert ("法定时限", "不可信：一年以上不可信", 2) in [(item.field, item.what, item.row) for item in reading.problems]


def test_titles_that_rows_share_are_told_apart(tmp_path):
    reading = read(tmp_path, "A1,同名,甲局,A,,,,,,", "A2,同名,乙局,A,,,,,,", "A3,独名,乙局,A,,,,,,")
    assert [entry.title for entry in reading.entries] == ["同名（甲局）", "同名（乙局）", "独名"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("body.audience:", "body.audiance:", "没有字段 body.audiance"),
        ("do: [url]", "do: [uri]", "没有转换 uri"),
        ("kind: guide", "kind: gide", "没有类型 gide"),
        ("{from: 编码, do: [half_width]}", "{column: 编码}", "不认识 column"),
        ("  title: {from: 事项, do: [text]}\n", "", "要有 id 和 title"),
        ("clear: [body.time.statutory]", "clear: [body.nothing]", "没有字段 body.nothing"),
        ("name: 示例市导出\n", "name: [\n", "city.yaml"),
        ("distinguish:", "distinguis:", "不认识 distinguis"),
        ('"^[4-9][0-9][0-9]$"', '"^[4-9"', "city.yaml"),
    ],
)
def test_a_mistake_in_a_mapping_is_named(tmp_path, old, new, complaint):
    assert old in CITY
    with pytest.raises(BadMapping) as raised:
        mapping(tmp_path, CITY.replace(old, new, 1))
    assert complaint in str(raised.value)


def test_a_column_that_the_file_does_not_have_is_named(tmp_path):
    (tmp_path / "city.csv").write_text("编码,事项\nA1,甲\n", encoding="utf-8")
    with pytest.raises(BadMapping, match=r"没有这些列：.*电话"):
        read_entries(tmp_path / "city.csv", mapping(tmp_path))


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("20(工作日)", {"value": 20, "unit": "工作日"}),
        ("20（自然日）", {"value": 20, "unit": "自然日"}),
        ("２０个工作日", {"value": 20, "unit": "工作日"}),
        ("1.5小时", {"value": 1.5, "unit": "小时"}),
        ("3个月", {"value": 3, "unit": "个月"}),
        ("即时", {"unit": "即时"}),
    ],
)
def test_a_number_with_its_unit_is_read(words, value):
    assert duration(words, None, lambda *_: None) == value


@pytest.mark.parametrize("words", ["20", "约20天左右", "20(周)", ""])
def test_what_is_no_duration_is_refused(words):
    with pytest.raises(ValueError, match="看不懂"):
        duration(words, None, lambda *_: None)


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("第１２条，ＡＢＣ", "第12条，ABC"),
        ("（一）保留：中文，标点。", "（一）保留：中文，标点。"),
        ("条件：\u3000\u3000（一）甲", "条件： （一）甲"),
        ("甲<br/>乙&nbsp;丙", "甲乙 丙"),
        ("《关于<某某办法>的通知》", "《关于<某某办法>的通知》"),
        ("a < b 且 c > d", "a < b 且 c > d"),
        ("甲\x07乙", "甲乙"),
        ("一\r\n\r\n二", "一\n二"),
        ("\ufeff零宽\u200b字", "零宽 字"),
        ("⼯商⾏政", "工商行政"),
    ],
)
def test_text_is_cleaned_and_chinese_punctuation_kept(dirty, clean):
    assert text(dirty, None, lambda *_: None) == clean


def test_every_transform_says_what_it_does():
    assert all(transform.__doc__ for transform in TRANSFORMS.values())


def test_the_mapping_of_guangdong_can_be_opened():
    assert "TASK_CODE" in FieldMapping.open(GUANGDONG).columns


@pytest.mark.shared
def test_all_guides_of_guangdong_are_taken(shared):
    path = shared / "data/guangdong_guides.jsonl"
    reading = read_entries(path, FieldMapping.open(GUANGDONG))
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(reading.entries) == len(rows) == 2262 and reading.refused == []
    assert {entry.id for entry in reading.entries} == {row["TASK_CODE"] for row in rows}
    assert len({entry.title for entry in reading.entries}) == 2262
    texts = [entry.json(ensure_ascii=False) for entry in reading.entries]
    assert not [item for item in texts if "\u3000" in item or '"无"' in item]
    assert not [entry for entry in reading.entries if entry.body.place.startswith("办理地点")]
    limits = [entry.body.time.statutory.value or 0 for entry in reading.entries]
    assert max(limits) == 250 and sum(1 for limit in limits if limit) == 2262 - 713 - 99 - 13 - 2
