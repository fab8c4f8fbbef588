"""Signed-in members of the staff for tests: accounts and sessions made straight in the database."""

import re

import sqlalchemy as sa
from argon2 import PasswordHasher

from kb.database import writing
from web import clock
from web.accounts import people, sessions
from web.accounts.passwords import Passwords
from web.accounts.tables import people as table
from web.database import new_id

PASSWORD = "seven quiet herons wade"


def quick_hashes(site):
    """Let the site hash with little work; how much the real ones take is tested with the passwords."""
    site.desk.accounts._passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def make_person(site, name, *roles, shown_name="", password=""):
    """An account with these roles; returns it."""
    accounts = site.desk.accounts
    row = {
        "id": new_id(),
        "name": name,
        "shown_name": shown_name or name,
        "roles": list(roles),
        "password": accounts._passwords.hash(password) if password else "",
        "subject": None,
        "active": True,
        "created_at": clock.now(),
    }
    with writing(accounts.engine) as connection:
        connection.execute(sa.insert(table), row)
    return accounts.people.get(row["id"])


def person_named(site, name):
    """The account of this name."""
    return next(one for one in site.desk.accounts.people.all() if one.name == name)


class Browser:
    """A browser with its own cookies that sends the page's token with every change."""

    def __init__(self, site):
        self.site, self.client = site, site.app.test_client()
        self.cookie_name = site.app.config["SESSION_COOKIE_NAME"]

    def get(self, address, **more):
        """Open a page."""
        return self.client.get(address, **more)

    def post(self, address, data=None, page="/account/sign-in", **more):
        """Send a form as the page would: with its token."""
        return self.client.post(address, data={"csrf_token": self.token(page), **(data or {})}, **more)

    def token(self, page="/account/sign-in"):
        """The token that forms of this browser's session carry."""
        reply = self.client.get(page, follow_redirects=True)
        return re.search(r'name="csrf-token" content="([^"]+)"', reply.text)[1]

    def sign_in(self, name, password=PASSWORD, **more):
        """Fill in the sign-in form."""
        return self.post("/account/sign-in", {"name": name, "password": password, **more})

    def cookie(self):
        """The session cookie as the browser holds it."""
        found = self.client.get_cookie(self.cookie_name)
        return found.value if found else None

    def inside(self):
        """Whether the browser may see its own account."""
        return self.client.get("/account").status_code == 200


def browser_of(site, person):
    """A browser in which this person is signed in."""
    with writing(site.desk.engine) as connection:
        token = sessions.begin(connection, person.id, "127.0.0.1", "test")
    browser = Browser(site)
    with browser.client.session_transaction() as session:
        session["staff"] = token
    return browser


def browser_with(site, *roles):
    """A browser of somebody with these roles; of a visitor when there are none."""
    if not roles:
        return Browser(site)
    name = "-".join(roles)
    with writing(site.desk.engine) as connection:
        row = people.by_name(connection, name)
    return browser_of(site, people.person(row) if row else make_person(site, name, *roles))
