"""The officer's pages: the list, one appeal with its moves, registering by phone, posts, attachments, proposals."""

import datetime as dt
import io
import re

import pytest
from bs4 import BeautifulSoup
from fake_site import open_site
from fake_staff import browser_of, browser_with, make_person

from web.tickets import Draft
from web.tickets.commands import REQUESTER
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.ticket import Actor
from web.tickets.service import SYSTEM

POWER = "供电公司"
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def site(settings):
    """The site with people of every post."""
    with open_site(settings) as opened:
        admin = make_person(opened, "guan", "admin")
        opened.admin = browser_of(opened, admin)
        opened.operator = browser_with(opened, "operator")
        for name, roles, department in (
            ("fang", ["dispatcher"], ""),
            ("li", ["handler"], POWER),
            ("wang", ["handler"], "规划建设局"),
            ("chief", ["approver", "supervisor"], ""),
        ):
            who = make_person(opened, name, "officer")
            opened.desk.tickets.posts.give(admin, who, roles, department)
            setattr(opened, name, browser_of(opened, who))
        yield opened


def opened(site, **more):
    """A new appeal; returns its number."""
    draft = {
        "text": "车间这周停电三次",
        "kind": "complaint",
        "category": "facilities.power",
        "phone": "13912345678",
        "consent": True,
    }
    return site.desk.tickets.tickets.open(Draft(**{**draft, **more}), REQUESTER).number


def page(browser, number):
    reply = browser.get(f"/officer/tickets/{number}")
    assert reply.status_code == 200
    return BeautifulSoup(reply.text, "html.parser")


def moves(browser, number):
    """The moves that the page of an appeal offers."""
    return [form["action"].rsplit("/", 1)[1] for form in page(browser, number).select(".move form")]


def do(browser, number, move, **given):
    """Make a move as the page would send it."""
    revision = page(browser, number).select_one(".move [name=revision]")
    data = {"revision": revision["value"] if revision else "0", **given}
    return browser.post(f"/officer/tickets/{number}/moves/{move}", data, page=f"/officer/tickets/{number}")


def state(site, number):
    return site.desk.tickets.tickets.get(number).state


def test_life_of_a_ticket_through_the_pages(site):
    number = opened(site)
    assert do(site.operator, number, "dispatch", department=POWER).status_code == 303
    do(site.li, number, "ask_return", reason="不归我们管")
    do(site.fang, number, "redispatch", department="规划建设局", reason="道路施工挖断电缆")
    for move, given in (("sign", {}), ("handle", {}), ("ask_extension", {"reason": "要备件", "days": "3"})):
        assert do(site.wang, number, move, **given).status_code == 303, move
    do(site.chief, number, "approve_extension")
    do(site.wang, number, "reply", reply="已修复", outcome="resolved")
    do(site.operator, number, "revisit_bad", grade="1", reasons=["推诿"], comment="又停了")
    assert state(site, number) == "unsatisfied"
    do(site.chief, number, "supervise", colour="orange", reason="重要事项")
    do(site.wang, number, "rectify_contact", text="已联系", verdict="true")
    do(site.wang, number, "rectify_done", text="换了电缆")
    do(site.operator, number, "rectify_check", text="企业认可", resolved="yes")
    do(site.chief, number, "reopen", reason="重办")
    do(site.wang, number, "reply", reply="已加装备用线路", outcome="resolved")
    do(site.operator, number, "revisit_good", grade="4")
    do(site.operator, number, "close")
    assert state(site, number) == "closed"
    told = page(site.fang, number).select(".history li strong")
    assert [line.text for line in told][:4] == ["登记", "派单", "申请退回", "改派"] and told[-1].text == "办结"
    assert "重要事项" in page(site.fang, number).find(id="h-slips").parent.text


def test_only_moves_that_can_be_made_are_offered(site):
    number = opened(site)
    assert moves(site.li, number) == ["note"] and "dispatch" in moves(site.operator, number)
    do(site.fang, number, "dispatch", department=POWER)
    assert moves(site.li, number)[0] == "sign" and "sign" not in moves(site.wang, number)
    do(site.li, number, "ask_return", reason="不归")
    do(site.fang, number, "refuse_return", reason="归")
    assert "ask_return" not in moves(site.li, number)


