"""The report's pages and files, the bookings' pages, and what is done by the clock."""

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from fake_site import open_site
from fake_staff import browser_of, make_person

from kb.database import writing
from web import clock
from web.app import clock_jobs
from web.tickets import Actor, Draft, Role
from web.tickets.commands import REQUESTER
from web.tickets.tables import tickets as table

POWER = "供电公司"
HANDLER = Actor("li", Role.HANDLER, POWER)


@pytest.fixture
def site(settings):
    """The site with a dispatcher, and an agent of a department."""
    with open_site(settings, entries=[]) as opened:
        admin = make_person(opened, "guan", "admin")
        for name, roles, department in (
            ("fang", ["dispatcher"], ""),
            ("li", ["handler"], POWER),
            ("wu", ["handler"], POWER),
        ):
            who = make_person(opened, name, "officer")
            opened.desk.tickets.posts.give(admin, who, roles, department)
            setattr(opened, name, browser_of(opened, who))
        yield opened


def closed(site, grade):
    """An appeal that was answered and graded; returns its number."""
    service = site.desk.tickets
    number = service.tickets.open(
        Draft("停电，电话13912345678", kind="complaint", category="facilities.power", phone="13912345678"), REQUESTER
    ).number
    for move, actor, given in (
        ("dispatch", Actor("fang", Role.DISPATCHER), {"department": POWER}),
        ("sign", HANDLER, {}),
        ("handle", HANDLER, {}),
        ("reply", HANDLER, {"reply": "好了", "outcome": "resolved"}),
    ):
        service.tickets.move(number, move, actor, **given)
    if grade:
        service.ratings.grade(number, grade, REQUESTER)
    return number


def test_month_on_the_page_in_csv_and_xlsx_is_the_same_count(site):
    for grade in (5, 2, 0):
        closed(site, grade)
    page = BeautifulSoup(site.fang.get("/officer/statistics").text, "html.parser")
    shown = {row.th.text: row.td.text for row in page.select("#table-total tbody tr")}
    assert (shown["登记件数"], shown["评价"], shown["满意率"], shown["按时率"]) == ("3", "2", "50.0%", "100.0%")
    rows = list(
        csv.reader(io.StringIO(site.fang.get("/officer/statistics.csv?table=total").text.removeprefix("\ufeff")))
    )
    assert dict(rows)["登记件数"] == "3" and dict(rows)["满意率"] == "50.0%"
    book = openpyxl.load_workbook(io.BytesIO(site.fang.get("/officer/statistics.xlsx").data))
    assert len(book.sheetnames) == 10 and book["合计"]["B2"].value in ("3", 3)
    assert [cell.value for cell in book["按部门"][2]][:2] in ([POWER, "3"], [POWER, 3])


@pytest.mark.usefixtures("pango")
def test_month_can_be_printed_and_taken_as_pdf(site):
    closed(site, 4)
    assert "诉求月报" in site.fang.get("/officer/statistics/sheet").text
    reply = site.fang.get("/officer/statistics.pdf")
    assert reply.status_code in (200, 503) and (reply.status_code == 503 or reply.data.startswith(b"%PDF"))


@pytest.mark.parametrize("month", ["", "x", "1066-01", "2026-13", "9999-12", "2026-02"])
def test_month_that_makes_no_sense_is_this_month(site, month):
    assert site.fang.get(f"/officer/statistics?month={month}").status_code == 200


def test_earlier_month_is_empty(site):
    closed(site, 5)
    page = BeautifulSoup(site.fang.get("/officer/statistics?month=2020-02").text, "html.parser")
    assert page.select_one("#table-total tbody td").text == "0"


def test_pool_holds_no_personal_data_and_the_export_is_on_record(site):
    number = closed(site, 5)
    line = json.loads(site.fang.get("/officer/pool.jsonl").text.splitlines()[0])
    assert (
        line["number"] == number and "phone" not in line and "13912345678" not in json.dumps(line, ensure_ascii=False)
    )
    assert site.fang.get("/officer/pool.csv").text.startswith("format,number")
    assert site.fang.get("/officer/pool.exe").status_code == 404
    admin = browser_of(site, make_person(site, "admin2", "admin"))
    assert "导出诉求数据" in admin.get("/admin/audit").text


def test_booking_goes_its_way_by_its_own_agent(site):
    booked = site.desk.tickets.bookings.book(
        "公司设立登记", ["核名", "登记"], REQUESTER, phone="13912345678", wish="明天上午"
    )
    address = f"/officer/bookings/{booked.number}"
    assert "公司设立登记" in site.li.get("/officer/bookings").text
    assert site.li.post(f"{address}/moves/accept", {"text": "好"}).status_code == 303
    assert site.wu.post(f"{address}/moves/tick", {"step": "核名"}).status_code == 403
    site.li.post(f"{address}/moves/tick", {"step": "核名"})
    assert "1／2" in site.li.get(address).text
    assert site.li.post(f"{address}/moves/finish").status_code == 422
    due = (clock.today() + dt.timedelta(days=2)).isoformat()
    site.li.post(f"{address}/commitments", {"kind": "lack", "what": "补交租赁合同", "due_on": due})
    assert "补交租赁合同" in site.li.get("/officer/bookings").text
    kept = site.desk.tickets.bookings.commitments(booked.number)[0]
    assert site.li.post(f"{address}/commitments/{kept.id}/keep").status_code == 303
    assert site.li.post(f"{address}/commitments/{kept.id}/keep").status_code == 422
    site.li.post(f"{address}/moves/tick", {"step": "登记"})
    site.li.post(f"{address}/moves/finish")
    assert site.desk.tickets.bookings.get(booked.number).state == "done"
    assert booked.number in site.li.get("/officer/bookings").text
    assert site.fang.get("/officer/bookings/none").status_code == 404


def test_what_was_typed_about_a_booking_stands_in_its_own_form_again(site):
    booked = site.desk.tickets.bookings.book("公司设立登记", ["核名"], REQUESTER, phone="13912345678")
    address = f"/officer/bookings/{booked.number}"
    page = site.li.post(f"{address}/commitments", {"kind": "promise", "what": "补交租赁合同", "due_on": ""})
    assert page.status_code == 422 and "请选到期日" in page.text and 'value="补交租赁合同"' in page.text
    assert '<option value="promise" selected>' in page.text
    page = site.li.post(f"{address}/moves/accept", {"text": "长" * 5001})
    assert page.status_code == 422 and "“留言”最多 5000 个字，现在 5001 个" in page.text
    assert page.text.count("长" * 5001) == 1


def test_slips_come_by_the_clock_and_each_once(site):
    number = site.desk.tickets.tickets.open(Draft("停电", phone="13912345678"), REQUESTER).number
    assert clock_jobs.issue(site.desk.tickets.supervision) == 0
    with writing(site.desk.engine) as connection:
        connection.execute(sa.update(table).where(table.c.number == number).values(blue_at=dt.datetime(2026, 1, 1)))
    assert [clock_jobs.issue(site.desk.tickets.supervision) for _ in range(3)] == [1, 0, 0]
