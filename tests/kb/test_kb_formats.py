import docx
import openpyxl
import pytest
from pypdf import PdfWriter

from kb.errors import BadFile
from kb.exchange import file_guard, read_entries
from kb.exchange.file_guard import decode

LAW = ["示例管理条例", "2020年5月1日 国务院令第999号公布", "第一章 总 则", "第一条 为了示例，制定本条例。"]
LAW += ["第二条 招牌应当牢固。", "不得遮挡。", "第二章 附 则", "第三条 本条例自2020年7月1日起施行。"]


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# Question–answer sheets.


@pytest.mark.parametrize(
    ("text", "title", "answer", "questions"),
    [
        (
            '分段标题（选填）,分段内容（必填，问题答案）,问题（选填，单元格内一行一个）\n工作时间,"9点,17点","几点上班\n几点下班"\n',
            "工作时间",
            "9点,17点",
            ("几点上班", "几点下班"),
        ),
        ("分段标题,分段内容,问题\n,9点,几点上班\n", "几点上班", "9点", ()),
        ("q,a,indexes\n几点上班？,9点,上班时间,什么时候开门\n", "几点上班？", "9点", ("上班时间",)),
        (
            "q,a,indexes,indexes\n几点上班？,9点,上班时间,什么时候开门\n",
            "几点上班？",
            "9点",
            ("上班时间", "什么时候开门"),
        ),
        ("question,answer\n几点上班？,9点\n", "几点上班？", "9点", ()),
        ("问题\t答复\n几点上班？\t9点\n", "几点上班？", "9点", ()),
        ("几点上班？\t9点\n", "几点上班？", "9点", ()),
        ("问题;答案;相似问\n几点上班？;9点;上班时间\n", "几点上班？", "9点", ("上班时间",)),
    ],
    ids=["maxkb", "maxkb-no-title", "fastgpt", "fastgpt-wide", "dify", "two-columns", "no-headings", "semicolons"],
)
def test_question_answer_sheets_of_the_usual_systems_are_read(tmp_path, text, title, answer, questions):
    reading = read_entries(write(tmp_path / "qa.csv", text))
    entry = reading.entries[0]
    assert reading.refused == []
    assert (entry.kind, entry.title, entry.body.answer, entry.questions) == ("faq", title, answer, questions)


def test_the_same_question_is_the_same_entry_whatever_its_answer(tmp_path):
    old = read_entries(write(tmp_path / "a.csv", "问题,答复\n几点上班？,9点\n")).entries[0]
    new = read_entries(write(tmp_path / "b.csv", "question,answer\n几点上班,8点半\n")).entries[0]
    assert old.id == new.id and old.body != new.body


def test_a_question_sheet_in_a_workbook_is_read_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["问题", "答复"])
    book.active.append(["几点上班？", "9点\n午休除外"])
    book.create_sheet("空表")
    book.save(tmp_path / "qa.xlsx")
    assert read_entries(tmp_path / "qa.xlsx").entries[0].body.answer == "9点\n午休除外"


def test_a_row_without_question_and_answer_is_told(tmp_path):
    reading = read_entries(write(tmp_path / "qa.csv", "问题,答复,相似问\n,,甲\n几点上班？,9点,\n"))
    assert len(reading.entries) == 1 and reading.refused[0].row == 2


# Encodings.


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_files_of_every_usual_encoding_are_read(tmp_path, encoding):
    text = "问题,答复\n营业执照丢了怎么补办？,向登记机关申请补领，并在公示系统声明作废\n"
    assert read_entries(write(tmp_path / "qa.csv", text, encoding)).entries[0].title == "营业执照丢了怎么补办？"


def test_big5_is_told_from_gbk():
    text = "營業執照遺失要怎麼補辦？請向登記機關申請補領，並於公示系統聲明作廢。" * 5
    assert decode(text.encode("big5"), "a.txt") == text