def test_move_that_is_not_offered_is_refused_and_changes_nothing(site):
    number = opened(site)
    reply = do(site.li, number, "dispatch", department=POWER)
    assert reply.status_code == 403 and "您的岗位不能" in reply.text and state(site, number) == "registered"


def test_somebody_who_saw_an_older_state_is_told_to_look_again(site):
    number = opened(site)
    data = {"revision": "1", "department": POWER}
    address = f"/officer/tickets/{number}/moves/dispatch"
    site.desk.tickets.tickets.move(number, "note", SYSTEM, text="先看看")
    reply = site.fang.post(address, data)
    assert reply.status_code == 409 and "刚被别人处理过" in reply.text and state(site, number) == "registered"
    assert site.fang.post(address, {"department": POWER}).status_code == 409  # without what was seen, nothing moves


def test_missing_input_is_named_and_what_was_typed_stays(site):
    number = opened(site, kind="consult")
    reply = do(site.fang, number, "answer", reply="请走这条路", outcome="")
    assert reply.status_code == 422 and "还缺：办理结果" in reply.text and "请走这条路" in reply.text


def test_list_has_urgent_first_and_says_the_colour_in_words(site):
    plain = opened(site)
    urgent = opened(site, text="变压器起火", urgency="urgent", phone="13900001111")
    late = opened(site, text="路灯一直不亮", category="facilities.road", phone="13900002222")
    for number, days in ((late, 3), (plain, 0)):
        if days:
            age(site, number)
    text = site.fang.get("/officer/tickets").text
    rows = [row.a["href"].rsplit("/", 1)[1] for row in BeautifulSoup(text, "html.parser").select("tbody tr")]
    assert rows[0] == urgent and rows.index(late) < rows.index(plain)
    assert "超期" in text and "紧急" in text
    red = site.fang.get("/officer/tickets?colour=red").text
    assert late in red and plain not in red


def age(site, number):
    """Let the deadlines of a ticket lie far back."""
    import sqlalchemy as sa

    from kb.database import writing
    from web.tickets.tables import tickets

    past = dt.datetime(2026, 1, 5)
    columns = ("due_at", "next_due_at", "stage_due_at", "blue_at", "orange_at", "red_at", "sort_at")
    with writing(site.desk.engine) as connection:
        connection.execute(sa.update(tickets).where(tickets.c.number == number).values(dict.fromkeys(columns, past)))


def test_handler_begins_with_the_own_department(site):
    number = opened(site)
    do(site.fang, number, "dispatch", department=POWER)
    assert number in site.li.get("/officer/tickets").text
    assert number not in site.wang.get("/officer/tickets").text
    assert number in site.wang.get("/officer/tickets?department=all").text


def test_operator_registers_what_is_told_on_the_phone(site):
    data = {
        "text": "园区路灯坏了，我电话13900001111",
        "kind": "complaint",
        "category": "facilities.road",
        "phone": "139 0000 1111",
    }
    reply = site.operator.post("/officer/tickets", data)
    ticket = site.desk.tickets.tickets.get(reply.location.rsplit("/", 1)[1])
    assert (ticket.channel, ticket.phone, ticket.consent) == ("phone", "13900001111", False)
    assert "13900001111" not in ticket.text
    again = site.operator.post("/officer/tickets", {**data, "phone": "abc"})
    assert again.status_code == 422 and "电话号码不能用" in again.text and "园区路灯坏了" in again.text
    assert site.li.post("/officer/tickets", data).status_code == 403


def test_contacts_are_kept_from_departments_without_consent(site):
    number = opened(site, consent=False)
    do(site.fang, number, "dispatch", department=POWER)
    assert "13912345678" not in site.li.get(f"/officer/tickets/{number}").text
    assert "13912345678" in site.operator.get(f"/officer/tickets/{number}").text


def test_reply_knows_templates_similar_tickets_and_entries(site):
    done = opened(site, text="开公司需要什么材料", kind="consult", category="approval.guide", phone="13900003333")
    do(site.fang, done, "answer", reply="见办事指南", outcome="explained")
    do(site.operator, done, "revisit_good", grade="5")
    do(site.operator, done, "close")
    number = opened(site, text="请问开公司需要什么材料", kind="consult", category="approval.guide")
    do(site.fang, number, "dispatch", department=POWER)
    do(site.li, number, "sign")
    do(site.li, number, "handle")
    shown = page(site.li, number)
    assert number in shown.select_one("[data-templates]").decode()
    near = shown.find(id="h-alike").parent
    assert done in near.text and "见办事指南" in near.text
    assert near.find("a", href=re.compile("/entries/A1-company-setup"))


