"""Signing in: sessions, cookies, tries, forms."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fake_site import open_site
from fake_staff import PASSWORD, Browser, browser_of, make_person, quick_hashes

from kb.database import writing
from web import clock
from web.accounts import sign_in_throttle
from web.accounts.errors import SignInFailed, TooManyTries
from web.accounts.service import Browser as From
from web.accounts.tables import attempts as attempts_table
from web.accounts.tables import audit, people, sessions

WRONG = "登录名或密码不对"


@pytest.fixture
def site(settings):
    """The site with one officer who has a password."""
    with open_site(settings, entries=[]) as opened:
        quick_hashes(opened)
        opened.person = make_person(opened, "li.na", "officer", shown_name="李娜", password=PASSWORD)
        yield opened


def rows(site, table):
    """All rows of a table."""
    with site.desk.engine.connect() as connection:
        return connection.execute(sa.select(table)).all()


def change(site, table, **values):
    """Set columns of all rows."""
    with writing(site.desk.engine) as connection:
        connection.execute(sa.update(table).values(**values))


def test_the_right_name_and_password_lead_in_however_the_name_is_typed(site):
    browser = Browser(site)
    reply = browser.sign_in(" Li.Na ")
    assert reply.status_code == 303 and browser.inside()


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_the_same_answer(site):
    make_person(site, "gone", "officer", password=PASSWORD)
    with writing(site.desk.engine) as connection:
        connection.execute(sa.update(people).where(people.c.name == "gone").values(active=False))
    pages = []
    for name, password in (("li.na", "wrong wrong wrong"), ("nobody", PASSWORD), ("gone", PASSWORD)):
        browser = Browser(site)
        reply = browser.sign_in(name, password)
        assert reply.status_code == 401 and WRONG in reply.text and not browser.inside()
        pages.append(re.sub(r'(csrf[-_]token" (content|value)|value)="[^"]*"', "", reply.text))
    assert len(set(pages)) == 1


def test_signing_in_changes_the_session_so_that_a_planted_cookie_is_worth_nothing(site):
    victim, attacker = Browser(site), Browser(site)
    attacker.token()
    planted = attacker.cookie()
    victim.client.set_cookie(victim.cookie_name, planted)
    victim.sign_in("li.na")
    assert victim.inside() and victim.cookie() != planted
    assert not attacker.inside()
    token_before = attacker.token()
    forged = victim.client.post("/account/sign-out-everywhere", data={"csrf_token": token_before})
    assert forged.status_code == 400 and victim.inside()


def test_signing_in_again_ends_the_session_that_the_browser_had(site):
    browser = Browser(site)
    browser.sign_in("li.na")
    old = browser.cookie()
    browser.sign_in("li.na")
    assert browser.cookie() != old and len(rows(site, sessions)) == 1
    thief = Browser(site)
    thief.client.set_cookie(thief.cookie_name, old)
    assert not thief.inside()


def test_a_cookie_kept_from_before_signing_out_opens_nothing(site):
    browser = browser_of(site, site.person)
    kept = browser.cookie()
    assert browser.post("/account/sign-out").status_code == 303
    thief = Browser(site)
    thief.client.set_cookie(thief.cookie_name, kept)
    assert not thief.inside() and rows(site, sessions) == []


def test_signing_out_everywhere_ends_all_browsers_and_nobody_elses(site):
    here, there = browser_of(site, site.person), browser_of(site, site.person)
    other = browser_of(site, make_person(site, "zhou", "curator"))
    here.post("/account/sign-out-everywhere", page="/account")
    assert not here.inside() and not there.inside() and other.inside()


@pytest.mark.parametrize(
    ("column", "hours", "inside"), [("seen_at", 0.9, True), ("seen_at", 1.1, False), ("began_at", 12.1, False)]
)
def test_a_session_ends_after_an_idle_hour_and_after_half_a_day(site, column, hours, inside):
    browser = browser_of(site, site.person)
    change(site, sessions, **{column: clock.now() - dt.timedelta(hours=hours)})
    assert browser.inside() is inside


def test_the_database_holds_no_token_and_no_password_that_could_be_used(site):
    browser = Browser(site)
    browser.sign_in("li.na")
    with browser.client.session_transaction() as session:
        token = session["staff"]
    kept = repr(rows(site, sessions) + rows(site, people) + rows(site, audit))
    assert token not in kept and PASSWORD not in kept


def test_the_cookie_is_hidden_from_scripts_and_stays_on_the_site(site):
    reply = Browser(site).get("/account/sign-in")
    cookie = reply.headers["Set-Cookie"]
    assert cookie.startswith("qxb8000=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Domain" not in cookie and "Secure" not in cookie


def test_with_secure_cookies_the_cookie_travels_over_https_only(settings):
    with open_site(replace(settings, secure_cookies=True), entries=[]) as site:
        reply = site.client.get("/account/sign-in", base_url="https://desk.example")
        cookie = reply.headers["Set-Cookie"]
        assert cookie.startswith("__Host-qxb") and "Secure" in cookie and "Path=/" in cookie


def test_visitors_get_no_cookie(site):
    assert "Set-Cookie" not in site.client.get("/").headers
    assert "Set-Cookie" not in site.client.get("/entries").headers


def test_pages_of_the_staff_are_kept_by_no_cache(site):
    assert browser_of(site, site.person).get("/account").headers["Cache-Control"] == "no-store"


def test_after_five_failures_the_account_waits_even_with_the_right_password(site):
    for _ in range(5):
        assert Browser(site).sign_in("li.na", "wrong wrong wrong").status_code == 401
    reply = Browser(site).sign_in("li.na")
    assert reply.status_code == 429 and "后再试" in reply.text
    assert 0 < int(reply.headers["Retry-After"]) <= 31
    assert [row.action for row in rows(site, audit)] == ["account.blocked"]


def test_a_name_that_nobody_has_waits_the_same_way(site):
    replies = [Browser(site).sign_in("nobody", "wrong wrong wrong").status_code for _ in range(6)]
    assert replies == [401] * 5 + [429]


def test_the_wait_grows_with_each_further_failure_and_has_an_end(site):
    waits = [sign_in_throttle.ACCOUNT.wait(failures) for failures in range(1, 14)]
    assert waits[:8] == [0, 0, 0, 0, 30, 60, 120, 240] and waits[-1] == 900 == max(waits)


def test_after_the_wait_one_try_is_free_and_success_forgets_the_failures(site):
    for _ in range(5):
        Browser(site).sign_in("li.na", "wrong wrong wrong")
    change(site, attempts_table, blocked_until=clock.now() - dt.timedelta(seconds=1))
    browser = Browser(site)
    browser.sign_in("li.na")
    assert browser.inside()
    assert not [row for row in rows(site, attempts_table) if row.key.startswith("account:")]


def test_an_address_that_tries_many_names_waits_too_and_others_do_not(site):
    accounts = site.desk.accounts
    for number in range(30):
        with pytest.raises(SignInFailed):
            accounts.sign_in(f"name{number}", "", From("203.0.113.9", ""))
    with pytest.raises(TooManyTries):
        accounts.sign_in("li.na", PASSWORD, From("203.0.113.9", ""))
    assert accounts.sign_in("li.na", PASSWORD, From("203.0.113.10", ""))


def test_signing_in_oneself_does_not_wash_an_addresses_failures_away(site):
    accounts, place = site.desk.accounts, From("203.0.113.9", "")
    for number in range(3):
        with pytest.raises(SignInFailed):
            accounts.sign_in(f"name{number}", "", place)
        accounts.sign_in("li.na", PASSWORD, place)
    failures = {row.key: row.failures for row in rows(site, attempts_table)}
    assert failures[sign_in_throttle.address_key(place.address)] == 3


def test_neighbours_in_one_ipv6_network_count_as_one_address():
    assert sign_in_throttle.address_key("2001:db8::1") == sign_in_throttle.address_key("2001:db8::ffff:2")
    assert sign_in_throttle.address_key("2001:db8::1") != sign_in_throttle.address_key("2001:db8:0:1::1")
    assert sign_in_throttle.address_key("rubbish") == sign_in_throttle.address_key("")


def test_tries_at_the_same_moment_gain_nothing(site):
    def attempt(_):
        try:
            site.desk.accounts.sign_in("li.na", "wrong wrong wrong", From("203.0.113.9", ""))
        except (SignInFailed, TooManyTries) as error:
            return type(error)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(attempt, range(12)))
    assert answers.count(SignInFailed) == 5 and answers.count(TooManyTries) == 7


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/ok\nX: y",
    ],
)
def test_signing_in_leads_to_no_other_site(site, wanted):
    assert Browser(site).sign_in("li.na", next=wanted).location == "/operator/live"


def test_signing_in_leads_back_to_the_page_that_was_wanted(site):
    assert Browser(site).sign_in("li.na", next="/account?x=1").location == "/account?x=1"


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_form_without_the_pages_token_is_refused_with_a_page_that_says_what_to_do(site, token):
    browser = Browser(site)
    data = {"name": "li.na", "password": PASSWORD} | ({} if token is None else {"csrf_token": token})
    reply = browser.client.post("/account/sign-in", data=data)
    assert reply.status_code == 400 and "刷新后再试" in reply.text and "<html" in reply.text
    assert not browser.inside()


def test_a_program_gets_the_same_refusal_in_the_shape_of_all_errors(site):
    reply = Browser(site).client.post("/account/sign-out", headers={"Accept": "application/json"})
    assert reply.get_json() == {
        "ok": False, "error": "csrf_failed", "detail": reply.get_json()["detail"], "status": 400
    }  # fmt: skip


def test_changing_the_password_needs_the_old_one_and_ends_other_sessions(site):
    here, there = browser_of(site, site.person), browser_of(site, site.person)
    new = "a different long sentence"
    wrong = here.post("/account/password", {"old": "no", "new": new, "again": new}, page="/account")
    assert wrong.status_code == 401 and there.inside()
    unequal = here.post("/account/password", {"old": PASSWORD, "new": new, "again": "x"}, page="/account")
    assert unequal.status_code == 422
    weak = here.post(
        "/account/password", {"old": PASSWORD, "new": "lina lina lina", "again": "lina lina lina"}, page="/account"
    )
    assert weak.status_code == 422 and "太常见" in weak.text
    cookie = here.cookie()
    done = here.post("/account/password", {"old": PASSWORD, "new": new, "again": new}, page="/account")
    assert done.status_code == 303 and here.inside() and not there.inside() and here.cookie() != cookie
    assert Browser(site).sign_in("li.na").status_code == 401
    assert Browser(site).sign_in("li.na", new).status_code == 303


def test_guessing_the_old_password_from_an_open_session_is_slowed_too(site):
    browser = browser_of(site, site.person)
    guess = {"old": "guess", "new": PASSWORD, "again": PASSWORD}
    replies = [browser.post("/account/password", guess, page="/account").status_code for _ in range(6)]
    assert replies == [401] * 5 + [429]


def test_the_key_that_signs_cookies_is_made_once_and_for_its_owner_only(settings, site):
    key = settings.data_dir / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600 and len(key.read_text()) >= 43
    assert site.app.secret_key == key.read_text()
