"""An enterprise is served without asking twice: from its profile in the chat to a push that comes once, and no more."""

import re
from urllib.parse import urljoin

import pytest
from joining import enter
from playwright.sync_api import expect
from shipped import shipped
from talking import ask, ask_for_news, look_until

from kb.store import Store
from web.jobs import PUSH, Job, open_queue
from web.push.jobs import PUSHING

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.model]

TOLD = (
    "跳过",
    "有限责任公司",
    "做汽车零部件机加工的",
    "高新区",
    "2015年",
    "八十来个人",
    "三千万左右",
    "已经是科技型中小企业了",
)


@pytest.fixture
def publish(stack, open_page, people):
    """Publish a policy that fits an enterprise of up to 500 people: one hands it in, another reviews and publishes.

    At the end it has run out: nobody else who asks this copy of the product is matched with it.
    """
    store = Store.open(stack.settings)
    staff, made = [], []

    def published(entry_id, title):
        if not staff:
            staff.append(enter(open_page, people("sun", "孙维护", "curator")))
            staff.append(enter(open_page, people("qian", "钱审核", "reviewer")))
        curator, reviewer = staff
        entry = shipped("K2-tech-sme")
        body = entry.body.copy(update={"rules": entry.body.rules[:1]})
        names = {"aliases": (), "questions": (), "related": (), "confused_with": (), "faq": ()}
        about = {"id": entry_id, "title": title, "body": body, "status": "draft"}
        made.append(store.save(entry.copy(update={**about, **names}), author="孙维护"))
        curator.goto(f"{stack.url}/curator/entries/{entry_id}/versions")
        curator.get_by_role("button", name="提交审核").click()
        curator.get_by_text("已提交审核").wait_for()
        reviewer.goto(f"{stack.url}/curator/entries/{entry_id}/versions")
        reviewer.get_by_role("button", name="通过并发布").click()
        reviewer.get_by_text("已发布，几秒内对访客生效").wait_for()

    yield published
    for entry in made:
        store.save(entry.copy(update={"status": "expired", "effective_to": None}), author="钱审核")
    store.close()
    stack.run("retriever", "index")


def profile_told(page):
    """Fill in the profile in the chat; returns the answer with the matches."""
    assert "第1/8步" in ask(page, "按我们企业的情况匹配一下政策").text_content()
    for words in TOLD:
        answer = ask(page, words)
    assert "51-100人" in answer.text_content()
    return ask(page, "确认提交")


def ranking(answer):
    """The titles of the matches in their order."""
    return re.findall(r"^\d\. ([^：\n]+)：", answer.locator(".ticket").inner_text(), flags=re.MULTILINE)


def subscribe(page):
    """Subscribe in the chat, to be told in its panel."""
    ask(page, "订阅惠企政策")
    ask(page, "跳过")
    expect(ask(page, "确认")).to_contain_text("已订阅")


def take_to_dingtalk(page, matched):
    """Add a DingTalk account that agrees to policies, and subscribe it, on the enterprise's own pages."""
    with page.context.expect_page() as opened:
        matched.get_by_role("link", name="查看、更正我的企业信息").click()
    own = opened.value
    own.locator("#go-in").click()
    own.get_by_text("添加联系方式").click()
    own.locator("#channel").select_option("dingtalk")
    own.locator("#address").fill("staff-1")
    own.get_by_label("政策推送").check()
    own.locator("#contacts ~ details button[type=submit]").click()
    own.locator("#contacts ~ ul", has_text="钉钉 staff-1：同意用于政策推送").wait_for()
    own.get_by_role("link", name="订阅").first.click()
    own.locator("#subscribed").wait_for()
    own.locator("#channel").select_option("dingtalk")
    own.locator("main form.form button[type=submit]").click()
    own.locator("#subscribed", has_text="钉钉").wait_for()
    own.close()


