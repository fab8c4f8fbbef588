import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kb_samples import faq, guide
from shipped import all_shipped

from kb.errors import BadFile
from kb.exchange import read_entries, write_entries
from kb.exchange.cells import from_cell, from_lines, guard, to_cell, to_lines, unguard
from kb.exchange.columns import all_columns
from kb.exchange.template import write_template
from kb.files import read_folder
from kb.models import Entry
from kb.settings import Settings
from kb.store import Store

TRICKY = [
    guide("formula", title="=1+1", aliases=["+86 021", "-5", "@cmd", "'=quoted", "＝全角"]),
    guide(
        "breaks", summary='第一行\n第二行，有逗号,和"引号"', questions=["问一\n还是问一", '"带引号"', "{像JSON}", "[1]"]
    ),
    guide("empty", body={"place": "", "hours": "", "contact": "", "fee": {}, "time": {"promised": {"note": ""}}}),
    guide("unit", body={"time": {"statutory": {"unit": "即时"}, "promised": {"value": 0.5, "unit": "小时"}}}),
    guide("none", body={"conditions": [], "materials": [], "steps": [], "mistakes": []}, faq=[], basis=[], sources=[]),
    guide("words", title="（空）吗", aliases=["_x0041_", "是", "否"], jurisdiction=""),
    guide("days", effective_from="2026-01-01", effective_to="2027-12-31", status="superseded", superseded_by="unit"),
    faq("qa", body={"answer": "控制\x0b字符", "points": []}),
    Entry.parse_obj(
        {
            "id": "policy",
            "kind": "policy",
            "title": "示例政策",
            "status": "draft",
            "body": {
                "rules": [
                    {"field": "size_class", "op": "in", "value": ["小", "微"], "sentence": "小微企业"},
                    {"field": "founded_years", "op": ">=", "value": 3, "sentence": "满3年", "valid_from": "2026-01-01"},
                    {"field": "registered_in", "op": "==", "value": "本区", "sentence": "=在本区"},
                ],
                "window_from": "2026-03-01",
                "articles": [{"number": "第一条", "chapter": "第一章 总则", "text": "一段\n二段"}],
            },
        }
    ),
    Entry.parse_obj(
        {
            "id": "package",
            "kind": "package",
            "title": "示例套餐",
            "body": {
                "audience": "商户",
                "lead": "甲",
                "components": [
                    {"name": "一", "entry": "unit", "days": 3},
                    {"name": "二", "after": [1], "days_note": "看情况"},
                ],
            },
        }
    ),
    Entry.parse_obj(
        {
            "id": "place",
            "kind": "place",
            "title": "示例窗口",
            "body": {"district": "示例区", "latitude": 31.3, "longitude": 120.123456789, "services": ["一", "二"]},
        }
    ),
    Entry.parse_obj(
        {
            "id": "notice",
            "kind": "notice",
            "title": "示例会议",
            "body": {"form": "会议通知", "audience": "企业", "starts_at": "2026-12-10T14:00:00", "capacity": 80},
        }
    ),
]


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
def test_what_is_exported_is_imported_equal(tmp_path, ending):
    path = tmp_path / f"all.{ending}"
    assert write_entries(TRICKY, path) == len(TRICKY)
    reading = read_entries(path)
    assert reading.problems == []
    assert {entry.id: entry for entry in reading.entries} == {entry.id: entry for entry in TRICKY}


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
def test_all_sample_entries_survive_export_import_export(tmp_path, ending):
    first, second = (Store.open(Settings(data_dir=tmp_path / name)) for name in ("one", "two"))
    first.save_many(all_shipped(), author="样例")
    write_entries(first.entries(), tmp_path / f"one.{ending}")
    reading = read_entries(tmp_path / f"one.{ending}")
    assert reading.problems == []
    second.save_many(reading.entries, author="导入")
    write_entries(second.entries(), tmp_path / f"two.{ending}")
    assert second.entries() == first.entries()
    if ending == "xlsx":
        assert cells(tmp_path / "one.xlsx") == cells(tmp_path / "two.xlsx")
    else:
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()
    first.close()
    second.close()


