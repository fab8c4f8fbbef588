"""The desk on another website, in a browser: its tabs, its colour, what a visitor chose for reading."""

import re

import pytest
from fake_site import listening, open_site, some_entries
from flask import Flask
from playwright.sync_api import expect
from shipped import shipped
from talking import ask

pytestmark = pytest.mark.browser
NAMES = ("K1-high-tech-enterprise", "notice-policy-briefing", "notice-job-fair")


@pytest.fixture
def site(settings):
    """The site with guides, a policy and two notices."""
    with open_site(settings, (*some_entries(), *(shipped(name) for name in NAMES))) as opened:
        yield opened


@pytest.fixture
def portal(site, address):
    """Another website, on a port of its own, that shows the desk; yields (its address, what was registered)."""
    app, code = Flask("portal"), {}
    app.add_url_rule("/", "home", lambda: f"<!doctype html><title>门户</title><h1>园区门户</h1>{code['script']}")
    with listening(app) as home:
        form = {
            "name": "门户",
            "origins": home,
            "layout": "tabs",
            "entries": ["guides", "ask", "contact", "policies", "meetings", "activities"],
            "colour": "#7a1f1f",
        }
        kept = site.desk.sites.save("admin", "", form)
        code["script"] = (
            f'<script src="{address}/widget.js" data-site="{kept.key}" data-colour="{kept.colour}" defer></script>'
        )
        yield home, code


def opened(page):
    """The frame of the widget, opened."""
    page.get_by_role("button", name="企业服务咨询").click()
    return page.frame_locator("#qxb-widget iframe")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_visitor_walks_through_the_tabs_and_asks_about_what_is_listed(open_page, portal, size):
    page = open_page(portal[0], size)
    frame = opened(page)
    ask(frame, "开公司需要什么材料")
    frame.get_by_role("link", name="产业政策").click()
    frame.get_by_role("link", name=re.compile("^高新技术企业")).first.wait_for()
    frame.get_by_role("link", name="我要联系").click()
    frame.get_by_role("link", name="转人工").wait_for()
    frame.get_by_role("link", name="我要办事").click()
    frame.get_by_label("搜索").fill("社保")
    frame.get_by_role("button", name="查找").click()
    frame.get_by_role("link", name="看全部").wait_for()
    frame.get_by_role("link", name=re.compile("^问这一项")).first.click()
    frame.locator(".log .you").wait_for()  # the conversation is still there
    expect(frame.locator("#question")).to_have_value(re.compile("怎么办？"))
    inner = next(inner for inner in page.frames if "/embed" in inner.url)
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_website_has_its_colour_until_a_visitor_wants_high_contrast(open_page, portal):
    page = open_page(portal[0])
    frame = opened(page)
    head = frame.locator(".panel-head")
    head.wait_for()
    expect(head).to_have_css("background-color", "rgb(122, 31, 31)")
    expect(page.locator("#qxb-widget button")).to_have_css("background-color", "rgb(122, 31, 31)")
    frame.get_by_role("button", name="高对比").click()
    expect(head).to_have_css("background-color", "rgb(0, 0, 0)")


def test_large_text_and_high_contrast_stay_on_every_tab_and_at_the_next_visit(open_page, portal):
    page = open_page(portal[0])
    frame = opened(page)
    frame.get_by_role("button", name="大字").click()
    frame.get_by_role("button", name="高对比").click()
    frame.get_by_role("link", name="会议通知").click()
    frame.get_by_role("heading", name="会议通知").wait_for()
    page.reload()
    again = opened(page)
    again.get_by_role("link", name="我要联系").click()
    again.get_by_role("heading", name="我要联系").wait_for()
    expect(again.locator("html")).to_have_attribute("class", "large contrast")
    expect(again.get_by_role("button", name="大字")).to_have_attribute("aria-pressed", "true")
    expect(again.locator("html")).to_have_css("font-size", "20px")
    again.get_by_role("button", name="大字").click()
    expect(again.locator("html")).to_have_attribute("class", "contrast")


def test_escape_closes_the_frame_from_any_tab(open_page, portal):
    page = open_page(portal[0])
    frame = opened(page)
    frame.get_by_role("link", name="我要联系").click()
    frame.get_by_role("link", name="转人工").focus()
    page.keyboard.press("Escape")
    page.locator("#qxb-widget iframe").wait_for(state="hidden")


def test_a_website_that_is_not_registered_sees_nothing(open_page, portal, site):
    home, _ = portal
    kept = site.desk.sites.all()[0]
    site.desk.sites.save(
        "admin", kept.id, {"name": "门户", "origins": "https://other.example", "layout": "tabs", "colour": ""}
    )
    page = open_page(home)
    with page.expect_response(re.compile("/embed")) as refused:
        opened(page)
    assert refused.value.status == 403
    assert page.frame_locator("#qxb-widget iframe").locator("#question").count() == 0
