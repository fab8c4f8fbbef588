"""Profile, matches, one question, push, unsubscribing and the pages behind, in a browser, without the models."""

import fake_site
import pytest
from fake_site import listening, open_site
from fake_turns import TurnsRasa
from playwright.sync_api import expect
from serving_world import policy, some_entries
from shipped import shipped
from talking import ask, ask_for_news
from test_serving import profile_told, ranking, subscribe

from kb.store import Store
from web.app.push_process import open_outboxes
from web.push.jobs import Worker

pytestmark = pytest.mark.browser
MATCHED = ("K1-high-tech-enterprise", "K3-specialized-sme")
PAGES = ("/mine", "/mine/edit", "/mine/policies", "/mine/subscriptions", "/mine/messages", "/mine/new")
PUBLIC = ("/notices", "/notices/notice-tax-training", "/signups", "/places", "/places/place-tax-hall/card")


@pytest.fixture
def served(settings, monkeypatch):
    """A site whose chat has the product's own dialogue; yields (site, publish and push)."""
    monkeypatch.setattr(fake_site, "FakeRasa", TurnsRasa)
    entries = (*some_entries(), *(shipped(name) for name in MATCHED))
    with open_site(settings, entries) as site:
        store = Store(site.desk.engine)
        worker = Worker(
            site.desk.settings, site.desk.engine, store, open_outboxes(site.desk.settings, site.desk.engine)
        )

        def published(entry_id, title):
            store.save(policy(entry_id, title), author="审核员")
            worker.work()

        yield site, published


def test_matches_push_and_unsubscribing(served, open_page):
    site, published = served
    with listening(site.app) as address:
        page = open_page(address)
        matched = profile_told(page)
        before = ranking(matched)
        assert "因为：" in matched.inner_text() and "小型微利企业所得税优惠" in before
        assert "小型微利企业所得税优惠" not in ranking(ask(page, "六千万"))
        subscribe(page)
        published("K98-pilot", "试点企业设备贴息")
        ask_for_news(page)
        message = page.locator(".log .step", has_text="试点企业设备贴息")
        message.wait_for()
        expect(message).to_contain_text("为什么推给您：因为：职工")
        with page.context.expect_page() as opened:
            message.get_by_role("link", name="退订").click()
        opened.value.locator("#unsubscribe").click()
        expect(opened.value.locator("main")).to_contain_text("已退订")
        published("K99-pilot", "试点企业用工补助")
        page.reload()
        message.wait_for()
        expect(page.locator(".log .step")).to_have_count(1)


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_the_pages_fit_their_window(served, open_page, size):
    site, _ = served
    with listening(site.app) as address:
        page = open_page(address, size=size)
        matched = profile_told(page)
        with page.context.expect_page() as opened:
            matched.get_by_role("link", name="查看、更正我的企业信息").click()
        own = opened.value
        own.locator("#go-in").click()
        expect(own.locator(".known").first).to_contain_text("51-100人")
        for path in (*PAGES, *PUBLIC):
            own.goto(address + path)
            assert own.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
            assert own.locator(".top nav").bounding_box()["height"] < 90, path
