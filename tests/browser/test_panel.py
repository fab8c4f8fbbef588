"""How the chat behaves in a browser: waiting, failing, keyboard, history, display, hostile data."""

import re
from dataclasses import replace

import pytest
from fake_site import listening, open_site, some_entries
from playwright.sync_api import expect
from talking import ask, questions

pytestmark = pytest.mark.browser

MATERIALS = "开公司需要什么材料"


def test_answer_has_text_card_source_follow_ups_and_votes_in_this_order(open_page, address):
    answer = ask(open_page(address), MATERIALS)
    text = answer.inner_text()
    places = [text.index(part) for part in ("公司章程", "公司设立登记", "申请材料", "来源：", "要多久", "有用", "复制")]
    assert places == sorted(places)
    expect(answer.locator("table tbody tr")).to_have_count(4)


def test_figures_stand_out(open_page, address):
    answer = ask(open_page(address), "注册资本多久要缴足")
    expect(answer.locator("p strong").first).to_have_text("5年内")


def test_tabs_change_the_part_with_mouse_and_arrows(open_page, address):
    page = open_page(address)
    answer = ask(page, MATERIALS)
    answer.get_by_role("tab", name="时限").click()
    expect(answer.locator(".times")).to_have_text(re.compile("^法定时限"))
    page.keyboard.press("ArrowLeft")
    expect(answer.get_by_role("tab", name="流程", exact=True)).to_have_attribute("aria-selected", "true")
    expect(answer.locator(".steps li")).to_have_count(5)
    page.keyboard.press("Home")
    expect(answer.get_by_role("tab").first).to_have_attribute("aria-selected", "true")


def test_follow_up_button_asks(open_page, address):
    page = open_page(address)
    ask(page, MATERIALS).get_by_role("button", name="要多久").click()
    page.locator(".log .bot").nth(2).wait_for()
    assert questions(page) == [MATERIALS, "要多久？"]


def test_vote_can_be_taken_back(open_page, address, site):
    page = open_page(address)
    answer = ask(page, MATERIALS)
    up = answer.get_by_role("button", name="有用")
    up.click()
    answer.get_by_text("谢谢您的反馈").wait_for()
    expect(up).to_have_attribute("aria-pressed", "true")
    up.click()
    answer.get_by_text("已取消").wait_for()
    expect(up).to_have_attribute("aria-pressed", "false")
    conversation = page.evaluate("localStorage.getItem('qxb-conversation')")
    assert site.turns(conversation)[0]["feedback"] == ""


def test_shift_enter_breaks_the_line_and_enter_sends(open_page, address):
    page = open_page(address)
    box = page.locator("#question")
    box.fill("开公司")
    box.press("Shift+Enter")
    expect(box).to_have_value("开公司\n")
    expect(page.locator(".log .you")).to_have_count(0)
    box.press("Enter")
    page.locator(".log .you").wait_for()
    expect(box).to_have_value("")


def test_counter_appears_at_400_and_stops_at_500(open_page, address):
    page = open_page(address)
    box, counter = page.locator("#question"), page.locator(".counter")
    box.fill("税" * 399)
    expect(counter).to_be_hidden()
    box.fill("税" * 400)
    expect(counter).to_have_text("400 / 500")
    box.fill("税" * 501)
    expect(counter).to_contain_text("请缩短")
    box.press("Enter")
    expect(page.locator(".log .you")).to_have_count(0)
    expect(box).to_have_value("税" * 501)


def test_waiting_shows_dots_then_a_word_after_three_seconds(open_page, address, site):
    site.rasa.open.clear()
    page = open_page(address)
    page.locator("#question").fill(MATERIALS)
    page.locator("#question").press("Enter")
    page.locator(".dots").wait_for()
    page.get_by_text("还在查，请稍候").wait_for()
    site.rasa.open.set()
    page.locator(".log .bot").nth(1).wait_for()
    expect(page.locator(".dots")).to_be_hidden()


def test_after_fifteen_seconds_a_retry_is_offered_that_keeps_the_question(open_page, address, site):
    page = open_page(address)
    ask(page, "你好")
    page.clock.install()
    site.rasa.open.clear()
    page.locator("#question").fill(MATERIALS)
    page.locator("#question").press("Enter")
    page.clock.fast_forward(16_000)
    retry = page.get_by_role("button", name="重试")
    retry.click()
    site.rasa.open.set()
    page.locator(".log .bot").nth(2).wait_for()
    expect(page.locator(".log .you")).to_have_count(2)
    conversation = page.evaluate("localStorage.getItem('qxb-conversation')")
    assert [turn["question"] for turn in site.turns(conversation)] == ["你好", MATERIALS]


def test_failure_keeps_the_text_names_the_hotline_and_retries(open_page, address, site):
    page = open_page(address)
    site.rasa.mood = "silent"
    trouble = ask(page, MATERIALS)
    expect(trouble).to_contain_text("12345")
    expect(page.locator("#question")).to_have_value(MATERIALS)
    site.rasa.mood = "well"
    trouble.get_by_role("button", name="重试").click()
    page.locator(".log .card").wait_for()
    expect(page.locator("#question")).to_have_value("")
    conversation = page.evaluate("localStorage.getItem('qxb-conversation')")
    assert [turn["outcome"] for turn in site.turns(conversation)] == ["answered"]


