"""Advisory locks: each has a number of its own, and who holds one keeps nobody else waiting."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from kb.database import open_engine, take_turns, writing
from kb.locks import Lock

ROOT = Path(__file__).parent.parent.parent


def test_no_two_locks_share_a_number():
    assert len({int(lock) for lock in Lock.__members__.values()}) == len(Lock.__members__)


def test_no_lock_reaches_into_the_lines_of_another():
    assert all(0 < lock < 2**31 for lock in Lock)


def test_numbers_of_locks_stand_in_the_register_alone():
    files = [path for package in ("kb", "retriever", "rasa_project", "web") for path in (ROOT / package).rglob("*.py")]
    holding = [path for path in files if re.search("0x5158|pg_(try_)?advisory", path.read_text(encoding="utf-8"))]
    assert sorted(str(path.relative_to(ROOT)) for path in holding) == ["kb/database.py", "kb/locks.py"]


@pytest.fixture
def engine(postgres):
    """A database where waiting ends in an error after a tenth of a second."""
    opened = open_engine(postgres)
    sa.event.listen(opened, "begin", lambda connection: connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'"))
    yield opened
    opened.dispose()


def test_only_who_wants_the_same_lock_waits(engine):
    with writing(engine) as holder:
        take_turns(holder, Lock.STORE)
        for lock in set(Lock) - {Lock.STORE}:
            with writing(engine) as other:
                take_turns(other, lock)
        with pytest.raises(sa.exc.OperationalError), writing(engine) as other:
            take_turns(other, Lock.STORE)


def test_lines_of_one_lock_do_not_wait_for_each_other(engine):
    with writing(engine) as holder:
        take_turns(holder, Lock.SIGN_UP, of=1)
        with writing(engine) as other:
            take_turns(other, Lock.SIGN_UP, of=2**32 - 1)
        with pytest.raises(sa.exc.OperationalError), writing(engine) as other:
            take_turns(other, Lock.SIGN_UP, of=1)
