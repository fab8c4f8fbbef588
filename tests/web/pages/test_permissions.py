"""Every route of the site against every role: who may enter stands in one table, and nowhere else."""

import pytest
from fake_site import open_site
from fake_staff import browser_with
from flask import Flask

from kb.settings import Settings
from web.accounts.roles import RIGHTS, STAFF, TITLES
from web.pages import gate
from web.pages.navigation import ROOMS

ROLES = ("visitor", *STAFF)
ANYONE = set(ROLES)
TOKEN = frozenset()  # a role opens nothing here, only a token does
SIGNED_IN = set(STAFF)
ADMIN = {"admin"}
CURATORS = {"curator", "reviewer"}
REVIEWER = {"reviewer"}
OPERATOR = {"operator"}
OFFICER = {"officer"}
FIGURES = {"operator", "admin"}
APPEALS = {"operator", "officer"}
JOINING = {"operator", "officer"}
REACH = {"curator", "reviewer", "operator"}

# One line an endpoint. A route that is not here, or a line without a route, fails the test.
MAY_ENTER = {
    "static": ANYONE,
    "visitor.home": ANYONE,
    "visitor.demo": ANYONE,
    "visitor.widget": ANYONE,
    "visitor.entries": ANYONE,
    "visitor.entry": ANYONE,
    "sheets.flow": ANYONE,
    "sheets.page": ANYONE,
    "sheets.download": ANYONE,
    "panel.embed": ANYONE,
    "panel.tab": ANYONE,
    "panel.colours": ANYONE,
    "signals.mine": OFFICER,
    "signals.case": OFFICER,
    "signals.review": OFFICER,
    "signals.spare": OFFICER,
    "signals_admin.page": ADMIN,
    "signals_admin.turn_on": ADMIN,
    "signals_admin.turn_off": ADMIN,
    "signals_admin.change": ADMIN,
    "sites.page": ADMIN,
    "sites.site": ADMIN,
    "sites.save": ADMIN,
    "sites.renew": ADMIN,
    "sites.switch": ADMIN,
    "api.chat": ANYONE,
    "api.history": ANYONE,
    "api.events": ANYONE,
    "api.search": ANYONE,
    "api.feedback": ANYONE,
    "api.entries": ANYONE,
    "api.entry": ANYONE,
    "api.openapi": ANYONE,
    "api.healthz": ANYONE,
    "api.readyz": ANYONE,
    "api.metrics": ANYONE,
    "channels.webhook": ANYONE,
    "channels.dingtalk": ANYONE,
    "channels.dingtalk_events": ANYONE,
    "channels.wecom_check": ANYONE,
    "channels.wecom": ANYONE,
    "channels.wechat_check": ANYONE,
    "channels.wechat": ANYONE,
    "accounts.sign_in": ANYONE,
    "accounts.signing_in": ANYONE,
    "accounts.sign_out": ANYONE,
    "accounts.link": ANYONE,
    "accounts.join": ANYONE,
    "accounts.oidc_begin": ANYONE,
    "accounts.oidc_back": ANYONE,
    "accounts.own": SIGNED_IN,
    "accounts.password": SIGNED_IN,
    "accounts.sign_out_everywhere": SIGNED_IN,
    "curator.home": CURATORS,
    "curator.quality": CURATORS,
    "curator.file": ANYONE,
    "curator_queue.rows": CURATORS,
    "curator_queue.refresh": CURATORS,
    "curator_queue.row": CURATORS,
    "curator_queue.attach": CURATORS,
    "curator_queue.recheck": CURATORS,
    "curator_queue.out_of_scope": CURATORS,
    "curator_queue.reopen": CURATORS,
    "curator_search.hits": CURATORS,
    "curator_search.apply": CURATORS,
    "curator_words.words": CURATORS,
    "curator_words.group": CURATORS,
    "curator_words.propose": CURATORS,
    "curator_words.effects": CURATORS,
    "curator_words.effect": CURATORS,
    "curator_words.apply": CURATORS,
    "curator_entries.shelf": CURATORS,
    "curator_entries.bulk_change": CURATORS,
    "curator_entries.bulk_publish": REVIEWER,
    "curator_entries.new": CURATORS,
    "curator_entries.edit": CURATORS,
    "curator_entries.save": CURATORS,
    "curator_entries.keep": CURATORS,
    "curator_entries.discard": CURATORS,
    "curator_entries.preview": CURATORS,
    "curator_entries.upload": CURATORS,
    "curator_versions.versions": CURATORS,
    "curator_versions.submit": CURATORS,
    "curator_versions.give_back": REVIEWER,
    "curator_versions.publish": REVIEWER,
    "curator_versions.unplan": REVIEWER,
    "curator_versions.roll_back": CURATORS,
    "curator_import.page": CURATORS,
    "curator_import.upload": CURATORS,
    "curator_import.plan": CURATORS,
    "curator_import.apply": CURATORS,
    "curator_import.undo": CURATORS,
    "curator_import.export": CURATORS,
    "curator_import.template": CURATORS,
    "admin.home": ADMIN,
    "admin.users": ADMIN,
    "admin.user": ADMIN,
    "admin.user_roles": ADMIN,
    "admin.user_disable": ADMIN,
    "admin.user_enable": ADMIN,
    "admin.user_unlock": ADMIN,
    "admin.user_reset": ADMIN,
    "admin.invitations": ADMIN,
    "admin.invite": ADMIN,
    "admin.invitation_revoke": ADMIN,
    "admin.sessions": ADMIN,
    "admin.session_end": ADMIN,
    "admin.audit": ADMIN,
    "admin.audit_csv": ADMIN,
    "admin.roles": ADMIN,
    "admin.settings": ADMIN,
    "operator.home": FIGURES,
    "operator.figures": FIGURES,
    "operator.figures_csv": FIGURES,
    "operator.figures_xlsx": FIGURES,
    "operator.conversations": OPERATOR,
    "operator.conversation": OPERATOR,
    "operator.unmask": OPERATOR,
    "operator.tag": OPERATOR,
    "operator.filters": OPERATOR,
    "review.queue": OPERATOR,
    "review.judge": OPERATOR,
    "review.results": OPERATOR,
    "review.training_yml": OPERATOR,
    "review.gold_jsonl": OPERATOR,
    "live.current": JOINING,
    "live.watch": JOINING,
    "live.take": JOINING,
    "live.say": JOINING,
    "live.hand_back": JOINING,
    "appeals.home": ANYONE,
    "appeals.check": ANYONE,
    "appeals.new": ANYONE,
    "appeals.make": ANYONE,
    "appeals.progress": ANYONE,
    "appeals.grade": ANYONE,
    "appeals.make_move": ANYONE,
    "appeals.attach": ANYONE,
    "appeals.attachment": ANYONE,
    "bookings.home": ANYONE,
    "bookings.check": ANYONE,
    "bookings.progress": ANYONE,
    "bookings.make_move": ANYONE,
    "officer.home": APPEALS,
    "officer.rectifications": APPEALS,
    "officer.slips": APPEALS,
    "officer.posts": ADMIN,
    "officer.give_post": ADMIN,
    "officer_tickets.worklist": APPEALS,
    "officer_tickets.find": APPEALS,
    "officer_tickets.new": APPEALS,
    "officer_tickets.register": APPEALS,
    "officer_tickets.ticket": APPEALS,
    "officer_tickets.make_move": APPEALS,
    "officer_tickets.attach": APPEALS,
    "officer_tickets.attachment": APPEALS,
    "officer_tickets.propose": APPEALS,
    "officer_bookings.bookings": APPEALS,
    "officer_bookings.booking": APPEALS,
    "officer_bookings.make_move": APPEALS,
    "officer_bookings.commit": APPEALS,
    "officer_bookings.keep": APPEALS,
    "officer_report.statistics": APPEALS,
    "officer_report.sheet": APPEALS,
    "officer_report.statistics_pdf": APPEALS,
    "officer_report.statistics_csv": APPEALS,
    "officer_report.statistics_xlsx": APPEALS,
    "officer_report.pool": APPEALS,
    "mine.home": ANYONE,
    "mine.enter": ANYONE,
    "mine.door": ANYONE,
    "mine.go_in": ANYONE,
    "mine.leave": ANYONE,
    "mine.new": ANYONE,
    "mine.make": ANYONE,
    "mine.edit": ANYONE,
    "mine.change": ANYONE,
    "mine.export": ANYONE,
    "mine.delete": ANYONE,
    "mine.key": ANYONE,
    "mine.add_contact": ANYONE,
    "mine.remove_contact": ANYONE,
    "mine_news.policies": ANYONE,
    "mine_news.answer": ANYONE,
    "mine_news.refuse": ANYONE,
    "mine_news.subscriptions": ANYONE,
    "mine_news.subscribe": ANYONE,
    "mine_news.end": ANYONE,
    "mine_news.messages": ANYONE,
    "mine_news.opened": ANYONE,
    "mine_news.leaving": ANYONE,
    "mine_news.left": ANYONE,
    "going.notices": ANYONE,
    "going.notice": ANYONE,
    "going.sign_up": ANYONE,
    "going.calendar": ANYONE,
    "going.receipt": ANYONE,
    "going.cancel": ANYONE,
    "going.places": ANYONE,
    "going.card": ANYONE,
    "serving_staff.simulation": REACH,
    "serving_staff.notices": REACH,
    "serving_staff.notice": REACH,
    "serving_staff.notice_attended": REACH,
    "serving_staff.notice_sheet": REACH,
    "serving_staff.pushes": OPERATOR,
    "serving_staff.push_again": OPERATOR,
    "serving_staff.importing": OPERATOR,
    "serving_staff.upload": OPERATOR,
    "serving_staff.apply": OPERATOR,
    "serving_staff.key": OPERATOR,
    "profiles_api.take": TOKEN,
    "serving_staff.make_token": OPERATOR,
    "serving_staff.revoke_token": OPERATOR,
}
REFUSALS = {"forbidden", "sign_in_needed"}
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site with an empty knowledge base."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("permissions"), rate_limit="off")
    with open_site(settings, entries=[]) as opened:
        yield opened


