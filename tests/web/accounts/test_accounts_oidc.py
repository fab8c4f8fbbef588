"""Signing in through an identity service, against one that really signs its tokens."""

import base64
import hashlib
import html
import json
import re
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from fake_site import open_site
from fake_staff import Browser, browser_of, browser_with, make_person, person_named
from joserfc import jwt
from joserfc.jwk import RSAKey

from kb.errors import BadSetting
from kb.settings import Settings

CLIENT, SECRET = "desk", "a secret of the desk"


class Service:
    """An identity service: `sub` is who it says has signed in; `change` spoils the claims it signs."""

    def __init__(self):
        self.key, self.other = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
        self.sub, self.change, self.signer = "person-1", {}, self.key
        self.codes, self.url = {}, ""

    def discovery(self):
        """What the service says about itself."""
        names = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        addresses = {name: f"{self.url}/{path}" for name, path in names.items()}
        return {"issuer": self.url, **addresses, "id_token_signing_alg_values_supported": ["RS256"]}

    def authorize(self, asked):
        """Send the browser back with a code."""
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form):
        """Trade a code for a signed token, once, to whoever began."""
        asked = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": self.sub,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        signed = jwt.encode({"alg": "RS256"}, claims | self.change, self.signer)
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": signed}


class Handler(BaseHTTPRequestHandler):
    service = None

    def do_GET(self):
        at = urlsplit(self.path)
        if at.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(at.query).items()}
            self.send_response(302)
            self.send_header("Location", self.service.authorize(asked))
            self.end_headers()
        elif at.path == "/jwks":
            self.answer({"keys": [self.service.key.as_dict(private=False)]})
        else:
            self.answer(self.service.discovery())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        credentials = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        assert credentials == f"{CLIENT}:{SECRET}"
        self.answer(self.service.token({name: values[0] for name, values in parse_qs(body).items()}))

    def answer(self, data):
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture(scope="module")
def service():
    """A running identity service."""
    made = Service()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"service": made}))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(settings, service):
    """The site that trusts the service."""
    service.sub, service.change, service.signer = "person-1", {}, service.key
    named = {"oidc_issuer": service.url, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}
    with open_site(replace(settings, **named), entries=[]) as opened:
        yield opened


def go(browser, page="/account/sign-in", **data):
    """Leave for the service; returns the address that it sends the browser back to."""
    leaving = browser.post("/account/oidc", data, page=page)
    address = html.unescape(re.search(r'<a href="(http[^"]+/authorize[^"]+)"', leaving.text)[1])
    return httpx.get(address, trust_env=False).headers["Location"]


def back(browser, address):
    """Come back from the service."""
    at = urlsplit(address)
    return browser.get(f"{at.path}?{at.query}")


def bound(site, name="li.na", sub="person-1"):
    """An officer who is bound to a subject of the service."""
    person = make_person(site, name, "officer")
    site.desk.accounts.bind(person, f"{site.desk.settings.oidc_issuer}|{sub}")
    return person


def test_somebody_bound_to_the_service_signs_in_with_it(site):
    bound(site)
    browser = Browser(site)
    reply = back(browser, go(browser, next="/account?x=1"))
    assert (reply.status_code, reply.location) == (303, "/account?x=1") and browser.inside()


def test_somebody_the_desk_does_not_know_stays_out(site):
    bound(site, sub="person-2")
    browser = Browser(site)
    assert back(browser, go(browser)).status_code == 403 and not browser.inside()
    assert len(site.desk.accounts.people.all()) == 1


def test_a_disabled_person_stays_out(site):
    person, admin = bound(site), browser_with(site, "admin")
    page = f"/admin/users/{person.id}"
    admin.post(f"{page}/disable", page=page)
    browser = Browser(site)
    assert back(browser, go(browser)).status_code == 403 and not browser.inside()


def test_an_invited_person_joins_without_a_password(site):
    admin = browser_with(site, "admin")
    data = {"name": "zhou", "shown_name": "周毅", "roles": ["officer"]}
    shown = admin.post("/admin/invitations", data, page="/admin/invitations").text
    token = re.search(r"/account/link/([\w-]+)", shown)[1]
    browser = Browser(site)
    assert back(browser, go(browser, page=f"/account/link/{token}", link=token)).status_code == 303
    made = person_named(site, "zhou")
    assert browser.inside() and made.subject.endswith("|person-1") and not made.has_password
    again = Browser(site)
    assert back(again, go(again, link=token)).status_code != 303


def test_a_person_binds_the_own_account_and_nobody_elses(site):
    browser = browser_of(site, make_person(site, "li.na", "officer"))
    assert back(browser, go(browser, page="/account", bind="1")).status_code == 303
    assert person_named(site, "li.na").subject.endswith("|person-1")
    second = browser_of(site, make_person(site, "zhou", "officer"))
    assert back(second, go(second, page="/account", bind="1")).status_code == 422
    assert person_named(site, "zhou").subject == ""


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(site):
    bound(site)
    attacker, victim = Browser(site), Browser(site)
    address = go(attacker)
    assert back(victim, address).status_code == 403 and not victim.inside()


def test_an_answer_is_good_once(site):
    bound(site)
    browser = Browser(site)
    address = go(browser)
    assert back(browser, address).status_code == 303
    thief = Browser(site)
    assert back(thief, address).status_code == 403 and not thief.inside()


@pytest.mark.parametrize(
    "change",
    [{"iss": "http://evil.example"}, {"aud": "another desk"}, {"nonce": "old"}, {"exp": 1_000_000_000}, {"sub": ""}],
)
def test_a_token_with_a_wrong_claim_is_refused(site, service, change):
    bound(site)
    service.change = change
    browser = Browser(site)
    assert back(browser, go(browser)).status_code == 403 and not browser.inside()


def test_a_token_signed_by_another_key_is_refused(site, service):
    bound(site)
    service.signer = service.other
    browser = Browser(site)
    assert back(browser, go(browser)).status_code == 403 and not browser.inside()


def test_when_the_service_is_down_the_page_says_so(settings):
    named = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": CLIENT}
    with open_site(replace(settings, **named), entries=[]) as site:
        reply = Browser(site).post("/account/oidc")
        assert reply.status_code == 403 and "改用密码登录" in reply.text


def test_without_the_setting_there_is_no_such_door(settings):
    with open_site(settings, entries=[]) as site:
        browser = Browser(site)
        assert browser.post("/account/oidc").status_code == 404
        assert browser.get("/account/oidc/back?code=x&state=y").status_code == 404
        assert "统一身份" not in browser.get("/account/sign-in").text


def test_an_issuer_without_a_client_stops_the_start():
    with pytest.raises(BadSetting, match="QXB_OIDC_CLIENT_ID"):
        Settings.from_env({"QXB_OIDC_ISSUER": "https://id.example"})
