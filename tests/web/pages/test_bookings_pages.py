"""The enterprise's page of a booking: only what is proven theirs, messages to the agent, the rating at the end."""

import re

import pytest
from fake_staff import Browser

from web.tickets import Actor, Role
from web.tickets.commands import REQUESTER

PHONE = "13912345678"
AGENT = Actor("zhang", Role.HANDLER, "企业服务中心")


@pytest.fixture
def number(site):
    """A booking of two steps that an agent has accepted."""
    desk = site.desk.tickets.bookings
    made = desk.book("开办企业", ["名称申报", "设立登记"], REQUESTER, phone=PHONE, contact_name="王工")
    desk.move(made.number, "accept", AGENT)
    return made.number


@pytest.fixture
def owner(site, number):
    """A browser that has shown number and phone."""
    browser = Browser(site)
    assert post(browser, "/bookings/check", number=number.lower(), phone="139 1234 5678").location.endswith(number)
    return browser


def post(browser, address, **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/bookings").text)[1]
    return browser.client.post(address, data={"csrf_token": token, **data})


def test_messages_go_both_ways_and_the_work_is_rated_in_five_grades(site, number, owner):
    desk = site.desk.tickets.bookings
    post(owner, f"/bookings/{number}/moves/say", text="我的电话是 13800138000，<b>周五</b>在")
    assert "13800138000" not in str(desk.history(number))
    desk.move(number, "say", AGENT, text="请带公章")
    desk.move(number, "tick", AGENT, step="名称申报")
    page = owner.get(f"/bookings/{number}").text
    assert "请带公章" in page and "步骤（1／2）" in page and "<b>周五" not in page and "评价这次代办" not in page
    desk.move(number, "tick", AGENT, step="设立登记")
    desk.move(number, "finish", AGENT)
    page = owner.get(f"/bookings/{number}").text
    assert 'name="grade" value="3" required> ' in page and "checked" not in page
    assert post(owner, f"/bookings/{number}/moves/rate").status_code == 422
    post(owner, f"/bookings/{number}/moves/rate", grade="5", comment="很快")
    assert (desk.get(number).state, desk.get(number).grade) == ("rated", 5)


def test_what_was_typed_stands_in_the_form_again(site, number, owner):
    page = post(owner, f"/bookings/{number}/moves/say", text="长" * 5001)
    assert page.status_code == 422 and "“留言”最多 5000 个字，现在 5001 个" in page.text and "长" * 5001 in page.text
    for step in ("名称申报", "设立登记"):
        site.desk.tickets.bookings.move(number, "tick", AGENT, step=step)
    site.desk.tickets.bookings.move(number, "finish", AGENT)
    page = post(owner, f"/bookings/{number}/moves/rate", comment="很快", reasons="推诿").text
    assert ">很快</textarea>" in page and 'value="推诿" checked>' in page


def test_a_stranger_sees_and_changes_nothing(site, number):
    stranger = Browser(site)
    assert stranger.get(f"/bookings/{number}").location == f"/bookings?number={number}"
    assert post(stranger, f"/bookings/{number}/moves/cancel", reason="捣乱").status_code == 403
    assert post(stranger, "/bookings/check", number=number, phone="13900000000").status_code == 403
    assert site.desk.tickets.bookings.get(number).state == "accepted"


def test_the_owner_makes_no_move_of_the_agents(site, number, owner):
    assert post(owner, f"/bookings/{number}/moves/finish").status_code == 422
    assert site.desk.tickets.bookings.get(number).state == "accepted"


def test_guessing_is_limited_as_for_appeals(site, number):
    stranger = Browser(site)
    for _ in range(5):
        post(stranger, "/bookings/check", number=number, phone="13900000000")
    assert post(stranger, "/bookings/check", number=number, phone=PHONE).status_code == 429
