"""One-time links: the first admin, invitations, passwords set anew."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from fake_site import open_site
from fake_staff import PASSWORD, Browser, browser_with, make_person, person_named, quick_hashes

from kb.database import writing
from web import clock
from web.__main__ import main
from web.accounts.errors import LinkInvalid
from web.accounts.first_admin import THERE_IS_ONE, invitation
from web.accounts.service import Browser as From
from web.accounts.tables import links, people


@pytest.fixture
def site(settings):
    """The site with nobody in it."""
    with open_site(settings, entries=[]) as opened:
        quick_hashes(opened)
        yield opened


def follow(site, address, name="", shown_name="", password=PASSWORD):
    """Open a link in a new browser, fill in its form; returns (browser, reply)."""
    browser = Browser(site)
    data = {"name": name, "shown_name": shown_name, "new": password, "again": password}
    return browser, browser.post(address, data, page=address)


def address_in(page):
    """The path of the one-time link that a page shows."""
    return re.search(r"https?://[^/\s]+(/account/link/[\w-]+)", page)[1]


def test_a_new_desk_has_no_account_and_its_start_prints_a_link(site, settings):
    assert site.desk.accounts.people.all() == []
    address = address_in(invitation(settings))
    browser, reply = follow(site, address, "wang.li", "王丽")
    assert reply.location == "/operator/figures" and browser.get("/admin/users").status_code == 200
    assert invitation(settings) == ""


def test_the_command_prints_a_link_until_there_is_an_admin(settings, site, monkeypatch, capsys):
    monkeypatch.setenv("QXB_DATA_DIR", str(settings.data_dir))
    assert main(["admin-link"]) == 0
    assert address_in(capsys.readouterr().out)
    make_person(site, "boss", "admin")
    assert main(["admin-link"]) == 0
    assert capsys.readouterr().out.strip() == THERE_IS_ONE


def test_a_link_works_once(site, settings):
    address = address_in(invitation(settings))
    assert follow(site, address, "wang.li", "王丽")[1].status_code == 303
    second, reply = follow(site, address, "intruder", "x")
    assert reply.status_code == 410 and not second.inside()
    assert [person.name for person in site.desk.accounts.people.all()] == ["wang.li"]


def test_of_many_who_use_a_link_at_once_one_gets_in(site):
    accounts = site.desk.accounts
    token = accounts.first_admin_token()

    def use(number):
        try:
            return accounts.join(token, PASSWORD, From("", ""), f"name{number}", "x")
        except LinkInvalid:
            return None

    with ThreadPoolExecutor(6) as pool:
        assert len([got for got in pool.map(use, range(6)) if got]) == 1
    assert len(accounts.people.all()) == 1


def test_looking_at_a_link_and_failing_its_form_do_not_use_it_up(site, settings):
    address = address_in(invitation(settings))
    assert follow(site, address, "wang.li", "王丽", "password1234")[1].status_code == 422
    assert follow(site, address, "王 丽?", "王丽")[1].status_code == 422
    assert follow(site, address, "wang.li", "")[1].status_code == 422
    assert follow(site, address, "wang.li", "王丽")[1].status_code == 303


def test_a_link_is_too_old_after_a_day(site, settings):
    address = address_in(invitation(settings))
    with writing(site.desk.engine) as connection:
        kept = connection.execute(sa.select(links.c.made_at, links.c.expires_at)).one()
        assert kept.expires_at - kept.made_at == dt.timedelta(hours=24)
        connection.execute(sa.update(links).values(expires_at=clock.now() - dt.timedelta(seconds=1)))
    assert follow(site, address, "wang.li", "王丽")[1].status_code == 410


def test_the_database_holds_only_the_hash_of_a_link(site):
    token = site.desk.accounts.first_admin_token()
    with site.desk.engine.connect() as connection:
        assert token not in repr(connection.execute(sa.select(links)).all())


def test_a_newer_link_for_the_first_admin_ends_the_older(site, settings):
    old, new = address_in(invitation(settings)), address_in(invitation(settings))
    assert follow(site, old, "wang.li", "王丽")[1].status_code == 410
    assert follow(site, new, "wang.li", "王丽")[1].status_code == 303


def test_a_link_for_the_first_admin_is_worth_nothing_once_there_is_one(site, settings):
    address = address_in(invitation(settings))
    make_person(site, "boss", "admin")
    assert follow(site, address, "intruder", "x")[1].status_code == 410


def test_an_invited_person_gets_the_roles_that_the_admin_chose(site):
    admin = browser_with(site, "admin")
    data = {"name": "Zhou.Yi", "shown_name": "周毅", "roles": ["curator", "reviewer"]}
    page = admin.post("/admin/invitations", data, page="/admin/invitations").text
    browser, reply = follow(site, address_in(page), "someone-else", "另一个")
    assert reply.status_code == 303 and browser.inside()
    made = person_named(site, "zhou.yi")
    assert (made.shown_name, made.roles) == ("周毅", {"curator", "reviewer"})
    assert browser.get("/admin/users").status_code == 403


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"name": "ok.name", "shown_name": "甲", "roles": []}, 422),
        ({"name": "ok.name", "shown_name": "甲", "roles": ["visitor"]}, 422),
        ({"name": "ok.name", "shown_name": "甲", "roles": ["god"]}, 422),
        ({"name": "x", "shown_name": "甲", "roles": ["officer"]}, 422),
        ({"name": "<b>bold</b>", "shown_name": "甲", "roles": ["officer"]}, 422),
        ({"name": "ok.name", "shown_name": " ", "roles": ["officer"]}, 422),
        ({"name": "ok.name", "shown_name": "字" * 41, "roles": ["officer"]}, 422),
        ({"name": "ADMIN", "shown_name": "甲", "roles": ["officer"]}, 409),
    ],
)
def test_an_invitation_that_cannot_become_an_account_is_refused(site, data, status):
    admin = browser_with(site, "admin")
    assert admin.post("/admin/invitations", data, page="/admin/invitations").status_code == status
    assert site.desk.accounts.links.all() == []


def test_a_revoked_invitation_opens_nothing(site):
    admin = browser_with(site, "admin")
    data = {"name": "zhou", "shown_name": "周毅", "roles": ["officer"]}
    address = address_in(admin.post("/admin/invitations", data, page="/admin/invitations").text)
    link = site.desk.accounts.links.all()[0]
    assert admin.post(f"/admin/invitations/{link.id}/revoke", page="/admin/invitations").status_code == 303
    assert follow(site, address)[1].status_code == 410
    assert admin.post(f"/admin/invitations/{link.id}/revoke", page="/admin/invitations").status_code == 410


def test_a_reset_link_sets_a_new_password_and_ends_old_sessions(site):
    admin, person = browser_with(site, "admin"), make_person(site, "li.na", "officer", password=PASSWORD)
    old = Browser(site)
    old.sign_in("li.na")
    address = address_in(admin.post(f"/admin/users/{person.id}/reset", page="/admin/users").text)
    browser, reply = follow(site, address, password="another fine sentence")
    assert reply.status_code == 303 and browser.inside() and not old.inside()
    assert Browser(site).sign_in("li.na").status_code == 401
    assert Browser(site).sign_in("li.na", "another fine sentence").status_code == 303
    assert person_named(site, "li.na").roles == {"officer"}


def test_an_admin_sees_no_password_hash_anywhere(site):
    admin, person = browser_with(site, "admin"), make_person(site, "li.na", "officer", password=PASSWORD)
    with site.desk.engine.connect() as connection:
        hashed = connection.execute(sa.select(people.c.password).where(people.c.id == person.id)).scalar()
    pages = "".join(admin.get(at).text for at in ("/admin/users", f"/admin/users/{person.id}", "/admin/audit"))
    assert hashed not in pages and "argon2" not in pages