def cells(path):
    """Every cell of a workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        return {page.title: list(page.iter_rows(values_only=True)) for page in book.worksheets}
    finally:
        book.close()


def test_a_folder_of_yaml_files_is_an_export_too(tmp_path):
    write_entries([guide(), faq()], tmp_path / "guides")
    assert read_folder(tmp_path / "guides") == [guide(), faq()]


@pytest.mark.parametrize("ending", ["md", "html", "docx"])
def test_reading_copies_hold_title_materials_and_answers(tmp_path, ending):
    path = tmp_path / f"copy.{ending}"
    write_entries([guide(title="<b>招牌</b>许可")], path)
    reading_back = read_entries(path)
    assert "<b>" not in path.read_text(encoding="utf-8", errors="replace")
    assert reading_back.entries[0].title == "<b>招牌</b>许可"
    assert [item.name for item in reading_back.entries[0].body.materials] == ["效果图", "营业执照"]


def test_an_export_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "all.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(BadFile, match="放不下"):
        write_entries([guide(summary="长" * 40_000)], path)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_an_unknown_ending_is_refused_by_name(tmp_path):
    with pytest.raises(BadFile, match=r"\.exe"):
        write_entries([guide()], tmp_path / "all.exe")
    (tmp_path / "all.exe").write_bytes(b"MZ")
    with pytest.raises(BadFile, match=r"不支持 \.exe"):
        read_entries(tmp_path / "all.exe")


def test_no_exported_cell_is_a_formula(tmp_path):
    write_entries(TRICKY, tmp_path / "all.xlsx")
    write_entries(TRICKY, tmp_path / "all.csv")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row if cell.value} == {"s"}
    rows = csv.reader(io.StringIO((tmp_path / "all.csv").read_text(encoding="utf-8-sig"), newline=""))
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


@given(st.text())
def test_guarding_a_text_can_be_undone(text):
    assert unguard(guard(text)) == text and not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("_x0041_x0042_")
@example("_x0041\x01_x005F_")
def test_any_text_survives_a_cell(text):
    text = text.strip()
    assert from_cell(to_cell(text)).strip() == text.replace("\r\n", "\n") or "\r" in text


@given(st.lists(st.text(min_size=1)))
def test_any_list_of_texts_survives_a_cell(items):
    items = [item.strip() for item in items if item.strip()]
    assert from_lines(to_lines(items)) == items


def test_cells_that_a_spreadsheet_turned_into_numbers_and_dates_are_read(tmp_path):
    write_entries([guide(effective_from="2026-01-01", code="123")], tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    page = book["条目"]
    heads = {cell.value: cell.column for cell in page[1]}
    page.cell(2, heads["生效日期"]).value = dt.datetime(2026, 1, 1)
    page.cell(2, heads["事项编码"]).value = 123
    page.cell(2, heads["法定时限"]).value = 20.0
    book.save(tmp_path / "a.xlsx")
    assert read_entries(tmp_path / "a.xlsx").entries == [guide(effective_from="2026-01-01", code="123")]


def test_every_wrong_row_is_told_with_its_row_and_column_and_the_others_are_taken(tmp_path):
    write_entries([guide("a"), guide("b"), guide("c")], tmp_path / "a.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"), newline="")))
    head = rows[0]
    rows[1][head.index("是否收费")] = "也许"
    rows[2][head.index("复核日期")] = "明年"
    rows.append(rows[3])
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(rows)
    reading = read_entries(tmp_path / "a.csv")
    assert [entry.id for entry in reading.entries] == ["c"]
    told = [(problem.row, problem.entry_id, problem.field) for problem in reading.refused]
    assert told == [(2, "a", "是否收费"), (3, "b", "复核日期"), (5, "c", "id")]
    assert "2026-11-22" in str(reading.refused[1])


def test_a_material_of_an_entry_that_is_not_there_is_told(tmp_path):
    write_entries([guide()], tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book["申请材料"].append(["nobody", "多余的材料"])
    book.save(tmp_path / "a.xlsx")
    assert [(problem.entry_id, problem.field) for problem in read_entries(tmp_path / "a.xlsx").refused] == [
        ("nobody", "申请材料")
    ]


def test_a_field_of_another_kind_is_refused(tmp_path):
    line = json.dumps(
        {"id": "x", "kind": "faq", "title": "问", "body": {"answer": "答", "steps": []}}, ensure_ascii=False
    )
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    reading = read_entries(tmp_path / "a.jsonl")
    assert reading.entries == [] and "没有这个字段" in reading.refused[0].what


def test_lines_that_are_no_json_are_told_by_number(tmp_path):
    good = json.dumps({"id": "x", "kind": "faq", "title": "问", "body": {"answer": "答"}})
    (tmp_path / "a.jsonl").write_text(f"{good}\n{{broken\n[1]\n", encoding="utf-8")
    reading = read_entries(tmp_path / "a.jsonl")
    assert len(reading.entries) == 1 and [problem.row for problem in reading.refused] == [2, 3]


@pytest.mark.parametrize("kind", ["", "guide", "policy", "qa"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_can_be_filled_in_and_imported(tmp_path, kind, ending):
    path = tmp_path / f"template.{ending}"
    write_template(path, kind)
    assert read_entries(path).rows == 0
    wanted = {"问题": "几点上班？", "答复": "9点"} if kind == "qa" else {"编号": "x1", "类型": "政策", "标题": "示例"}
    if kind == "guide":
        wanted |= {"类型": "办事指南", "适用对象": "商户"}
    if ending == "csv":
        with path.open("r+", encoding="utf-8-sig", newline="") as file:
            head = next(csv.reader(file))
            file.seek(0, 2)
            csv.writer(file).writerow([wanted.get(name, "") for name in head])
    else:
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        page.append([wanted.get(cell.value) for cell in page[1]])
        book.save(path)
    reading = read_entries(path)
    assert reading.refused == [] and reading.entries[0].title == wanted.get("标题", "几点上班？")


def test_no_two_columns_of_a_table_share_a_heading():
    for columns in (all_columns(), *(column.columns for column in all_columns())):
        headings = [column.heading for column in columns]
        assert len(headings) == len(set(headings))
