"""The enterprise's pages: only proven appeals are shown, guessing is limited, grades are never given by default."""

import io

import pytest
from bs4 import BeautifulSoup
from fake_staff import Browser

from web.tickets import Actor, Draft, Role
from web.tickets.commands import REQUESTER

PHONE = "13912345678"
HANDLER = Actor("li", Role.HANDLER, "供电公司")
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def opened(site, **more):
    """A new appeal; returns its number."""
    draft = {
        "text": "车间这周停电三次",
        "kind": "complaint",
        "category": "facilities.power",
        "phone": PHONE,
        "consent": True,
    }
    return site.desk.tickets.tickets.open(Draft(**{**draft, **more}), REQUESTER).number


def replied(site, number):
    for move, actor, given in (
        ("dispatch", Actor("fang", Role.DISPATCHER), {"department": "供电公司"}),
        ("sign", HANDLER, {}),
        ("handle", HANDLER, {}),
        ("reply", HANDLER, {"reply": "线路已修复", "outcome": "resolved"}),
    ):
        site.desk.tickets.tickets.move(number, move, actor, **given)


def token(browser, page="/appeals"):
    soup = BeautifulSoup(browser.get(page).text, "html.parser")
    return soup.find("input", attrs={"name": "csrf_token"})["value"]


def post(browser, address, data=None, page="/appeals", **more):
    return browser.client.post(address, data={"csrf_token": token(browser, page), **(data or {})}, **more)


def prove(browser, number, phone=PHONE):
    return post(browser, "/appeals/check", {"number": number, "phone": phone})


@pytest.fixture
def browser(site):
    return Browser(site)


def test_number_and_phone_open_the_progress(site, browser):
    number = opened(site)
    reply = prove(browser, number.lower(), "139 1234 5678")
    assert reply.location == f"/appeals/{number}"
    text = browser.get(reply.location).text
    assert "已收到您的诉求" in text and "下一步由派单员处理" in text


def test_nobody_else_sees_or_changes_it(site, browser):
    mine, other = opened(site), opened(site, phone="13900001111")
    prove(browser, mine)
    assert browser.get(f"/appeals/{other}").location == f"/appeals?number={other}"
    for move in ("moves/withdraw", "grade", "files"):
        reply = post(browser, f"/appeals/{other}/{move}", {"reason": "x", "grade": "5"})
        assert reply.status_code == 403
    assert site.desk.tickets.tickets.get(other).revision == 1


