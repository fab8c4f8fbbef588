"""The operator in a browser: takes a conversation over while the visitor watches, and judges with the keyboard."""

import datetime as dt

import pytest
from fake_staff import browser_of, make_person
from playwright.sync_api import expect
from review_world import make_turn
from talking import ask

from web import clock

pytestmark = pytest.mark.browser
PAGES = (
    "/operator/figures",
    "/operator/figures?unit=month",
    "/operator/conversations",
    "/operator/conversations?q=材料",
    "/operator/conversations/shown",
    "/operator/review",
    "/operator/review/results",
    "/operator/live",
    "/operator/live/shown",
)


@pytest.fixture
def operator(site, address, open_page):
    """Open a page as an operator: `operator(path, size="phone")`."""
    browser = browser_of(site, make_person(site, "wang", "operator", shown_name="王五"))

    def opened(path, size="desktop"):
        page = open_page(f"{address}/account/sign-in", size)
        page.context.add_cookies([{"name": browser.cookie_name, "value": browser.cookie(), "url": address}])
        page.goto(address + path)
        return page

    return opened


@pytest.fixture
def filled(site):
    """A site with some days of conversations."""
    yesterday = dt.datetime.combine(clock.today() - dt.timedelta(days=1), dt.time(9))
    for number in range(12):
        outcome = ("answered", "no_answer", "refused")[number % 3]
        make_turn(
            site,
            yesterday + dt.timedelta(minutes=number),
            f"第{number}问：开公司要什么材料",
            outcome=outcome,
            vote="down" if number == 4 else "",
        )
    why = [
        {"entry_id": "A1-company-setup", "key": "materials", "score": 0.9, "found_by": ["words"], "matched": ["材料"]}
    ]
    make_turn(site, yesterday, "给人看的一问", conversation="shown", why=why, vote="down")
    return site


def test_the_visitor_sees_who_speaks_gets_the_words_without_a_reload_and_the_bot_back(
    site, address, open_page, operator
):
    visitor = open_page(address)
    ask(visitor, "转人工")
    desk = operator("/operator/live")
    desk.get_by_role("link", name="转人工").click()
    desk.get_by_role("button", name="接管").click()
    desk.locator("#say").fill("您好，我是窗口的工作人员。")
    desk.locator("#say").press("Control+Enter")
    visitor.locator(".log .person", has_text="窗口的工作人员").wait_for()
    expect(visitor.locator(".person-now")).to_contain_text("会话运营员")
    assert "王五" not in visitor.content()
    heard, answers = len(site.rasa.heard), visitor.locator(".log .bot").count()
    visitor.locator("#question").fill("我想问材料")
    visitor.locator("#question").press("Enter")
    desk.locator(".watch", has_text="我想问材料").wait_for()
    visitor.locator(".dots").wait_for(state="hidden")
    assert (len(site.rasa.heard), visitor.locator(".log .bot").count()) == (heard, answers)
    visitor.reload()
    visitor.locator(".log .person", has_text="窗口的工作人员").wait_for()
    assert "没有答成" not in visitor.locator(".log").text_content()
    desk.get_by_role("button", name="交还机器人").click()
    visitor.locator(".person-note", has_text="机器人继续").wait_for()
    assert "材料" in ask(visitor, "开公司要什么材料").text_content()


def test_judging_needs_no_mouse(filled, operator):
    page = operator("/operator/review")
    first = page.locator("[data-turn]").first
    expect(first).to_be_focused()
    page.keyboard.press("3")
    page.keyboard.press("e")
    page.keyboard.type("A4-company-change")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    first.locator("[data-said]", has_text="已评：错误").wait_for()
    expect(page.locator("[data-turn]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.locator("#progress", has_text="您已评 2 问").wait_for()


def test_the_mailbox_is_walked_with_keys(filled, operator):
    page = operator("/operator/conversations")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/operator/conversations/*")
    page.go_back()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("给人看")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=*")
    expect(page.locator("[data-row]")).to_have_text(["给人看的一问"])


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_page_fits_its_screen_and_keeps_to_the_policy(filled, operator, size):
    page = operator("/account", size)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
    assert complaints == []
