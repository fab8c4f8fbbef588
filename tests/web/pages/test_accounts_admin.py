"""The admin's room: what it changes takes hold at once, and what people typed stays text."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fake_site import open_site
from fake_staff import PASSWORD, Browser, browser_of, browser_with, make_person, person_named, quick_hashes

from kb.settings import in_force
from web.accounts.errors import LastAdmin
from web.accounts.management import Management

SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


@pytest.fixture
def site(settings):
    """The site with an admin."""
    with open_site(settings, entries=[]) as opened:
        quick_hashes(opened)
        opened.admin = browser_with(opened, "admin")
        yield opened


def test_a_disabled_person_is_out_at_once_and_in_again_when_enabled(site):
    person = make_person(site, "zhou", "officer", password=PASSWORD)
    browser = browser_of(site, person)
    page = f"/admin/users/{person.id}"
    site.admin.post(f"{page}/disable", page=page)
    assert not browser.inside() and Browser(site).sign_in("zhou").status_code == 401
    site.admin.post(f"{page}/enable", page=page)
    assert not browser.inside() and Browser(site).sign_in("zhou").status_code == 303


def test_a_role_taken_away_is_gone_at_the_next_click(site):
    person = make_person(site, "zhou", "admin")
    browser = browser_of(site, person)
    assert browser.get("/admin/users").status_code == 200
    page = f"/admin/users/{person.id}"
    site.admin.post(f"{page}/roles", {"roles": ["officer"]}, page=page)
    assert browser.get("/admin/users").status_code == 403


def test_the_last_admin_can_be_neither_disabled_nor_demoted(site):
    me = person_named(site, "admin")
    page = f"/admin/users/{me.id}"
    for change, data in (("disable", {}), ("roles", {"roles": ["officer"]})):
        reply = site.admin.post(f"{page}/{change}", data, page=page)
        assert reply.status_code == 409 and "最后一个系统管理员" in reply.text
    assert site.admin.get("/admin/users").status_code == 200


def test_two_admins_who_dismiss_each_other_do_not_leave_nobody(site):
    first, second = person_named(site, "admin"), make_person(site, "zhou", "admin")
    management = Management(site.desk.accounts)

    def dismiss(pair):
        try:
            management.disable(*pair)
        except LastAdmin:
            return "kept"

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(dismiss, [(first, second.id), (second, first.id)])).count("kept") == 1


def test_an_admin_ends_one_session_and_not_the_others(site):
    person = make_person(site, "zhou", "officer")
    here, there = browser_of(site, person), browser_of(site, person)
    newest = site.desk.accounts.sessions.all(person.id)[0]
    reply = site.admin.post(f"/admin/sessions/{newest.digest}/end", page="/admin/sessions")
    assert reply.status_code == 303 and [here.inside(), there.inside()].count(True) == 1
    again = site.admin.post(f"/admin/sessions/{newest.digest}/end", page="/admin/sessions")
    assert again.status_code == 422


def test_an_admin_lifts_the_wait_after_failed_tries(site):
    person = make_person(site, "zhou", "officer", password=PASSWORD)
    for _ in range(5):
        Browser(site).sign_in("zhou", "wrong wrong wrong")
    assert Browser(site).sign_in("zhou").status_code == 429
    page = f"/admin/users/{person.id}"
    site.admin.post(f"{page}/unlock", page=page)
    assert Browser(site).sign_in("zhou").status_code == 303


@pytest.mark.parametrize("at", ["", "/roles", "/disable", "/enable", "/unlock", "/reset"])
def test_an_account_that_is_not_there_says_so(site, at):
    browser = site.admin
    data = {"roles": ["officer"]}
    reply = browser.post(f"/admin/users/none{at}", data) if at else browser.get("/admin/users/none")
    assert reply.status_code == 404


def test_a_script_in_a_name_stays_text_on_every_page(site):
    person = make_person(site, "mallory", "admin", shown_name=SCRIPT)
    browser = browser_of(site, person)
    browser.client.environ_base["HTTP_USER_AGENT"] = SCRIPT
    invited = {"name": "victim", "shown_name": SCRIPT[:40], "roles": ["officer"]}
    browser.post("/admin/invitations", invited, page="/admin/invitations")
    pages = (
        "/account",
        "/admin/users",
        f"/admin/users/{person.id}",
        "/admin/invitations",
        "/admin/sessions",
        "/admin/audit",
    )
    for page in pages:
        text = browser.get(page).text
        assert "<script>alert" not in text and "<img" not in text, page
        assert "&lt;script&gt;alert" in text, page


@pytest.mark.parametrize(
    "address",
    [
        "/account/sign-in?next={}",
        "/admin/audit?actor={}&object={}&action={}&begin={}",
        "/admin/users/{}",
        "/account/link/{}",
    ],
)
def test_a_script_in_an_address_stays_text(site, address):
    for browser in (site.admin, Browser(site)):
        text = browser.get(address.replace("{}", SCRIPT), follow_redirects=True).text
        assert "<script>alert" not in text and "<img" not in text


def test_a_script_typed_as_a_name_stays_text(site):
    text = Browser(site).sign_in(SCRIPT).text
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_settings_show_values_and_hide_secrets(settings):
    hidden = {
        "secret_key": "s3cret-of-the-site",
        "oidc_client_secret": "s3cret-of-oidc",
        "redis_url": "",
        "oidc_issuer": "https://id.example",
        "oidc_client_id": "desk",
    }
    with open_site(replace(settings, **hidden), entries=[]) as site:
        page = browser_with(site, "admin").get("/admin/settings").text
    assert "s3cret" not in page and "（已设置，不显示）" in page and "https://id.example" in page
    assert in_force(settings)["QXB_HOTLINE"] == "12345"


def test_a_database_address_with_a_password_is_not_shown(settings):
    shown = in_force(replace(settings, database_url="postgresql://desk:hush@db/desk"))
    assert "hush" not in shown["QXB_DATABASE_URL"]
