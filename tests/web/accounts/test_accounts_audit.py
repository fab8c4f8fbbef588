"""The audit log: complete, masked, and beyond change."""

import csv
import datetime as dt
import io

import pytest
import sqlalchemy as sa
from fake_site import open_site
from fake_staff import browser_with, make_person

from kb.database import open_engine, reading, writing
from kb.settings import Settings
from web import clock, database
from web.accounts import audit
from web.accounts.audit import Filter
from web.accounts.service import Accounts
from web.accounts.service import Browser as From
from web.accounts.tables import audit as table

CHANGES = (
    "UPDATE web_audit SET actor = 'somebody else'",
    "DELETE FROM web_audit",
    "DELETE FROM web_audit WHERE id = 1",
)


@pytest.fixture
def site(settings):
    """The site with an admin."""
    with open_site(settings, entries=[]) as opened:
        opened.admin = browser_with(opened, "admin")
        yield opened


@pytest.fixture
def postgres_engine(postgres):
    """A PostgreSQL database with the web tables."""
    engine = open_engine(postgres)
    database.migrate(engine)
    yield engine
    engine.dispose()


def write(engine, **values):
    """Write one row of the log."""
    row = {"actor": "li.na", "action": "entry.publish", "object": "entry:A1", **values}
    with writing(engine) as connection:
        audit.record(connection, **row)


def refuses(engine, statement):
    """Whether the database refuses a statement, naming the log."""
    with pytest.raises(sa.exc.DBAPIError, match="web_audit only grows"), writing(engine) as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "INSERT OR REPLACE INTO web_audit (id, at, actor, action, object) VALUES (1, '2026-01-01', 'x', 'y', 'z')",
    ],
)
def test_sqlite_refuses_to_change_the_log(site, statement):
    write(site.desk.engine)
    before, _ = audit.page(site.desk.engine, Filter())
    refuses(site.desk.engine, statement)
    assert audit.page(site.desk.engine, Filter())[0] == before


@pytest.mark.slow
def test_postgresql_refuses_to_change_the_log_and_holds_accounts_too(postgres_engine):
    write(postgres_engine, before={"phone": "13812345678"})
    for statement in (*CHANGES, "TRUNCATE web_audit"):
        refuses(postgres_engine, statement)
    events, more = audit.page(postgres_engine, Filter(actor="li.na"))
    assert (len(events), more, events[0].before) == (1, False, {"phone": "138******78"})
    accounts = Accounts(postgres_engine, Settings())
    link = accounts.first_admin_token()
    session = accounts.join(link, "seven quiet herons wade", From("127.0.0.1", "x"), "boss", "王")
    assert accounts.sessions.find(session).person.may("audit.read") and accounts.first_admin_token() == ""
    assert accounts.sign_in("boss", "seven quiet herons wade", From("127.0.0.1", "x", session))
    assert accounts.sessions.find(session) is None


def test_a_change_and_its_row_stand_or_fall_together(site):
    count = len(audit.page(site.desk.engine, Filter())[0])
    with pytest.raises(RuntimeError), writing(site.desk.engine) as connection:
        audit.record(connection, "li.na", "entry.publish", "entry:A1")
        raise RuntimeError
    assert len(audit.page(site.desk.engine, Filter())[0]) == count


def test_personal_numbers_are_masked_before_they_are_kept(site):
    person = "11010519491231002X"
    write(site.desk.engine, object="ticket:13812345678", before={"phone": ["13812345678"]}, after=f"身份证 {person}")
    with reading(site.desk.engine) as connection:
        kept = repr(connection.execute(sa.select(table)).all())
    assert "13812345678" not in kept and person not in kept and "138" in kept


def test_every_change_to_an_account_leaves_a_row_with_before_and_after(site):
    person = make_person(site, "zhou", "officer")
    at = f"/admin/users/{person.id}"
    for change, data in (
        ("roles", {"roles": ["curator"]}),
        ("disable", {}),
        ("enable", {}),
        ("unlock", {}),
        ("reset", {}),
    ):
        assert site.admin.post(f"{at}/{change}", data, page=at).status_code in (200, 303)
    events, _ = audit.page(site.desk.engine, Filter(object="user:zhou"))
    seen = [(event.actor, event.action) for event in reversed(events)]
    assert seen == [("admin", f"user.{change}") for change in ("roles", "disable", "enable", "unlock", "reset")]
    assert (events[-1].before, events[-1].after) == ({"roles": ["officer"]}, {"roles": ["curator"]})


def test_filters_find_by_who_what_object_and_day_in_china(site, monkeypatch):
    moment = dt.datetime(2026, 3, 1, 16, 30)  # 00:30 on 2 March in China
    monkeypatch.setattr(clock, "now", lambda: moment)
    write(site.desk.engine, actor="night.owl")
    monkeypatch.undo()
    write(site.desk.engine, actor="other", action="user.roles", object="user:x")

    def names(**wanted):
        return [event.actor for event in audit.page(site.desk.engine, Filter(**wanted))[0]]

    day = dt.date(2026, 3, 2)
    assert names(begin=day, end=day) == ["night.owl"] and names(end=day - dt.timedelta(days=1)) == []
    assert names(actor="other") == names(action="user.roles") == names(object="user:x") == ["other"]
    page = site.admin.get("/admin/audit?actor=night.owl").text
    assert "2026-03-02 00:30" in page and "user:x" not in page


@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=99999999999999999999",
        "begin=0001-01-01",
        "end=9999-12-31",
        "begin=rubbish",
        "action=%27%3B--",
    ],
)
def test_an_address_that_cannot_be_used_shows_what_there_is(site, query):
    assert site.admin.get(f"/admin/audit?{query}").status_code == 200


def test_pages_follow_each_other_without_gaps_or_repeats(site):
    for number in range(120):
        write(site.desk.engine, object=f"entry:{number}")
    wanted, seen, before, more = Filter(actor="li.na"), [], None, True
    while more:
        events, more = audit.page(site.desk.engine, wanted, before)
        seen += [event.object for event in events]
        before = events[-1].id
    assert seen == [f"entry:{number}" for number in reversed(range(120))]
    first = site.admin.get("/admin/audit?actor=li.na").text
    assert "更早" in first and "entry:119" in first and "entry:69<" not in first


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", '=HYPERLINK("http://evil","x")'])
def test_the_export_holds_no_formula(site, text):
    write(site.desk.engine, actor=text, object=text, before=text)
    reply = site.admin.get("/admin/audit.csv")
    assert reply.data.startswith(b"\xef\xbb\xbf") and reply.mimetype == "text/csv"
    table_rows = list(csv.reader(io.StringIO(reply.data.decode("utf-8-sig"))))
    assert text in table_rows[2][2] and not any(
        cell[:1] in tuple("=+-@\t\r＝＋－＠") for row in table_rows for cell in row if cell
    )


def test_the_export_has_what_the_filter_shows_and_is_noted_itself(site):
    for number in range(3):
        write(site.desk.engine, object=f"entry:{number}")
    table_rows = list(csv.reader(io.StringIO(site.admin.get("/admin/audit.csv?actor=li.na").data.decode("utf-8-sig"))))
    assert [row[4] for row in table_rows[1:]] == ["entry:2", "entry:1", "entry:0"]
    newest = audit.page(site.desk.engine, Filter())[0][0]
    assert (newest.action, newest.after) == ("audit.export", {"actor": "li.na"})
