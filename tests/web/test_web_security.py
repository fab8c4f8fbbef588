"""Headers, keys and the way the site starts."""

import stat
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fake_site import open_site

from kb.errors import BadSetting
from kb.settings import Settings
from kb.store import Store
from web import clock, database
from web.app.application import create_app
from web.app.server import options, port_in_use, run
from web.app.supervise import CannotStart
from web.numbers import REQUEST, new_number
from web.security import stored_key


@pytest.mark.parametrize("path", ["/", "/embed", "/entries", "/api/v1/entries", "/nowhere", "/static/site.css"])
def test_every_answer_carries_the_headers(site, path):
    headers = site.client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in headers


def test_only_the_panel_may_be_framed_by_others(site):
    assert "frame-ancestors *" in site.client.get("/embed").headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in site.client.get("/embed").headers
    home = site.client.get("/").headers
    assert "frame-ancestors 'self'" in home["Content-Security-Policy"]
    assert home["X-Frame-Options"] == "SAMEORIGIN"


def test_answers_of_the_api_are_never_cached(site):
    assert site.client.get("/api/v1/entries").headers["Cache-Control"] == "no-store"


def test_visitors_get_no_cookie(site):
    assert "Set-Cookie" not in site.client.get("/").headers
    assert "Set-Cookie" not in site.ask("你好").headers


def test_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    key = stored_key(tmp_path / "deep" / "secret_key")
    assert len(key) >= 48
    assert stored_key(tmp_path / "deep" / "secret_key") == key
    assert stat.S_IMODE((tmp_path / "deep" / "secret_key").stat().st_mode) == 0o600


def test_visitor_behind_a_trusted_proxy_is_counted_by_its_own_address(tmp_path):
    with open_site(Settings(data_dir=tmp_path, rate_limit="1 per minute", trusted_proxies=1)) as site:
        for address in ("198.51.100.1", "198.51.100.2"):
            reply = site.client.post("/api/v1/chat", json={"message": "你好"}, headers={"X-Forwarded-For": address})
            assert reply.status_code == 200


def test_forwarded_address_counts_for_nothing_without_a_trusted_proxy(tmp_path):
    with open_site(Settings(data_dir=tmp_path, rate_limit="1 per minute")) as site:
        statuses = [
            site.client.post(
                "/api/v1/chat", json={"message": "你好"}, headers={"X-Forwarded-For": f"198.51.100.{number}"}
            ).status_code
            for number in (1, 2)
        ]
        assert statuses == [200, 429]


def test_limit_that_cannot_be_read_stops_the_start(site):
    with pytest.raises(BadSetting, match="QXB_RATE_LIMIT"):
        create_app(replace(site.desk.settings, rate_limit="often"), site.desk)


def test_port_in_use_names_the_setting(settings):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port_in_use("127.0.0.1", port)
        with pytest.raises(CannotStart, match="QXB_WEB_PORT"):
            run(replace(settings, web_port=port))


def test_server_is_one_process_with_the_threads_of_the_settings(settings):
    chosen = options(replace(settings, web_threads=7, web_port=8123))
    assert (chosen["workers"], chosen["threads"], chosen["bind"]) == (1, 7, "127.0.0.1:8123")


def test_tables_are_made_once_and_have_the_columns_that_the_code_uses(settings):
    from web.tables import metadata

    store = Store.open(settings)
    database.migrate(store.engine)
    database.migrate(store.engine)
    inspector = sa.inspect(store.engine)
    for name in ("web_conversations", "web_turns", "web_feedback", "web_requests"):
        table = metadata.tables[name]
        assert {column["name"] for column in inspector.get_columns(name)} == set(table.columns.keys())
        indexes = {tuple(index["column_names"]) for index in inspector.get_indexes(name)}
        assert {tuple(index.columns.keys()) for index in table.indexes} <= indexes
    assert "web_alembic" in inspector.get_table_names()
    store.close()


def test_request_numbers_carry_the_day_and_cannot_be_counted_up():
    numbers = {new_number(clock.today(), REQUEST) for _ in range(200)}
    assert len(numbers) == 200
    assert all(number.startswith("QX20") and len(number) == 17 for number in numbers)
