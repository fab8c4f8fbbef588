"""Each step of an appeal appears in the open chat by itself, and stands in its place when the page is loaded again."""

import pytest
from talking import ask, ask_for_news
from tickets_world import DISPATCHER, HANDLER, POWER

pytestmark = pytest.mark.browser
WORDS = [f"已交{POWER}办理", f"{POWER}已签收", f"{POWER}已开始办理", "请补充情况：几点停的电", "已答复：线路已修复"]


def shown(page):
    """What the chat tells of the appeal, in order."""
    return page.locator(".log .step .lines").all_text_contents()


def move(site, number, name, actor, **given):
    """Let the desk make a move."""
    site.desk.tickets.tickets.move(number, name, actor, **given)


def test_every_step_of_the_appeal_comes_into_the_open_chat(site, address, open_page):
    page = open_page(address)
    ask(page, "我要反映园区这周停电三次")
    ticket = site.desk.tickets.worklist.page().rows[0].ticket
    moves = [
        ("dispatch", DISPATCHER, {"department": POWER}),
        ("sign", HANDLER, {}),
        ("handle", HANDLER, {}),
        ("ask_more", HANDLER, {"text": "几点停的电"}),
        ("reply", HANDLER, {"reply": "线路已修复", "outcome": "resolved"}),
    ]
    for (name, actor, given), words in zip(moves, WORDS, strict=True):
        move(site, ticket.number, name, actor, **given)
        ask_for_news(page)
        page.locator(".log .step", has_text=words).wait_for()
    assert shown(page) == WORDS
    assert page.locator(".log .step a").first.get_attribute("href") == f"/appeals?number={ticket.number}"
    page.reload()
    page.locator(".log .step", has_text=WORDS[-1]).wait_for()
    assert shown(page) == WORDS
    ask(page, "开公司需要什么材料")
    assert shown(page) == WORDS


def test_another_conversation_hears_nothing_of_it(site, address, open_page):
    page, other = open_page(address), open_page(address)
    ask(page, "我要反映园区这周停电三次")
    ask(other, "开公司需要什么材料")
    ticket = site.desk.tickets.worklist.page().rows[0].ticket
    move(site, ticket.number, "dispatch", DISPATCHER, department=POWER)
    for one in (page, other):
        ask_for_news(one)
    page.locator(".log .step").wait_for()
    assert other.locator(".log .step").count() == 0
