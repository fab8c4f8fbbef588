"""Failed tries within a window, in both shapes of table."""

import datetime as dt

import pytest
import sqlalchemy as sa

from kb.database import open_engine, writing
from web.failed_tries import Log, Patience, Tally

NOON = dt.datetime(2026, 11, 22, 12)
A_QUARTER = dt.timedelta(minutes=15)
SECOND = dt.timedelta(seconds=1)
PATIENCE = Patience(free=2, first=10, longest=30)
metadata = sa.MetaData()
tally = Tally(
    sa.Table(
        "tally",
        metadata,
        sa.Column("key", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.DateTime, nullable=False),
        sa.Column("blocked_until", sa.DateTime),
    ),
    A_QUARTER,
)
log = Log(
    sa.Table(
        "log",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.String(8)),
        sa.Column("place", sa.String(8)),
        sa.Column("at", sa.DateTime, nullable=False),
    ),
    A_QUARTER,
)


@pytest.fixture
def connection(tmp_path):
    """One transaction in a database with both tables."""
    engine = open_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with writing(engine) as opened:
        metadata.create_all(opened)
        yield opened
    engine.dispose()


def test_a_key_waits_longer_with_each_failure_up_to_the_longest(connection):
    waits = []
    for _ in range(5):
        tally.add(connection, "a", PATIENCE, NOON)
        waits.append(tally.wait(connection, "a", NOON))
    assert waits == [0, 11, 21, 31, 31] and tally.wait(connection, "b", NOON) == 0


def test_a_wait_ends(connection):
    for _ in range(2):
        tally.add(connection, "a", PATIENCE, NOON)
    assert tally.wait(connection, "a", NOON + 10 * SECOND) == 0


def test_failures_of_before_the_window_count_no_more(connection):
    assert tally.add(connection, "a", PATIENCE, NOON) == 1
    assert tally.add(connection, "a", PATIENCE, NOON + A_QUARTER - SECOND) == 2
    assert tally.add(connection, "a", PATIENCE, NOON + A_QUARTER * 3) == 1


def test_a_failure_is_taken_back_and_all_are_forgotten(connection):
    for _ in range(2):
        tally.add(connection, "a", PATIENCE, NOON)
    tally.take_back(connection, "a")
    assert tally.failures(connection, "a") == 1
    tally.forget(connection, "a")
    tally.take_back(connection, "a")
    assert tally.failures(connection, "a") == 0 and tally.wait(connection, "a", NOON) == 0


def test_one_failure_counts_against_each_of_its_keys(connection):
    log.add(connection, NOON, number="n1", place="here")
    log.add(connection, NOON, number="n2", place="here")
    counted = {key: log.failures(connection, "number", key, NOON) for key in ("n1", "n2", "here")}
    assert counted == {"n1": 1, "n2": 1, "here": 0} and log.failures(connection, "place", "here", NOON) == 2


def test_a_failure_counts_as_long_as_it_lies_in_the_window(connection):
    log.add(connection, NOON, number="n1", place="here")
    assert log.failures(connection, "place", "here", NOON + A_QUARTER) == 1
    assert log.failures(connection, "place", "here", NOON + A_QUARTER + SECOND) == 0


def test_a_key_longer_than_its_column_is_one_key_all_the_same(connection):
    log.add(connection, NOON, number="n1", place="2001:db8:0:1::1")
    assert log.failures(connection, "place", "2001:db8:0:1::1", NOON) == 1
