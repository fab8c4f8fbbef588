"""How much may be sent where: 10 MB of a file to those who may send files, a question's worth to everybody else."""

import io
import re

import pytest
from fake_staff import Browser, browser_of, make_person
from tickets_world import POWER

from web.tickets import Draft
from web.tickets.commands import REQUESTER
from web.uploads import MOST_BYTES

PHONE = "13912345678"


def pdf(size):
    """A PDF of exactly so many bytes."""
    head, tail = b"%PDF-1.4\n", b"\n%%EOF\n"
    return head + b"0" * (size - len(head) - len(tail)) + tail


@pytest.fixture
def number(site):
    """An appeal of somebody with a phone."""
    return site.desk.tickets.tickets.open(Draft(text="车间停电", phone=PHONE, kind="complaint"), REQUESTER).number


@pytest.fixture
def owner(site, number):
    """A browser that has shown number and phone."""
    browser = Browser(site)
    browser.client.post("/appeals/check", data={"number": number, "phone": PHONE, "csrf_token": token(browser)})
    return browser


def token(browser):
    """The token of the open pages' forms."""
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/appeals").text)[1]


def send(browser, address, content, csrf):
    """Send a file with the page's token, as a form does."""
    data = {"csrf_token": csrf, "file": (io.BytesIO(content), "照片.pdf")}
    return browser.client.post(address, data=data, content_type="multipart/form-data")


def test_the_owner_of_an_appeal_sends_ten_megabytes_and_not_one_more(site, owner, number):
    whole = pdf(MOST_BYTES)
    assert send(owner, f"/appeals/{number}/files", whole, token(owner)).status_code == 303
    (kept,) = site.desk.tickets.attachments.of(number)
    assert kept.size == MOST_BYTES == 10 * 1024 * 1024
    assert owner.get(f"/appeals/{number}/files/{kept.id}").data == whole
    reply = send(owner, f"/appeals/{number}/files", pdf(MOST_BYTES + 1), token(owner))
    assert reply.status_code == 422 and "10 MB" in reply.text
    assert send(owner, f"/appeals/{number}/files", pdf(MOST_BYTES + 2**20), token(owner)).status_code == 413
    assert len(site.desk.tickets.attachments.of(number)) == 1


def test_a_stranger_may_not_send_a_file_and_is_stopped_at_the_door(site, number):
    stranger = Browser(site)
    assert send(stranger, f"/appeals/{number}/files", pdf(2**20), token(stranger)).status_code == 413
    assert site.desk.tickets.attachments.of(number) == []


def test_an_officer_with_a_post_sends_ten_megabytes(site, number):
    person = make_person(site, "li", "officer")
    site.desk.tickets.posts.give(person, person, ["handler"], POWER)
    browser = browser_of(site, person)
    assert send(browser, f"/officer/tickets/{number}/files", pdf(MOST_BYTES), browser.token()).status_code == 303
    assert len(site.desk.tickets.attachments.of(number)) == 1


def test_a_curator_sends_a_file_of_an_entry(site):
    browser = browser_of(site, make_person(site, "wang", "curator"))
    csrf = browser.token()
    assert send(browser, "/curator/entries/A1-company-setup/file", pdf(MOST_BYTES), csrf).get_json()["ok"]


def test_no_other_door_has_become_wider(site, owner, number):
    long = "长" * 100_000
    data = {"csrf_token": token(owner), "move": "add_information", "text": long}
    assert owner.client.post(f"/appeals/{number}/moves/add_information", data=data).status_code == 413
    assert site.client.post("/api/v1/chat", json={"message": long}).status_code == 413
