"""Attachments, the appeal pool, reply templates, and what becomes knowledge."""

import csv
import io
import json
import zipfile

import pytest
from tickets_world import CALLER, OPERATOR, POWER, World

from web.errors import BadAttachment
from web.tickets import entry_proposal, reply_templates
from web.tickets.lifecycle import errors
from web.tickets.statistics.data_pool import FIELDS, FORMAT
from web.tickets.statistics.figures import Period
from web.uploads import SAFE_HEADERS


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_similar_answered_appeals_teach_the_officer(world):
    done = world.at("closed", text="车间停电，要求尽快恢复")
    world.open("车间停电，要求赔偿")
    (match,) = world.desk.duplicates.answered("车间又停电，要求恢复", category="facilities.power")
    assert match.ticket.number == done.number and match.ticket.reply


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def office(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def test_an_attachment_is_kept_and_given_back_as_a_download_only(world):
    ticket = world.open()
    added = world.desk.attachments.add(ticket.number, "..\\..\\照片.PNG", PNG, CALLER)
    assert (added.name, added.media_type, added.size) == ("照片.png", "image/png", len(PNG))
    assert world.desk.attachments.open(added.id) == (added, PNG)
    assert world.desk.attachments.of(ticket.number) == [added]
    assert SAFE_HEADERS["Content-Type"] == "application/octet-stream"
    for wrong in ("nothing", "../tickets.sqlite3", ""):
        with pytest.raises(errors.UnknownAttachment):
            world.desk.attachments.open(wrong)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024)),
        (".pdf", b"%PDF-"),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.exe", b"MZ"),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else str(len(value))
    ),  # the bytes of an archive hold the second it was made in
)
def test_a_file_that_is_not_what_it_says_is_refused(world, name, content):
    ticket = world.open()
    with pytest.raises(BadAttachment):
        world.desk.attachments.add(ticket.number, name, content, CALLER)
    assert world.desk.attachments.of(ticket.number) == []


def test_a_ticket_takes_ten_files_and_no_more(world):
    ticket = world.open()
    for n in range(10):
        world.desk.attachments.add(ticket.number, f"{n}.xlsx", office("xl/workbook.xml"), CALLER)
    with pytest.raises(BadAttachment, match="最多"):
        world.desk.attachments.add(ticket.number, "11.png", PNG, CALLER)


def test_the_pool_leaves_personal_data_out_and_no_cell_is_a_formula(world):
    text = "=cmd() 我是张三丰，手机13912345678，蓝天公司停电"
    world.open(text, enterprise="蓝天公司", contact_name="张三丰", place="一号路")
    (record,) = [json.loads(line) for line in world.desk.pool.jsonl()]
    assert record["format"] == FORMAT and record["category_name"] == "基础设施与要素／供电"
    line = json.dumps(record, ensure_ascii=False)
    assert not any(word in line for word in ("张三丰", "13912345678", "蓝天", "一号路", "phone"))
    heading, row = csv.reader(io.StringIO("".join(world.desk.pool.csv())))
    assert heading == [field.name for field in FIELDS if not field.personal]
    assert row[heading.index("text")].startswith("'=cmd()")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    (full,) = world.desk.pool.records(personal=True)
    assert full["phone"] == "13912345678" and list(full) == [field.name for field in FIELDS]


def test_the_pool_has_every_appeal_of_the_period_once(world, monkeypatch):
    monkeypatch.setattr("web.tickets.statistics.data_pool.TICKETS_A_BATCH", 3)
    numbers = sorted(world.open(f"第{n}件").number for n in range(10))
    november = Period.month(2026, 11)
    assert [record["number"] for record in world.desk.pool.records(november)] == numbers
    assert list(world.desk.pool.records(Period.month(2026, 10))) == []


def test_reply_templates_start_the_answer_and_show_what_is_missing(world):
    ticket = world.at("handling")
    templates = reply_templates.fitting(list(world.desk.templates), ticket)
    text = templates[0].filled(ticket)
    assert ticket.number in text and POWER in text and "……" in text
    consult = world.open("怎么办证", kind="consult")
    assert reply_templates.fitting(list(world.desk.templates), consult)[0].id == "consult"


def test_a_closed_consultation_can_be_proposed_as_knowledge(world):
    ticket = world.open("公章怎么刻，我电话13912345678", kind="consult", category="approval.guide", entry_id="A2-seal")
    ticket = world.move(ticket, "answer", OPERATOR, reply="先备案，再刻", outcome="explained")
    with pytest.raises(errors.IllegalMove):
        entry_proposal.proposed_entry(ticket, str)
    ticket = world.desk.ratings.grade(ticket.number, 5, CALLER)
    ticket = world.move(ticket, "close", OPERATOR)
    entry = entry_proposal.proposed_entry(ticket, lambda text: text.replace("13912345678", "＊"))
    assert (entry.kind, entry.status, entry.faq[0].a) == ("faq", "draft", "先备案，再刻")
    assert "139" not in entry.json() and entry.related == ("A2-seal",)
