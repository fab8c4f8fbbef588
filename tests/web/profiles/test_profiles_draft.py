"""What enterprises fill in: codes checked, figures made into bands, sensitive things refused, tables imported."""

import json

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import BadFile
from kb.matching.fields import declared
from kb.matching.values import to_plain
from web.profiles.draft import read_draft
from web.profiles.errors import BadProfile, SensitiveData

FIELDS = declared()
CODE = "91110000600037341L"


def plain(raw):
    return {name: to_plain(value) for name, value in read_draft(raw, FIELDS).values.items()}


@pytest.mark.parametrize(
    "text", [CODE, CODE.lower(), f" {CODE[:8]} {CODE[8:]} ", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_code_is_kept_in_its_one_form(text):
    assert read_draft({"统一社会信用代码": text}, FIELDS).code == CODE


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (CODE[:-1], "18位"),
        (CODE[:-1] + "M", "校验位"),
        ("9111000060003734IL", "格式"),
        ("公司代码公司代码公司代码公司代码公司", "格式"),
    ],
)
def test_a_wrong_code_is_refused_with_what_is_wrong(text, complaint):
    with pytest.raises(BadProfile, match=complaint) as caught:
        read_draft({"code": text}, FIELDS)
    assert caught.value.extra == {"field": "code"}


@given(st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
@settings(max_examples=200)
def test_one_wrong_character_is_always_found(place, character):
    wrong = CODE[:place] + character + CODE[place + 1 :]
    if wrong != CODE:
        with pytest.raises(BadProfile):
            read_draft({"code": wrong}, FIELDS)


def test_exact_figures_are_turned_into_bands_and_not_kept():
    kept = plain({"从业人数": 137, "revenue_wan": "3456.78万元", "研发费用占营收比例": "4.2%", "项目投资额": "2亿"})
    assert kept == {
        "headcount": "[101,300]",
        "revenue_wan": "[1500,5000)",
        "rd_ratio": "[4,5)",
        "investment_wan": "[10000,]",
    }
    assert not any(figure in json.dumps(kept) for figure in ("137", "3456", "4.2"))


@pytest.mark.parametrize("name", [field.name for field in FIELDS if field.type == "number" and not field.derived_from])
@given(figure=st.integers(1, 10**6))
@settings(max_examples=60)
def test_whatever_the_figure_only_a_declared_band_is_kept(name, figure):
    field = FIELDS.by_name[name]
    assert read_draft({name: figure}, FIELDS).values[name] in {band.interval for band in field.bands}


@pytest.mark.parametrize(
    "raw",
    [
        {"法定代表人身份证号": "110101199003070732"},
        {"name": "甲公司 110101199003072236"},
        {"银行流水": "见附件"},
        {"员工名册": ["张三"]},
        {"tax_paid": 12},
        {"经营地": "东区，电话 13912345678"},
        {"qualifications": ["高企", "6222021234567890128"]},
    ],
)
def test_sensitive_things_are_refused_whatever_else_is_given(raw):
    with pytest.raises(SensitiveData):
        read_draft({"code": CODE, "name": "甲公司", **raw}, FIELDS)


@pytest.mark.parametrize(
    "raw", [{"心情": "好"}, {"founded_years": 3}, {"headcount": "很多"}, {"headcount": -5}, {"industry": "X"}]
)
def test_what_cannot_be_used_is_named(raw):
    with pytest.raises(BadProfile) as caught:
        read_draft(raw, FIELDS)
    assert caught.value.extra["field"]


def test_blank_is_not_given_and_none_forgets():
    draft = read_draft({"headcount": "", "revenue_wan": None, "name": ""}, FIELDS)
    assert (draft.values, draft.cleared, draft.name) == ({}, {"revenue_wan"}, None)


def test_a_form_of_the_chat_and_a_page_may_use_labels_or_names():
    assert plain({"企业规模": "小", "资质": "高企、没有小巨人"}) == plain(
        {"size_class": "小型", "qualifications": {"yes": ["高新技术企业"], "no": ["小巨人"]}}
    )


HEADINGS = ("统一社会信用代码", "企业名称", "从业人数", "所属行业", "成立日期", "银行账号", "备注")
OTHER = "91320500714107658J"


def sheet(path, *rows):
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    book.save(path)
    return path


def test_a_table_is_imported_and_every_refused_row_is_named(engine, tmp_path):
    import datetime as dt

    from web.profiles.importing import import_file
    from web.profiles.service import Profiles

    path = sheet(
        tmp_path / "企业.xlsx",
        (CODE, "甲公司", 137, 39, dt.datetime(2020, 1, 5), "6222021234567890128", "好客户"),
        (CODE[:-1] + "M", "乙公司", 5, "C", None, None, None),
        (None, "丙公司", 5, "C", None, None, None),
        (CODE, "甲公司", 200, "C", None, None, None),
    )
    log = []
    report = import_file(engine, path, actor="经办", audit=lambda _c, *event: log.append(event))
    assert (report.created, report.updated, report.unchanged) == (1, 0, 0)
    assert [(item.row, item.field) for item in report.problems] == [
        (1, "银行账号"),
        (1, "备注"),
        (3, "code"),
        (4, "code"),
        (5, "code"),
    ]
    ((_, values),) = Profiles(engine).all_values()
    assert {name: to_plain(value) for name, value in values.items()} == {
        "headcount": "[101,300]",
        "industry": ["39"],
        "founded_on": "2020-01-05",
    }
    assert log == [("经办", "profile.import", "file:企业.xlsx", None, {"created": 1, "updated": 0, "refused": 5})]
    again = import_file(engine, path, actor="经办")
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_csv_from_excel_in_gbk_is_imported(engine, tmp_path):
    from web.profiles.importing import import_file

    path = tmp_path / "a.csv"
    path.write_bytes(f"统一社会信用代码,名称,从业人数\n{CODE},甲公司,50-99\n".encode("gbk"))
    assert import_file(engine, path, actor="经办").created == 1


def test_records_of_a_program_are_imported(engine):
    from web.profiles.importing import import_records

    records = [
        {"code": CODE, "name": "甲公司", "credit_abnormal": False},
        {"code": CODE, "name": "重复"},
        {"name": "无代码"},
    ]
    report = import_records(engine, records, source="api", actor="同步")
    assert report.created == 1 and [item.row for item in report.problems] == [2, 3]


def test_other_files_are_refused(engine, tmp_path):
    from web.profiles.importing import import_file

    with pytest.raises(BadFile):
        import_file(engine, tmp_path / "a.pdf", actor="经办")