def test_wrong_phone_and_unknown_number_are_answered_alike_and_then_limited(site, browser, caplog):
    number = opened(site)
    wrong, unknown = prove(browser, number, "13900000000"), prove(browser, "SQ20200101-AAAAAA")
    shown = [reply.text.split('role="alert"')[1].split("</p>")[0] for reply in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 403 and shown[0] == shown[1]
    for _ in range(3):
        prove(browser, "SQ20200101-BBBBBB")
    assert prove(browser, number).status_code == 429
    assert "too many failures" in caplog.text


def test_bad_grade_with_reasons_opens_a_rectification_with_its_day(site, browser):
    number = opened(site)
    replied(site, number)
    prove(browser, number)
    page = BeautifulSoup(browser.get(f"/appeals/{number}").text, "html.parser")
    assert len(page.select("[name=grade]")) == 5 and not page.select("input[checked]")
    assert post(browser, f"/appeals/{number}/grade", {"real_name": "yes"}).status_code == 422
    given = {
        "grade": "2",
        "reasons": ["推诿", "态度"],
        "comment": "电话13900001111没人接",
        "resolved": "no",
        "real_name": "no",
    }
    assert post(browser, f"/appeals/{number}/grade", given).status_code == 303
    rating = site.desk.tickets.ratings.of(number)[0]
    assert (rating["grade"], rating["reasons"], rating["real_name"]) == (2, ["推诿", "态度"], False)
    assert "13900001111" not in rating["comment"]
    text = browser.get(f"/appeals/{number}").text
    assert "差评整改：承办部门正在核实，整改期限 20" in text and "评价这次答复" not in text
    assert post(browser, f"/appeals/{number}/grade", given).status_code == 409


def test_information_appeal_and_withdrawal(site, browser):
    number = opened(site)
    prove(browser, number)
    post(browser, f"/appeals/{number}/moves/add_information", {"text": "今天又停了"})
    assert site.desk.tickets.tickets.history(number)[-1].text == "今天又停了"
    assert post(browser, f"/appeals/{number}/moves/dispatch", {"department": "x"}).status_code == 422
    assert post(browser, f"/appeals/{number}/moves/appeal", {"reason": "x"}).status_code == 409
    replied(site, number)
    post(browser, f"/appeals/{number}/grade", {"grade": "1", "real_name": "yes"})
    post(browser, f"/appeals/{number}/moves/appeal", {"reason": "没有解决"})
    assert site.desk.tickets.tickets.get(number).state == "appealed"
    post(browser, f"/appeals/{number}/moves/withdraw", {"reason": "自行解决"})
    assert site.desk.tickets.tickets.get(number).state == "withdrawn"


def test_new_appeal_from_the_page(site, browser):
    data = {
        "text": "园区路灯坏了",
        "kind": "complaint",
        "category": "facilities.road",
        "phone": PHONE,
        "consent": "yes",
    }
    reply = post(browser, "/appeals/new", data, page="/appeals/new")
    ticket = site.desk.tickets.tickets.get(reply.location.rsplit("/", 1)[1])
    assert (ticket.channel, ticket.consent, ticket.real_name) == ("web", True, True)
    assert ticket.number in browser.get(reply.location).text
    again = post(browser, "/appeals/new", {**data, "phone": ""}, page="/appeals/new")
    assert again.status_code == 422 and "园区路灯坏了" in again.text


def test_what_was_typed_stands_in_the_form_again(site, browser):
    number = opened(site)
    prove(browser, number)
    long = "又停电了" * 1251
    page = post(browser, f"/appeals/{number}/moves/add_information", {"move": "add_information", "text": long})
    assert page.status_code == 422 and "“补充的情况”最多 5000 个字，现在 5004 个" in page.text and long in page.text
    replied(site, number)
    typed = {"comment": "没人接电话", "reasons": "推诿", "resolved": "no", "real_name": "no"}
    page = BeautifulSoup(post(browser, f"/appeals/{number}/grade", typed).text, "html.parser")
    assert page.select_one("#comment").text == "没人接电话" and "请选一个评价等级" in page.text
    ticked = {(one["name"], one["value"]) for one in page.select("input[checked]")}
    assert ticked == {("reasons", "推诿"), ("resolved", "no"), ("real_name", "no")}


def test_a_new_appeal_that_cannot_be_kept_loses_nothing(site, browser):
    data = {"text": "路灯坏了", "place": "a" * 501, "phone": PHONE, "consent": "yes", "real_name": "no"}
    reply = post(browser, "/appeals/new", data, page="/appeals/new")
    page = BeautifulSoup(reply.text, "html.parser")
    assert reply.status_code == 422 and "“地点”最多 500 个字，现在 501 个" in reply.text
    assert page.select_one("#text").text == "路灯坏了" and page.select_one("#place")["value"] == "a" * 501
    assert {one["name"] for one in page.select("input[checked]")} == {"consent", "real_name"}


def test_lines_of_an_appeal_count_as_the_browser_counts_them(site, browser):
    lines = "\r\n".join(["一二三四五六七八九"] * 500)
    reply = post(browser, "/appeals/new", {"text": lines, "phone": PHONE}, page="/appeals/new")
    assert reply.status_code == 303
    kept = site.desk.tickets.tickets.get(reply.location.rsplit("/", 1)[1]).text
    assert kept == lines.replace("\r\n", "\n") and len(kept) == 4999


def test_files_go_in_checked_and_come_back_as_downloads(site, browser):
    number = opened(site)
    prove(browser, number)

    def send(name, content):
        page = token(browser)
        data = {"csrf_token": page, "file": (io.BytesIO(content), name)}
        return browser.client.post(f"/appeals/{number}/files", data=data, content_type="multipart/form-data")

    assert send("a.pdf", b"%PDF-1.7" + b"x" * 400_000).status_code == 303
    assert send("a.svg", b"<svg onload=alert(1)>").status_code == 422
    link = BeautifulSoup(browser.get(f"/appeals/{number}").text, "html.parser").select_one(".points a")["href"]
    got = browser.get(link)
    assert (
        got.headers["Content-Disposition"].startswith("attachment")
        and "sandbox" in got.headers["Content-Security-Policy"]
    )
    assert Browser(site).get(link).status_code == 303


def test_markup_stays_text_and_nothing_is_cached(site, browser):
    number = opened(site, text=SCRIPT, title=SCRIPT)
    prove(browser, number)
    reply = browser.get(f"/appeals/{number}")
    assert "<script>alert" not in reply.text and reply.headers["Cache-Control"] == "no-store"
    assert "<script>alert" not in browser.get(f"/appeals?number={SCRIPT}").text
