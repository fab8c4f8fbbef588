"""An appeal from the chat to a satisfied enterprise, in a browser, with the whole product running."""

import re

import pytest
from playwright.sync_api import expect
from talking import ask, ask_for_news

from kb.store import Store
from web.accounts.management import Management
from web.accounts.service import Accounts, Browser
from web.tickets import TicketDesk

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.model]

PASSWORD = "seven quiet herons wade"
PHONE = "13912345678"
POWER, ROADS = "供电公司", "规划建设局"
TOLD = (
    "我要投诉园区停电，这周停了三次，生产线停了",
    "水电气网",
    "科创路8号",
    "从周一开始",
    "地点改成科创路18号",
    f"王工 {PHONE}",
    "同意",
)


@pytest.fixture(scope="module")
def staff(stack):
    """The people of the desk, made by the services on the running product's own database; returns the ticket desk."""
    store = Store.open(stack.settings)
    accounts = Accounts(store.engine, stack.settings)
    desk = TicketDesk.open(store.engine, stack.settings.data_dir, mask=str)
    here = Browser("127.0.0.1", "test")
    if not any("admin" in one.roles for one in accounts.people.all()):
        accounts.join(accounts.first_admin_token(), PASSWORD, here, "guan", "管理员")
    admin = next(one for one in accounts.people.all() if "admin" in one.roles)
    for name, role, posts, department in (
        ("huawuyuan", "operator", [], ""),
        ("fangpaidan", "officer", ["dispatcher"], ""),
        ("liguihua", "officer", ["handler"], ROADS),
        ("wanggongdian", "officer", ["handler"], POWER),
    ):
        accounts.join(Management(accounts).invite(admin, name, name, [role]), PASSWORD, here)
        if posts:
            person = next(one for one in accounts.people.all() if one.name == name)
            desk.posts.give(admin, person, posts, department)
    yield desk
    store.close()


@pytest.fixture
def at_work(open_page, stack_url):
    """Sign somebody in: `at_work("liguihua")` returns their page, made once."""
    pages = {}

    def signed_in(name):
        if name not in pages:
            page = open_page(f"{stack_url}/account/sign-in")
            page.get_by_label("登录名").fill(name)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.locator(".rooms").wait_for()
            pages[name] = page
        return pages[name]

    return signed_in


def do(page, stack_url, number, move, **given):
    """Open the ticket and make a move with its form."""
    page.goto(f"{stack_url}/officer/tickets/{number}")
    form = page.locator(f'form[action$="/moves/{move}"]')
    details = page.locator("details.move").filter(has=form)
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    for name, value in given.items():
        field = form.locator(f'[name="{name}"]').first
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.get_by_role("button").last.click()
    page.locator(".said", has_text="已记下").wait_for()


def progress(chat, number):
    """What the chat says of the appeal."""
    return ask(chat, f"查询进度 {number}").locator(".ticket").inner_text()


def told(chat, words):
    """Wait until a step of the appeal stands in the open chat; it comes by itself."""
    ask_for_news(chat)
    chat.locator(".log .step", has_text=words).last.wait_for()


