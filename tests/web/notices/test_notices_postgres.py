"""Profiles and sign-ups on PostgreSQL: no more seats than there are, one profile a code, under many at once."""

from collections import Counter
from dataclasses import replace

import pytest
from test_notices_signup import BEFORE, TRAINING, Desk, at_once, notice

from kb.store import Store
from web.database import migrate
from web.profiles import Profiles
from web.profiles.errors import CodeTaken


@pytest.fixture
def engine(settings, postgres):
    """A database with the web tables on a PostgreSQL server of this test."""
    store = Store.open(replace(settings, database_url=postgres))
    migrate(store.engine)
    yield store.engine
    store.close()


def test_many_at_once_get_no_more_than_the_seats_there_are(engine):
    desk, receipts = Desk(engine, notice(5)), {}
    assert at_once(lambda number: receipts.setdefault(number, desk.sign(number)), 24) == []
    assert Counter(receipt.status for receipt in receipts.values()) == {"confirmed": 5, "waiting": 19}
    assert at_once(lambda n: desk.notices.cancel(receipts[n].number, f"139{n:08}", at=BEFORE), 20) == []
    assert desk.notices.counts(TRAINING.id) == {"confirmed": 4, "waiting": 0, "cancelled": 20}


def test_one_code_has_one_profile_however_many_ask_at_once(engine):
    service = Profiles(engine)
    errors = at_once(lambda number: service.create({"code": "91110000600037341L", "name": f"甲{number}"}), 12)
    assert [type(error) for error in errors] == [CodeTaken] * 11
    ((_, values),) = service.all_values()
    assert values == {}
