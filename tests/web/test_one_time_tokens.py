"""One-time tokens, on a table of this test and on PostgreSQL as on SQLite."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from kb.database import open_engine, reading, writing
from web.one_time_tokens import consume, digest, keep, look, new_token, revoke

NOON, AN_HOUR = dt.datetime(2026, 11, 22, 12), dt.timedelta(hours=1)
tickets = sa.Table(
    "raffle",
    sa.MetaData(),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("prize", sa.String(20)),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Column("used_at", sa.DateTime),
    sa.Column("revoked_at", sa.DateTime),
)
without_recall = sa.Table(
    "doors",
    sa.MetaData(),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("expires_at", sa.DateTime, nullable=False),
    sa.Column("used_at", sa.DateTime),
)


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request, tmp_path):
    """A database with the tables of this test."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else f"sqlite:///{tmp_path / 'x.sqlite3'}"
    opened = open_engine(url)
    with writing(opened) as connection:
        tickets.create(connection)
        without_recall.create(connection)
    yield opened
    with writing(opened) as connection:
        tickets.drop(connection)
        without_recall.drop(connection)
    opened.dispose()


def make(engine, table=tickets, lasts=AN_HOUR, **values):
    with writing(engine) as connection:
        return keep(connection, table, NOON + lasts, **values)


def use(engine, token, table=tickets):
    with writing(engine) as connection:
        return consume(connection, table, token, NOON)


def seen(engine, token, table=tickets):
    with reading(engine) as connection:
        return look(connection, table, token, NOON)


def test_a_token_is_used_once(engine):
    token = make(engine, prize="cake")
    assert use(engine, token).prize == "cake" and use(engine, token) is None and seen(engine, token) is None


def test_looking_uses_nothing_up(engine):
    token = make(engine, prize="cake")
    assert [seen(engine, token).prize for _ in range(2)] == ["cake", "cake"] and use(engine, token)


@pytest.mark.parametrize("at_once", [8])
def test_of_many_at_once_exactly_one_gets_in(engine, at_once):
    token = make(engine)
    with ThreadPoolExecutor(at_once) as pool:
        got = list(pool.map(lambda _: use(engine, token), range(at_once)))
    assert len([row for row in got if row is not None]) == 1


def test_a_use_that_fails_later_leaves_the_token_good(engine):
    token = make(engine)
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        assert consume(connection, tickets, token, NOON)
        _ = 1 / 0
    assert use(engine, token)


def test_an_expired_or_recalled_or_unknown_token_opens_nothing(engine):
    late, recalled = make(engine, lasts=dt.timedelta(0)), make(engine, prize="pie")
    with writing(engine) as connection:
        assert revoke(connection, tickets, tickets.c.prize == "pie", NOON) == 1
        assert revoke(connection, tickets, tickets.c.prize == "pie", NOON) == 0
    assert [use(engine, token) for token in (late, recalled, new_token(), "")] == [None] * 4


def test_a_used_token_cannot_be_recalled(engine):
    token = make(engine, prize="pie")
    use(engine, token)
    with writing(engine) as connection:
        assert revoke(connection, tickets, tickets.c.prize == "pie", NOON) == 0


def test_a_table_without_recall_does_as_well(engine):
    token = make(engine, without_recall)
    assert use(engine, token, without_recall) and use(engine, token, without_recall) is None


def test_the_table_keeps_the_hash_alone(engine):
    token = make(engine)
    with reading(engine) as connection:
        kept = connection.execute(sa.select(tickets)).one()
    assert kept.digest == digest(token) and token not in repr(kept) and len(token) == 43