def grade(page, words):
    """Grade the latest reply on the enterprise's page."""
    page.reload()
    page.get_by_label(words, exact=True).check()
    page.get_by_label("实名", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("评价已记下").wait_for()


def test_appeal_from_the_chat_to_a_satisfied_enterprise(open_page, stack_url, staff, at_work):
    chat = open_page(stack_url)
    for line in TOLD:
        last = ask(chat, line)
    assert "科创路18号" in last.inner_text() and "科创路8号" not in last.inner_text()
    number = re.search(r"SQ\d{8}-\w{6}", ask(chat, "确认提交").locator(".ticket").inner_text())[0]
    assert "现在：已登记" in progress(chat, number)

    do(at_work("huawuyuan"), stack_url, number, "dispatch", department=ROADS)
    told(chat, f"已交{ROADS}办理")
    assert f"已交{ROADS}办理" in progress(chat, number)
    do(at_work("liguihua"), stack_url, number, "ask_return", reason="供电线路不归我们管")
    assert "现在：申请退回" in progress(chat, number)
    do(at_work("fangpaidan"), stack_url, number, "redispatch", department=POWER, reason="供电线路由供电公司管理")
    told(chat, f"已改由{POWER}办理")
    assert f"已改由{POWER}办理" in progress(chat, number)
    wang = at_work("wanggongdian")
    do(wang, stack_url, number, "sign")
    do(wang, stack_url, number, "handle")
    told(chat, f"{POWER}已开始办理")
    assert "现在：办理中" in progress(chat, number)
    do(wang, stack_url, number, "ask_more", text="请说明停电的时间")
    told(chat, "请补充情况：请说明停电的时间")
    own = open_page(f"{stack_url}/appeals?number={number}", "phone")
    own.get_by_label("登记时留的电话").fill(PHONE)
    own.get_by_role("button", name="查进度").click()
    own.get_by_label("补充的情况").fill("每天晚上八点到九点")
    own.get_by_role("button", name="提交补充").click()
    own.get_by_text("“补充情况”已记下").wait_for()
    expect(own.locator("#asked")).to_have_count(0)

    do(wang, stack_url, number, "reply", reply="线路已修复", outcome="resolved")
    told(chat, "已答复：线路已修复")
    assert "请对答复作出评价" in progress(chat, number)
    own.reload()
    expect(own.locator("#state")).to_have_text("已答复")
    expect(own.locator("[name=grade]:checked")).to_have_count(0)
    grade(own, "不满意")
    expect(own.locator("#rectification")).to_contain_text(re.compile(r"整改期限 20\d\d-\d\d-\d\d"))
    assert "现在：不满意" in progress(chat, number)
    staff.supervision.issue()  # as the site does every minute
    wang.goto(f"{stack_url}/officer/slips")
    expect(wang.locator("tbody")).to_contain_text(number)

    wang.goto(f"{stack_url}/officer/rectifications")
    expect(wang.locator("tbody")).to_contain_text(number)
    do(wang, stack_url, number, "rectify_contact", text="已上门核实", verdict="true")
    do(at_work("fangpaidan"), stack_url, number, "reopen", reason="线路老化没有根治")
    told(chat, f"已退回{POWER}重新办理")
    do(wang, stack_url, number, "rectify_done", text="已更换电缆")
    told(chat, "整改完成：已更换电缆")
    do(wang, stack_url, number, "reply", reply="已更换全部老化电缆", outcome="resolved")
    do(at_work("huawuyuan"), stack_url, number, "rectify_check", text="企业确认不再停电", resolved="yes")
    assert "现在：已答复" in progress(chat, number)
    grade(own, "满意")
    do(at_work("huawuyuan"), stack_url, number, "close")
    told(chat, "办结")
    assert "现在：已办结" in progress(chat, number)
    conversation = chat.evaluate("localStorage.getItem('qxb-conversation')")
    steps = [line.text for line in staff.progress.news(conversation)]
    expect(chat.locator(".log .step .lines")).to_have_count(len(steps))
    assert chat.locator(".log .step .lines").all_text_contents() == steps and len(steps) > 10
    _counted_to_the_last(staff, number)


def _counted_to_the_last(desk, number):
    """Statistics and slips say what the history says."""
    from web import clock

    history = desk.tickets.history(number)
    assert [event.move for event in history if event.move in ("dispatch", "ask_return", "redispatch", "reopen")] == [
        "dispatch",
        "ask_return",
        "redispatch",
        "reopen",
    ]
    today = clock.today()
    figures = desk.statistics.monthly(today.year, today.month).total.figures
    assert figures.registered == 1 and figures.replies == sum(event.move == "reply" for event in history) == 2
    assert [row["grade"] for row in desk.ratings.of(number)] == [2, 4] and figures.graded == 2
    assert figures.closed == 1 and figures.satisfied_rate == 0.5
    slips = desk.tickets.slips(number)
    assert len(slips) >= 1 and len(slips) == sum(event.move == "supervise" for event in history) == sum(
        figures.slips.values()
    )
