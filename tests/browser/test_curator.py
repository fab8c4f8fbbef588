"""A question nobody could answer becomes an answer: curator, reviewer and visitor, each in a browser of their own."""

import re

import pytest
import sqlalchemy as sa
from joining import enter
from playwright.sync_api import expect
from talking import ask, look_until

from kb.database import open_engine, reading
from web.accounts.management import Management
from web.accounts.service import Accounts
from web.chat.tables import turns

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.model]
QUESTION = "蜂箱放在山上要跟谁说一声"
ANSWER = "要备案：开始养蜂之日起30日内，向所在地农业农村部门备案。"


def test_curator_writes_reviewer_publishes_visitor_is_answered(stack, open_page, people):
    visitor = open_page(stack.url)
    first = ask(visitor, QUESTION)
    assert ANSWER[:8] not in first.inner_text()

    curator = enter(open_page, people("wang", "王维护", "curator"))
    curator.goto(f"{stack.url}/curator/queue")
    curator.get_by_role("button", name="收进新问题并复查").click()
    curator.get_by_role("link", name=QUESTION).click()
    row = curator.url
    curator.get_by_role("link", name="写成问答").click()
    curator.get_by_label("标题").fill("养蜂备案")
    curator.get_by_label("概述").fill("在本地养蜂、酿蜂蜜的企业要备案。")
    curator.get_by_label("解答").fill(ANSWER)
    curator.get_by_label("要点").fill("开始养蜂之日起30日内备案")
    expect(curator.get_by_label("常见问法")).to_have_value(re.compile(QUESTION))
    curator.locator("#preview .bubble", has_text="要备案").wait_for()
    curator.locator("#kept", has_text="已自动保存").wait_for()
    curator.get_by_role("button", name="提交审核").click()
    curator.get_by_text("已提交，等另一位审核员发布").wait_for()
    entry_id = curator.url.split("/")[-2]
    expect(curator.get_by_role("button", name="通过并发布")).to_have_count(0)

    reviewer = enter(open_page, people("zhao", "赵审核", "reviewer"))
    reviewer.goto(f"{stack.url}/curator")
    reviewer.get_by_role("link", name="养蜂备案").click()
    reviewer.get_by_role("button", name="通过并发布").click()
    reviewer.get_by_text("已发布").first.wait_for()

    curator.goto(row)
    look_until(curator.locator(".facts .badge", has_text="已能回答").count, curator.reload)
    second = ask(visitor, QUESTION)
    assert "来源：养蜂备案" in second.inner_text() and "答不了" not in second.inner_text()

    engine = open_engine(stack.settings.database)
    accounts = Accounts(engine, stack.settings)
    boss = next(one for one in accounts.people.all() if "admin" in one.roles)
    link = Management(accounts).reset(boss, boss.id)
    engine.dispose()
    admin = enter(open_page, f"{stack.url}/account/link/{link}")
    admin.goto(f"{stack.url}/admin/audit")
    for step in ("由未答问题写条目", "提交条目审核", "发布条目", "未答问题已能回答", entry_id):
        expect(admin.locator("main table")).to_contain_text(step)


def test_the_hit_test_says_what_the_chat_says(stack, open_page, people):
    curator = enter(open_page, people("li", "李维护", "curator"))
    engine = open_engine(stack.settings.database)
    for question in ("开公司注册资本多久要交完", "食品经营许可需要什么材料", "今天天气怎么样"):
        said = stack.ask(question).json()
        with reading(engine) as connection:
            act = connection.execute(sa.select(turns.c.act).where(turns.c.id == said["turn_id"])).scalar_one()
        curator.goto(f"{stack.url}/curator/hit-test?act={act}&q={question}")
        text = "".join(item["text"] for item in said["messages"] if item["type"] == "text")
        assert "".join(curator.locator("#said").inner_text().split()) == "".join(text.split())
    engine.dispose()
