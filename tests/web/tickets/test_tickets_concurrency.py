"""Many at once, on SQLite and on PostgreSQL: numbers stay unique, and of two moves only one wins."""

import threading
from collections import Counter
from itertools import count

import pytest
from test_tickets_property import check_that_the_database_refuses
from tickets_world import CALLER, DISPATCHER, HANDLER, OPERATOR, POWER, World, new_database

from web.tickets.lifecycle import errors

WRITERS, EACH = 16, 6


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request, tmp_path):
    """A desk on each of the two databases."""
    url = f"sqlite:///{tmp_path / 'tickets.sqlite3'}"
    if request.param == "postgresql":
        url = new_database(request.getfixturevalue("postgres"))
    made = World(url, tmp_path)
    yield made
    made.close()


def at_once(work, workers=WRITERS):
    """Run `work(n)` in threads that start together; returns (results, errors)."""
    gate, done, failed = threading.Barrier(workers), [], []

    def run(n):
        gate.wait()
        try:
            done.append(work(n))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done, failed


def test_numbers_are_unique_though_all_writers_draw_the_same_ones(world):
    drawn = threading.local()

    def draw(day):
        drawn.numbers = getattr(drawn, "numbers", None) or count()
        return f"SQ-{next(drawn.numbers):04}"

    world.tickets._draw = draw  # every thread draws 0, 1, 2 …: nothing but collisions

    def write(n):
        numbers = []
        while len(numbers) < EACH:
            try:
                numbers.append(world.open(f"第{n}人", phone="").number)
            except errors.NumberTaken:
                continue
        return numbers

    done, failed = at_once(write)
    assert failed == []
    numbers = [number for numbers in done for number in numbers]
    assert len(numbers) == len(set(numbers)) == WRITERS * EACH


def test_drawn_numbers_of_sixteen_writers_differ(world):
    done, failed = at_once(lambda n: [world.open(f"第{n}人", phone="").number for _ in range(EACH)])
    assert failed == [] and len({number for numbers in done for number in numbers}) == WRITERS * EACH


def test_of_many_who_sign_at_once_one_wins_and_the_rest_are_told(world):
    ticket = world.at("dispatched")
    done, failed = at_once(lambda n: world.move(ticket, "sign", HANDLER))
    assert len(done) == 1 and len(failed) == WRITERS - 1
    assert {type(error) for error in failed} <= {errors.IllegalMove, errors.StaleTicket}
    history = world.tickets.history(ticket.number)
    assert Counter(event.move for event in history)["sign"] == 1
    assert world.tickets.get(ticket.number).revision == len(history)


def test_of_moves_made_on_the_same_view_one_wins(world):
    ticket = world.at("handling")
    note = lambda n: world.move(ticket, "note", HANDLER, revision=ticket.revision, text=f"{n}")  # noqa: E731
    done, failed = at_once(note)
    assert len(done) == 1 and all(isinstance(error, errors.StaleTicket) for error in failed)


def test_notes_without_a_view_all_get_in_and_none_is_lost(world):
    ticket = world.at("handling")
    done, failed = at_once(lambda n: world.move(ticket, "note", HANDLER, text=f"备注{n}"))
    assert failed == [] and len(done) == WRITERS
    texts = {event.text for event in world.tickets.history(ticket.number) if event.move == "note"}
    assert texts == {f"备注{n}" for n in range(WRITERS)}


def test_two_that_are_merged_into_each_other_do_not_wait_for_ever(world):
    for _ in range(4):
        first, second = world.open(phone=""), world.open(phone="")
        pairs = [(first, second), (second, first)]
        done, failed = at_once(
            lambda n, pairs=pairs: world.move(pairs[n][0], "merge", DISPATCHER, into=pairs[n][1].number), 2
        )
        assert len(done) == 1 and isinstance(failed[0], errors.IllegalMove)


def test_two_slip_jobs_at_once_issue_each_slip_once(world):
    tickets = [world.at("dispatched", phone="") for _ in range(5)]
    world.clock.forward(days=30)
    done, failed = at_once(lambda _: world.desk.supervision.issue(), 4)
    assert failed == []
    assert sorted(slip.number for slips in done for slip in slips) == sorted(ticket.number for ticket in tickets)
    assert all(len(world.tickets.slips(ticket.number)) == 1 for ticket in tickets)


def test_the_database_itself_refuses_illegal_moves_and_changes_of_history(world):
    check_that_the_database_refuses(world)


def test_everything_an_officer_and_a_requester_do_works_on_both(world):
    ticket = world.at("unsatisfied")
    world.at("closed")
    assert world.desk.progress.check(ticket.number, ticket.phone, "x").label == "不满意"
    with pytest.raises(errors.NotProven):
        world.desk.progress.check(ticket.number, "13900000000", "x")
    assert world.desk.worklist.counts(department=POWER)["orange"] == 1
    assert [row.ticket.number for row in world.desk.worklist.page(size=1).rows] == [ticket.number]
    assert world.desk.duplicates.answered("车间这周停电三次")
    report = world.desk.statistics.monthly(2026, 11)
    assert (report.total.figures.registered, report.total.figures.closed) == (2, 1)
    assert len(list(world.desk.pool.csv())) == 3
    booking = world.desk.bookings.book("开办企业", ["核名", "登记"], CALLER)
    assert world.desk.bookings.move(booking.number, "accept", OPERATOR.__class__("a", HANDLER.role)).state == "accepted"
