"""A newcomer asks in a browser: the whole product, from the page to the knowledge base and back."""

import httpx
import pytest
from playwright.sync_api import expect
from talking import ask, questions

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.model]


def test_newcomer_asks_twice_sees_the_source_votes_and_comes_back(open_page, stack_url):
    page = open_page(stack_url)
    first = ask(page, "开公司注册资本多久要交完")
    assert "5年" in first.inner_text()
    first.locator("strong", has_text="5年").first.wait_for()
    source = first.locator(".source a").first
    assert source.get_attribute("href").startswith("/entries/")
    second = ask(page, "那需要什么材料")
    expect(second.get_by_role("tab", name="材料")).to_have_attribute("aria-selected", "true")
    second.get_by_role("button", name="没用").click()
    second.get_by_label("答案不完整").check()
    second.get_by_role("button", name="提交").click()
    second.get_by_text("已记下，我们会改进").wait_for()

    page.reload()
    page.locator(".log .bot").nth(2).wait_for()
    assert questions(page) == ["开公司注册资本多久要交完", "那需要什么材料"]
    down = page.locator(".log .bot").nth(2).get_by_role("button", name="没用")
    expect(down).to_have_attribute("aria-pressed", "true")

    conversation = page.evaluate("localStorage.getItem('qxb-conversation')")
    turns = httpx.get(f"{stack_url}/api/v1/conversations/{conversation}", trust_env=False).json()["turns"]
    assert [turn["feedback"] for turn in turns] == ["", "down"]


def test_source_opens_the_public_page(open_page, stack_url):
    page = open_page(stack_url)
    link = ask(page, "开公司注册资本多久要交完").locator(".source a").first
    with page.expect_popup() as opened:
        link.click()
    expect(opened.value.locator("h1")).to_have_text(link.inner_text())


def test_widget_on_a_phone_answers(open_page, stack_url):
    page = open_page(f"{stack_url}/demo", "phone")
    page.get_by_role("button", name="企业服务咨询").click()
    frame = page.frame_locator("#qxb-widget iframe")
    assert "5年" in ask(frame, "开公司注册资本多久要交完").inner_text()
