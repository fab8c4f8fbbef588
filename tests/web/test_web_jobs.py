"""Background work: asked for from anywhere, done once, gone on with after a crash; one failure stops nothing else."""

import datetime as dt
import logging
import threading

import pytest
from background import beat, work_off

from kb.store import Store
from web import database, jobs
from web.app import clock_jobs
from web.app.push_process import open_outboxes
from web.jobs import PUSH, SITE, Job, every, open_queue

NOON = dt.datetime(2026, 7, 1, 12)


class Killed(BaseException):
    """What no handler of failures catches, as little as the end of a process."""


@pytest.fixture
def queue(settings):
    return open_queue(settings, SITE)


def test_what_another_process_asks_for_several_times_is_done_once(settings, queue):
    done = []
    job, asking = Job(queue, "index", lambda: done.append(1)), Job(open_queue(settings, SITE), "index")
    asking.want()
    asking.want()
    assert job.wanted() and asking.wanted()
    work_off(queue)
    assert done == [1] and not job.wanted() and not asking.wanted()


def test_what_is_asked_for_while_it_is_done_is_done_once_more(queue):
    done = []

    def work():
        done.append(1)
        if len(done) == 1:
            job.want()
            job.want()

    job = Job(queue, "index", work)
    job.want()
    work_off(queue)
    assert len(done) == 2 and not job.wanted()


def test_the_queues_of_two_processes_leave_each_other_alone(settings, queue):
    done, other = [], open_queue(settings, PUSH)
    Job(queue, "index", lambda: done.append("site"))
    Job(other, "index", lambda: done.append("push")).want()
    work_off(queue)
    assert done == []
    work_off(other)
    assert done == ["push"]


def test_what_a_process_was_at_when_it_died_is_done_when_it_is_back(settings, queue):
    def die():
        raise Killed

    Job(queue, "index", die).want()
    with pytest.raises(Killed):
        work_off(queue)
    done, again = [], open_queue(settings, SITE)
    job = Job(again, "index", lambda: done.append(1))
    assert job.wanted() and again.dequeue() is None
    stop = jobs.start(again, poll=0.02)
    job.wait(10)
    stop()
    assert done == [1] and not job.wanted()


def test_what_could_not_be_begun_is_begun_at_the_next_beat(queue, monkeypatch):
    done = []
    job = Job(queue, "index", lambda: done.append(1))
    job.want()
    with monkeypatch.context() as trouble:
        trouble.setattr(queue, "put", lambda *_: 1 // 0)
        work_off(queue)
    assert done == [] and job.wanted()
    beat(queue, NOON)
    assert done == [1] and not job.wanted()


def test_work_by_the_clock_begins_at_once_and_a_failure_is_named_and_stops_nothing(queue, caplog):
    begun, done = threading.Event(), threading.Event()

    def fail():
        begun.set()
        return 1 // 0

    failing = Job(queue, "counting sheep", fail, 60)
    Job(queue, "other work", done.set, 60)
    with caplog.at_level(logging.ERROR):
        stop = jobs.start(queue, poll=0.02)
        assert begun.wait(10) and done.wait(10)
        failing.wait(10)
        stop()
    assert [record.getMessage() for record in caplog.records] == ["counting sheep failed"]
    assert "ZeroDivisionError" in caplog.text


def test_long_work_is_not_begun_a_second_time_beside_itself_and_other_work_goes_on(queue):
    begun, other, go_on = [], threading.Event(), threading.Event()

    def long_work():
        begun.append(1)
        assert go_on.wait(10)

    long = Job(queue, "long", long_work)
    short = Job(queue, "short", other.set)
    stop = jobs.start(queue, poll=0.02)
    for _ in range(4):
        long.want()
    short.want()
    assert other.wait(10) and len(begun) == 1
    go_on.set()
    long.wait(10)
    stop()
    assert len(begun) <= 2 and not long.wanted()


def test_work_is_due_at_the_start_and_then_each_time_its_seconds_are_over():
    due = every(60)
    beats = [NOON + dt.timedelta(seconds=seconds) for seconds in (0, 20.4, 40.1, 60.3, 79.9, 100.2, 119.8)]
    assert [due(beat) for beat in beats] == [True, False, False, True, False, False, True]
    assert due(NOON), "somebody has put the clock back"
    assert not due(NOON + dt.timedelta(seconds=20))


def test_the_push_process_does_all_its_work_when_it_starts_and_then_each_at_its_time(settings, caplog):
    store, queue = Store.open(settings), open_queue(settings, PUSH)
    database.migrate(store.engine)
    clock_jobs.of_push(queue, settings, store, open_outboxes(settings, store.engine))
    each_minute = ["pushing", "supervision slips"]
    rare = ["deadlines of a year that was unknown", "service-care signals"]
    done = {seconds: beat(queue, NOON + dt.timedelta(seconds=seconds)) for seconds in (0, 20, 60, 3600, 86400)}
    assert done[0] == [*each_minute, *rare, "planned publishing"]
    assert done[20] == ["planned publishing"] and done[60] == [*each_minute, "planned publishing"]
    assert rare[0] not in done[3600] and rare[1] in done[3600] and set(rare) < set(done[86400])
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
    store.close()