def routes(app):
    """(endpoint, method, address) of every route, its blanks filled with things that do not exist."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        blanks = {name: "site.css" if name == "filename" else "none" for name in rule.arguments}
        blanks |= {name: 1 for name in rule.arguments if type(rule._converters[name]).__name__ == "IntegerConverter"}
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, adapter.build(rule.endpoint, blanks, method=method)


def refused(reply):
    """Whether the gate kept the caller out."""
    return reply.is_json and reply.get_json().get("error") in REFUSALS


def test_every_route_says_who_may_enter(site):
    assert {endpoint for endpoint, _, _ in routes(site.app)} == set(MAY_ENTER)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_enters_its_own_rooms_and_no_others(site, role):
    wrong = []
    for endpoint, method, address in routes(site.app):
        browser = browser_with(site, *(() if role == "visitor" else (role,)))
        headers = JSON | ({"X-CSRFToken": browser.token()} if method != "GET" else {})
        reply = browser.client.open(address, method=method, headers=headers)
        if refused(reply) == (role in MAY_ENTER[endpoint]):
            wrong.append((endpoint, method, reply.status_code))
    assert wrong == []


def test_no_change_is_taken_without_the_pages_token(site):
    taken = []
    for endpoint, method, address in routes(site.app):
        if method == "GET" or address.startswith("/api/"):
            continue
        roles = MAY_ENTER[endpoint] - {"visitor"}
        reply = browser_with(site, sorted(roles)[0]).client.open(address, method=method, headers=JSON)
        if reply.status_code != 400 or reply.get_json()["error"] != "csrf_failed":
            taken.append((endpoint, method, reply.status_code))
    assert taken == []


def test_the_open_api_takes_nothing_from_a_cookie(site):
    for endpoint, _, address in routes(site.app):
        if address.startswith("/api/"):
            assert MAY_ENTER[endpoint] in (ANYONE, TOKEN), f"{endpoint} needs a right: move it out of /api/"


def test_a_page_of_the_staff_rooms_without_a_declaration_stays_shut(settings):
    with open_site(settings, entries=[]) as site:
        site.app.add_url_rule("/admin/forgotten", "forgotten", lambda: "secret")
        for roles in ((), STAFF):
            reply = browser_with(site, *roles).get("/admin/forgotten")
            assert reply.status_code == 403 and "secret" not in reply.text


def test_an_unknown_right_is_noticed_when_the_view_is_declared():
    with pytest.raises(KeyError):
        gate.require("entries.destroy")


def test_a_visitor_is_led_to_the_sign_in_page_and_back(site):
    reply = browser_with(site).get("/admin/audit?actor=li")
    assert (reply.status_code, reply.location) == (303, "/account/sign-in?next=/admin/audit?actor%3Dli")


@pytest.mark.parametrize("role", STAFF)
def test_the_navigation_shows_only_what_the_role_may_open(site, role):
    page = browser_with(site, role).get("/account").text
    for line in (line for room in ROOMS for line in room.pages if line.endpoint in site.app.view_functions):
        with site.app.test_request_context():
            address = site.app.url_for(line.endpoint)
        assert (f'href="{address}"' in page.split('class="rooms"')[1]) == (role in RIGHTS[line.right].roles)


def test_somebody_with_two_roles_has_the_rights_of_both(site):
    browser = browser_with(site, "officer", "admin")
    assert browser.get("/admin/users").status_code == 200


def test_rights_name_roles_that_exist_and_visitors_have_none():
    assert all(right.roles and right.roles <= set(TITLES) - {"visitor"} for right in RIGHTS.values())


def test_the_gate_needs_no_database_for_a_visitor_without_a_cookie(site):
    app: Flask = site.app
    with app.test_request_context("/"):
        assert gate.signed_in() is None