def test_transcript_that_led_to_the_ticket_is_there(site):
    reply = site.ask("我要反映路灯坏了，电话13812345678").get_json()
    number = next(item["number"] for item in reply["messages"] if item["type"] == "ticket")
    text = site.fang.get(f"/officer/tickets/{number}").text
    assert "登记这件诉求的会话（1 问" in text and "已为您登记" in text


def test_closed_consultation_becomes_a_draft_entry(site):
    number = opened(site, text="开户许可证还要办吗", kind="consult")
    do(site.fang, number, "answer", reply="已经取消核发", outcome="explained")
    assert site.fang.post(f"/officer/tickets/{number}/propose").status_code == 409
    do(site.operator, number, "revisit_unreached", text="无人接听")
    do(site.operator, number, "close")
    assert "建议收进知识库" in site.fang.get(f"/officer/tickets/{number}").text
    assert site.fang.post(f"/officer/tickets/{number}/propose").status_code == 303
    from kb.store import Store

    entry = Store(site.desk.engine).get(f"T-{number}")
    assert (entry.status, entry.body.answer) == ("draft", "已经取消核发")
    assert site.fang.post(f"/officer/tickets/{number}/propose").status_code == 422


def test_files_are_checked_and_only_ever_saved(site):
    number = opened(site)
    address = f"/officer/tickets/{number}/files"

    def send(name, content):
        return site.fang.post(address, {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")

    assert send("图.png", b"\x89PNG\r\n\x1a\n" + b"x" * 300_000).status_code == 303
    assert send("page.html", b"<script>alert(1)</script>").status_code == 422
    assert send("bill.pdf", b"<html>").status_code == 422
    link = page(site.li, number).select_one("#h-files ~ ul a")
    got = site.li.get(link["href"])
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in got.headers["Content-Security-Policy"] and got.headers["X-Content-Type-Options"] == "nosniff"


def test_officer_without_a_post_may_only_read(site):
    number, browser = opened(site), browser_of(site, make_person(site, "neu", "officer"))
    assert "您还没有岗位" in browser.get("/officer/tickets").text
    assert moves(browser, number) == []
    assert do(browser, number, "dispatch", department=POWER).status_code == 403


def test_admin_gives_a_post_that_takes_hold_at_once(site):
    who = make_person(site, "neu", "officer")
    browser, number = browser_of(site, who), opened(site)
    reply = site.admin.post("/officer/posts", {"person": who.id, "roles": ["handler"]}, page="/officer/posts")
    assert reply.status_code == 422 and "写明部门" in reply.text
    site.admin.post(
        "/officer/posts", {"person": who.id, "roles": ["dispatcher"], "department": ""}, page="/officer/posts"
    )
    assert "dispatch" in moves(browser, number)
    assert "调整诉求岗位" in site.admin.get("/admin/audit").text


def test_markup_stays_text_everywhere(site):
    number = opened(site, text=SCRIPT, title=SCRIPT, place=SCRIPT, contact_name=SCRIPT)
    do(site.fang, number, "dispatch", department=POWER, text=SCRIPT)
    for address in ("/officer/tickets", f"/officer/tickets/{number}", "/officer/slips", "/officer/rectifications"):
        text = site.fang.get(address).text
        assert "<script>alert" not in text and "<img src=x" not in text


def test_rectifications_and_slips_are_listed_with_their_days(site):
    number = opened(site)
    for move, role, given in (
        ("dispatch", Role.DISPATCHER, {"department": POWER}),
        ("sign", Role.HANDLER, {}),
        ("handle", Role.HANDLER, {}),
        ("reply", Role.HANDLER, {"reply": "好了", "outcome": "resolved"}),
    ):
        site.desk.tickets.tickets.move(number, move, Actor("x", role, POWER), **given)
    site.desk.tickets.ratings.grade(number, 1, REQUESTER)
    assert "待核实" in site.li.get("/officer/rectifications").text
    assert number not in site.wang.get("/officer/rectifications").text
    site.desk.tickets.supervision.issue()
    assert number in site.fang.get("/officer/slips?colour=orange").text
    assert number not in site.fang.get("/officer/slips?colour=red").text