def test_commas_quotes_and_line_breaks_stay_inside_their_cell(tmp_path):
    reading = read_entries(write(tmp_path / "qa.csv", '问题,答复\r\n"甲,乙？","他说""好""\r\n第二行"\r\n'))
    assert reading.entries[0].title == "甲,乙？" and reading.entries[0].body.answer == '他说"好"\n第二行'


# Files that cannot be read.


def encrypted_pdf(path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(path)


def blank_pdf(path):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(path)


def broken_book(path):
    book = openpyxl.Workbook()
    book.active.append(["问题", "答复"] * 100)
    book.save(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 200] = b"\xff" * 200
    path.write_bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("name", "make", "complaint"),
    [
        ("locked.xlsx", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "有密码"),
        ("locked.docx", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "有密码"),
        ("locked.pdf", encrypted_pdf, "有密码"),
        ("old.xlsx", lambda path: path.write_bytes(OLE), "旧版"),
        ("broken.xlsx", broken_book, "已损坏"),
        ("text.xlsx", lambda path: path.write_bytes(b"just text"), "已损坏"),
        ("text.docx", lambda path: path.write_bytes(b"just text"), "已损坏"),
        ("text.pdf", lambda path: path.write_bytes(b"just text"), "已损坏"),
        ("scan.pdf", blank_pdf, "没有文字"),
        ("binary.csv", lambda path: path.write_bytes(b"a,b\0\1\2"), "不是文字"),
        ("quote.csv", lambda path: path.write_bytes(b'question,answer\n"open,b\n'), "引号"),
        ("unknown.csv", lambda path: path.write_bytes("甲,乙,丙\n1,2,3\n".encode()), "认不出这些列：甲、乙、丙"),
        ("empty.csv", lambda path: path.write_bytes(b" \n"), "空的"),
        ("list.json", lambda path: path.write_bytes(b"[1,"), "不是 JSON"),
        ("image.md", lambda path: path.write_bytes(b"![]()"), "没有文字"),
        ("missing.csv", lambda path: None, "读不了"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_name(tmp_path, name, make, complaint):
    path = tmp_path / name
    make(path)
    with pytest.raises(BadFile) as raised:
        read_entries(path)
    assert name in str(raised.value) and complaint in str(raised.value)


def test_a_file_that_is_too_big_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = write(tmp_path / "big.csv", "问题,答复\n甲,乙\n")
    with pytest.raises(BadFile, match="最多"):
        file_guard.read_bytes(path, limit=10)


# Documents.


def as_markdown(path):
    lines = [f"# {LAW[0]}", LAW[1], "<!-- INFO END -->"]
    path.write_text("\n\n".join([*lines, *(f"## {x}" if "章" in x[:3] else x for x in LAW[2:])]), encoding="utf-8")


def as_text(path):
    path.write_text("\n".join(LAW), encoding="gbk")


def as_html(path):
    page = "".join(f"<p>{text}</p>" for text in LAW[1:])
    page = f"<html><head><title>x</title><script>alert(1)</script></head><body><h1>{LAW[0]}</h1>{page}</body></html>"
    path.write_text(page, encoding="utf-8")


def as_docx(path):
    document = docx.Document()
    document.add_heading(LAW[0], level=1)
    for text in LAW[1:]:
        document.add_paragraph(text)
    document.save(path)


def as_pdf(path):
    from weasyprint import HTML

    HTML(string="".join(f"<p>{text}</p>" for text in LAW)).write_pdf(path)


@pytest.mark.parametrize(
    ("name", "make"),
    [("law.md", as_markdown), ("law.txt", as_text), ("law.html", as_html), ("law.docx", as_docx), ("law.pdf", as_pdf)],
)
def test_a_law_becomes_a_policy_by_article_from_every_kind_of_document(tmp_path, name, make, request):
    if make is as_pdf:
        request.getfixturevalue("pango")
    make(tmp_path / name)
    entry = read_entries(tmp_path / name).entries[0]
    assert (entry.kind, entry.title, entry.doc_number) == ("policy", LAW[0], "国务院令第999号")
    assert entry.basis[0].version == "2020年公布" and str(entry.effective_from) == "2020-07-01"
    assert [(item.number, item.chapter) for item in entry.body.articles] == [
        ("第一条", "第一章 总则"),
        ("第二条", "第一章 总则"),
        ("第三条", "第二章 附则"),
    ]
    assert entry.body.articles[1].text == "招牌应当牢固。\n不得遮挡。"


def test_a_law_that_does_not_say_when_it_comes_into_force_has_no_such_day(tmp_path):
    as_markdown(tmp_path / "law.md")
    text = (tmp_path / "law.md").read_text(encoding="utf-8").replace("自2020年7月1日起施行", "由国务院解释")
    entry = read_entries(write(tmp_path / "law.md", text)).entries[0]
    assert entry.effective_from is None


def test_a_guide_written_as_a_document_is_read_by_its_headings(tmp_path):
    document = docx.Document()
    document.add_heading("户外招牌设置办事指南", level=1)
    for heading, texts in {
        "一、申请条件": ["1. 不遮挡消防通道", "2. 安装牢固"],
        "二、办理流程": ["申请：填表", "勘察", "发证"],
        "三、法定时限": ["20个工作日"],
        "四、题外话": ["与指南无关"],
    }.items():
        document.add_heading(heading, level=2)
        for text in texts:
            document.add_paragraph(text)
    document.add_heading("五、申请材料", level=2)
    table = document.add_table(rows=1, cols=3)
    for cell, text in zip(table.rows[0].cells, ("序号", "材料名称", "来源渠道"), strict=True):
        cell.text = text
    for cell, text in zip(table.add_row().cells, ("1", "效果图", "申请人"), strict=True):
        cell.text = text
    document.save(tmp_path / "guide.docx")
    reading = read_entries(tmp_path / "guide.docx")
    body = reading.entries[0].body
    assert reading.entries[0].kind == "guide" and body.conditions == ("不遮挡消防通道", "安装牢固")
    assert [(step.name, step.detail) for step in body.steps] == [("申请", "填表"), ("勘察", ""), ("发证", "")]
    assert (body.time.statutory.value, body.time.statutory.unit) == (20, "工作日")
    assert [(item.name, item.origin) for item in body.materials] == [("效果图", "申请人")]
    assert [problem.field for problem in reading.problems] == ["四、题外话"]


def test_questions_with_answers_in_a_document_become_faq_entries(tmp_path):
    text = "# 常见问题\n\n问：几点上班？\n\n答：9点。\n\n周末休息。\n\n问：在哪里？\n\n答：一楼。\n"
    entries = read_entries(write(tmp_path / "qa.md", text)).entries
    assert [(entry.title, entry.body.answer) for entry in entries] == [
        ("几点上班？", "9点。\n周末休息。"),
        ("在哪里？", "一楼。"),
    ]


def test_any_other_document_becomes_a_text_by_its_parts(tmp_path):
    text = "# 关于示例的通知\n\n各单位：\n\n## 一、总体要求\n\n要示例。\n\n## 二、工作安排\n\n- 先做甲\n- 再做乙\n"
    entry = read_entries(write(tmp_path / "notice.md", text)).entries[0]
    assert entry.kind == "policy" and entry.title == "关于示例的通知"
    assert [(item.number, item.text) for item in entry.body.articles][1:] == [
        ("一、总体要求", "要示例。"),
        ("二、工作安排", "先做甲\n再做乙"),
    ]


@pytest.mark.shared
def test_the_four_laws_are_read_whole(shared):
    counts = {
        path.stem[:4]: len(read_entries(path).entries[0].body.articles) for path in (shared / "data/laws").glob("*.md")
    }
    assert counts == {"优化营商": 72, "保障中小": 37, "公司法(": 266, "市场主体": 55}