def told(robot, title):
    """The texts with this title that the DingTalk group was sent for staff-1."""
    sent = [body["markdown"]["text"] for path, _, body in robot.got if path == "/robot/send"]
    return [text for text in sent if title in text and "@staff-1" in text]


def pushed(page, title):
    """Wait until the panel shows a message of this title; returns it. The pushing process looks once a minute."""
    message = page.locator(".log .step", has_text=title)
    look_until(message.count, lambda: ask_for_news(page))
    expect(message).to_have_count(1)
    return message


def leave(page):
    """Confirm on a page of a message's link that no more is wanted; returns what the page says then."""
    page.locator("#unsubscribe").click()
    said = page.locator("main .said")
    said.wait_for()
    return said.inner_text()


def test_an_enterprise_gets_what_fits_once_and_no_more_after_it_unsubscribes(open_page, stack, stack_url, publish):
    other = open_page(stack_url)
    profile_told(other)
    subscribe(other)
    page = open_page(stack_url)
    matched = profile_told(page)
    shown = matched.locator(".ticket").inner_text()
    assert "因为：" in shown and "请补充：" in shown and "审核为准" in matched.inner_text()
    before = ranking(matched)
    assert before[0] == "科技型中小企业评价入库" and "研发费用大约在哪一档" in matched.inner_text()
    after = ranking(ask(page, "六百万"))
    assert after[0] == "研发费用加计扣除" and after != before

    subscribe(page)
    take_to_dingtalk(page, matched)
    publish("K98-pilot-subsidy", "试点企业设备贴息")
    message = pushed(page, "试点企业设备贴息")
    assert "为什么推给您：因为：职工总数不超过500人" in message.inner_text()

    with page.context.expect_page() as opened:
        message.get_by_role("link", name="退订").click()
    leaving = opened.value
    assert "已退订" in leave(leaving)

    look_until(lambda: told(stack.robot, "试点企业设备贴息"))
    (text,) = told(stack.robot, "试点企业设备贴息")
    assert "职工总数不超过500人" in text
    leaving.goto(urljoin(stack_url, re.search(r"\[退订\]\(([^)]+)\)", text)[1]))
    assert "“钉钉”已退订" in leave(leaving)

    publish("K99-pilot-subsidy", "试点企业用工补助")
    Job(open_queue(stack.settings, PUSH), PUSHING).want()  # nobody waits for the next minute
    pushed(other, "试点企业用工补助")  # by now it has gone to everybody who is to have it
    page.reload()
    page.locator(".log .step", has_text="试点企业设备贴息").wait_for()
    expect(page.locator(".log .step", has_text="试点企业用工补助")).to_have_count(0)
    for each in (page, other):
        expect(each.locator(".log .step", has_text="试点企业设备贴息")).to_have_count(1)
    assert len(told(stack.robot, "试点企业设备贴息")) == 1 and not told(stack.robot, "试点企业用工补助")


def test_the_pages_behind_the_chat_open_once_and_hold_what_was_told(open_page, stack_url):
    page = open_page(stack_url, size="phone")
    matched = profile_told(page)
    with page.context.expect_page() as opened:
        matched.get_by_role("link", name="查看、更正我的企业信息").click()
    own = opened.value
    own.locator("#go-in").click()
    expect(own.locator(".known").first).to_contain_text("51-100人")
    own.get_by_role("link", name="匹配的政策").click()
    own.locator("article[data-policy]").nth(2).wait_for()
    own.go_back()
    own.locator("#contacts").wait_for()
    assert own.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_lists_are_answered_in_the_chat_with_a_page_behind(open_page, stack_url):
    page = open_page(stack_url)
    expect(ask(page, "离我最近的办事点")).to_contain_text("办事点")
    expect(ask(page, "哪些事项可以即来即办")).to_contain_text("即来即办")
    places = ask(page, "现在开门的窗口")
    with page.context.expect_page() as opened:
        places.locator("a[href^='/places']").first.click()
    expect(opened.value.locator("h1")).to_contain_text("办事地点")