def test_lost_connection_keeps_the_text(open_page, address):
    page = open_page(address)
    page.context.set_offline(True)
    trouble = ask(page, MATERIALS)
    expect(trouble).to_contain_text("网络不通")
    expect(page.locator("#question")).to_have_value(MATERIALS)


def test_history_is_there_after_a_reload_and_gone_after_a_new_conversation(open_page, address):
    page = open_page(address)
    ask(page, MATERIALS)
    page.reload()
    page.locator(".log .card").wait_for()
    page.get_by_role("button", name="新会话").click()
    expect(page.locator(".log .you")).to_have_count(0)
    page.reload()
    page.locator(".quick[open]").wait_for()
    expect(page.locator(".log .you")).to_have_count(0)


def test_forgotten_conversation_starts_anew_without_losing_the_question(open_page, address):
    page = open_page(address)
    page.evaluate("localStorage.setItem('qxb-conversation', 'no-such-conversation-000000')")
    page.reload()
    assert "公司章程" in ask(page, MATERIALS).inner_text()


def test_quick_actions_fold_after_the_first_message(open_page, address):
    page = open_page(address)
    page.locator(".quick[open]").wait_for()
    page.get_by_role("button", name="我要提问").click()
    expect(page.locator("#question")).to_be_focused()
    ask(page, MATERIALS)
    expect(page.locator(".quick[open]")).to_have_count(0)


def test_large_text_and_contrast_are_remembered(open_page, address):
    page = open_page(address)
    page.get_by_role("button", name="大字").click()
    page.get_by_role("button", name="高对比").click()
    page.reload()
    expect(page.locator(".welcome p").first).to_have_css("font-size", "20px")
    expect(page.get_by_role("button", name="高对比")).to_have_attribute("aria-pressed", "true")


def test_hostile_data_stays_text(open_page, settings):
    first = some_entries()[0]
    evil = '<img src=x onerror="document.title=1">'
    question = first.faq[0].copy(update={"q": f"怪问题{evil}", "a": evil, "ways": ("怪问题怪答案",)})
    hostile = first.copy(update={"title": f"怪事{evil}", "faq": (question,)})
    with open_site(replace(settings), (hostile,)) as site, listening(site.app) as url:
        page = open_page(url)
        answer = ask(page, "怪问题怪答案")
        assert evil in answer.inner_text()
        assert page.locator(".log img[onerror], .log img[src=x]").count() == 0
        assert page.title() != "1"
        ask(page, evil)
        page.reload()
        page.locator(".log .bot").nth(2).wait_for()
        assert page.locator(".log img[onerror], .log img[src=x]").count() == 0


def test_widget_opens_takes_focus_and_gives_it_back(open_page, address):
    page = open_page(f"{address}/demo")
    button = page.get_by_role("button", name="企业服务咨询")
    button.press("Enter")
    frame = page.frame_locator("#qxb-widget iframe")
    frame.locator("#question:focus").wait_for()
    box = page.locator("#qxb-widget iframe").bounding_box()
    assert (box["width"], box["height"]) == (400, 640)
    assert "公司章程" in ask(frame, MATERIALS).inner_text()
    page.keyboard.press("Escape")
    page.locator("#qxb-widget iframe").wait_for(state="hidden")
    expect(page.locator("#qxb-widget button")).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_widget_fills_a_phone_and_scrolls_nothing_sideways(open_page, address):
    page = open_page(f"{address}/demo", "phone")
    page.get_by_role("button", name="企业服务咨询").click()
    frame = page.frame_locator("#qxb-widget iframe")
    ask(frame, MATERIALS)
    box = page.locator("#qxb-widget iframe").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    inner = next(inner for inner in page.frames if "/embed" in inner.url)
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.get_by_role("button", name="关闭").click()
    page.locator("#qxb-widget iframe").wait_for(state="hidden")


def test_widget_shows_a_dot_for_an_answer_that_came_while_closed(open_page, address, site):
    page = open_page(f"{address}/demo")
    button = page.get_by_role("button", name=re.compile("企业服务咨询"))
    button.click()
    frame = page.frame_locator("#qxb-widget iframe")
    site.rasa.open.clear()
    frame.locator("#question").fill(MATERIALS)
    frame.locator("#question").press("Enter")
    frame.locator(".log .you").wait_for()
    page.keyboard.press("Escape")
    page.locator("#qxb-widget iframe").wait_for(state="hidden")
    site.rasa.open.set()
    page.get_by_role("button", name="企业服务咨询，有新答复").wait_for()


@pytest.mark.parametrize("path", ["/", "/embed", "/entries", "/entries/A1-company-setup", "/demo"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_no_page_scrolls_sideways(open_page, address, path, size):
    page = open_page(address + path, size)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pages_break_no_policy_and_load_nothing_from_elsewhere(open_page, address):
    page = open_page(address)
    seen, complaints = [], []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.reload()
    ask(page, MATERIALS)
    page.goto(f"{address}/entries/A1-company-setup")
    assert complaints == []
    assert [url for url in seen if not url.startswith(address)] == []
