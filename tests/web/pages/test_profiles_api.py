"""Enterprises from another system: a token that is shown once, ends at once, and can do one thing."""

import datetime as dt
import re

import pytest
import sqlalchemy as sa
from fake_staff import browser_with
from serving_world import CODE

from web.accounts.tables import audit, tokens

OTHER = "91110000600037341L"
RECORD = {"code": CODE, "name": "甲公司", "headcount": 80}
PATH = "/api/v1/profiles/import"


def made(site, name="招商系统", days="90", role="operator"):
    """Have somebody of a role make a token; returns their browser and the token."""
    browser = browser_with(site, role)
    page = browser.post("/operator/profiles/tokens", {"name": name, "days": days}).text
    return browser, re.search(r'id="token-made">.*<code>(qxb_[^<]+)</code>', page)[1]


def send(site, token, records, **more):
    """Call the import as another system does."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return site.client.post(PATH, json={"records": records, **more}, headers=headers)


def actions(site):
    with site.desk.engine.connect() as connection:
        return [(row.actor, row.action, row.object) for row in connection.execute(sa.select(audit).order_by("id"))]


def test_records_are_taken_and_what_was_wrong_is_said(site):
    _, token = made(site)
    reply = send(site, token, [RECORD, {"code": "123", "name": "乙公司"}, {**RECORD, "name": "又一次"}])
    assert reply.status_code == 200
    answer = reply.get_json()
    assert (answer["created"], answer["updated"], answer["unchanged"], answer["dry"]) == (1, 0, 0, False)
    assert [(one["row"], one["field"]) for one in answer["problems"]] == [(2, "code"), (3, "code")]
    again = send(site, token, [{**RECORD, "headcount": 500}, RECORD | {"code": OTHER}]).get_json()
    assert (again["created"], again["updated"]) == (1, 1)
    assert site.desk.serving.profiles.with_code(CODE).name == "甲公司"
    assert ("operator", "profile.import", "file:接口：招商系统") in actions(site)


def test_a_dry_run_keeps_nothing(site):
    _, token = made(site)
    assert send(site, token, [RECORD], dry=True).get_json()["created"] == 1
    assert list(site.desk.serving.profiles.all_values()) == []


def test_what_is_never_kept_is_refused(site):
    _, token = made(site)
    answer = send(site, token, [{**RECORD, "身份证号": "11010519491231002X"}]).get_json()
    assert answer["created"] == 0 and answer["problems"]


def test_many_records_at_once_are_within_the_limit_of_a_body(site):
    _, token = made(site)
    records = [{"code": CODE, "name": "甲" * 100, "note": "x" * 200} for _ in range(600)]
    assert send(site, token, records).status_code == 200
    assert send(site, "qxb_wrong", records).status_code == 401
    assert send(site, token, [RECORD] * 1001).status_code == 422


@pytest.mark.parametrize("token", ["", "qxb_wrong", "x" * 5000])
def test_without_a_good_token_nobody_gets_in(site, token):
    reply = send(site, token, [RECORD])
    assert (reply.status_code, reply.get_json()["error"]) == (401, "sign_in_needed")


def test_a_signed_in_browser_is_no_token(site):
    browser = browser_with(site, "operator")
    assert browser.client.post(PATH, json={"records": [RECORD]}).status_code == 401


def test_a_revoked_token_ends_at_once_and_both_acts_are_written_down(site):
    browser, token = made(site)
    page = browser.get("/operator/profiles").text
    address = re.search(r'action="(/operator/profiles/tokens/[^"]+/revoke)"', page)[1]
    assert "没用过" in page and token not in page
    assert browser.post(address).status_code == 303
    assert send(site, token, [RECORD]).status_code == 401
    assert browser.post(address).status_code == 404
    assert [action for _, action, _ in actions(site) if action.startswith("token")] == ["token.make", "token.revoke"]


def test_a_token_lasts_as_long_as_it_says_and_as_its_owner(site):
    _, token = made(site)
    with site.desk.engine.begin() as connection:
        connection.execute(sa.update(tokens).values(expires_at=dt.datetime(2020, 1, 1)))
    assert send(site, token, [RECORD]).status_code == 401
    _, token = made(site, "第二个系统")
    with site.desk.engine.begin() as connection:
        connection.execute(sa.text("UPDATE web_people SET roles = '[\"officer\"]' WHERE name = 'operator'"))
    assert send(site, token, [RECORD]).status_code == 403
    with site.desk.engine.begin() as connection:
        connection.execute(sa.text("UPDATE web_people SET active = false WHERE name = 'operator'"))
    assert send(site, token, [RECORD]).status_code == 401


@pytest.mark.parametrize(("name", "days"), [("", "90"), ("x" * 41, "90"), ("系统", "3650"), ("系统", "many")])
def test_a_token_needs_a_name_and_an_end(site, name, days):
    reply = browser_with(site, "operator").post("/operator/profiles/tokens", {"name": name, "days": days})
    assert reply.status_code == 422 and "token-made" not in reply.text


def test_the_secret_itself_is_nowhere_in_the_database(site):
    _, token = made(site)
    with site.desk.engine.connect() as connection:
        kept = str(connection.execute(sa.select(tokens)).all()) + str(connection.execute(sa.select(audit)).all())
    assert token not in kept and token.removeprefix("qxb_") not in kept


def test_the_document_says_that_a_token_is_needed(site):
    document = site.client.get("/api/v1/openapi.json").get_json()
    assert document["paths"][PATH]["post"]["security"] == [{"token": []}]
    assert document["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
