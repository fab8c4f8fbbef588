"""Random people make random moves, legal and illegal: no illegal state, no lost event, nothing half done."""

import datetime as dt
from itertools import pairwise

import hypothesis.strategies as st
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tickets_world import CALLER, POWER, ROADS, World

from kb.database import writing
from web.tickets import Actor, Role
from web.tickets.lifecycle.errors import TicketError
from web.tickets.lifecycle.machine import ACTIVE, LIFE, OPEN
from web.tickets.storage import to_row
from web.tickets.tables import events, ratings, slips, tickets

GIVEN = {
    "reason": st.sampled_from(["有理由", "", "长" * 6000]),
    "text": st.sampled_from(["说明", "  "]),
    "department": st.sampled_from([POWER, ROADS, ""]),
    "co_departments": st.lists(st.sampled_from([POWER, ROADS]), max_size=2),
    "days": st.integers(-1, 12),
    "reply": st.sampled_from(["答复", ""]),
    "outcome": st.sampled_from(["resolved", "explained", "great"]),
    "grade": st.integers(0, 6),
    "resolved": st.sampled_from(["yes", "no", "", "maybe"]),
    "colour": st.sampled_from(["blue", "orange", "red", "green"]),
    "channel": st.just("信访"),
    "verdict": st.sampled_from(["true", "untrue"]),
    "urgency": st.sampled_from(["normal", "urgent"]),
}
PEOPLE = st.builds(Actor, st.just("x"), st.sampled_from(list(Role)), st.sampled_from([POWER, ROADS, ""]))


class Desk(RuleBasedStateMachine):
    """Several tickets at once, and a log of every success that the database is compared with."""

    folder = None

    def __init__(self):
        super().__init__()
        Desk.count = getattr(Desk, "count", 0) + 1
        self.world = World(f"sqlite:///{self.folder / f'{Desk.count}.sqlite3'}", self.folder)
        self.kept = {}  # drawn from in the order of opening: numbers are random, a replay would sort them otherwise

    @initialize()
    def begin(self):
        self.open()

    @rule(kind=st.sampled_from(["consult", "complaint"]))
    def open(self, kind="complaint"):
        if len(self.kept) < 4:
            ticket = self.world.open(kind=kind)
            self.kept[ticket.number] = [("", "register", "registered")]

    @rule(hours=st.integers(1, 60))
    def time_goes_by(self, hours):
        self.world.clock.forward(hours=hours)

    @rule(move=st.sampled_from(sorted(LIFE.moves)), who=PEOPLE, data=st.data())
    def anything(self, move, who, data):
        number = data.draw(st.sampled_from(list(self.kept)))
        names = data.draw(st.sets(st.sampled_from(sorted(GIVEN)), max_size=3))
        self._try(number, move, who, {name: data.draw(GIVEN[name]) for name in sorted(names)})

    @rule(data=st.data())
    def something_sensible(self, data):
        number = data.draw(st.sampled_from(list(self.kept)))
        ticket = self.world.tickets.get(number)
        rules = [LIFE.rule(source, move) for source, move, _ in LIFE.transitions if source == ticket.state]
        if not rules:
            return
        chosen = data.draw(st.sampled_from(rules))
        who = Actor(
            "x", data.draw(st.sampled_from(chosen.roles)), data.draw(st.sampled_from([ticket.department, ROADS]))
        )
        given = {name: data.draw(GIVEN[name]) for name in chosen.needs if name in GIVEN}
        if chosen.move == "merge":
            given["into"] = data.draw(st.sampled_from(list(self.kept)))
        if chosen.move == "absorb":
            given["absorbed"] = "SQ-X"
        self._try(number, chosen.move, who, given)

    @rule()
    def slips_are_issued(self):
        for slip in self.world.desk.supervision.issue():
            state = self.world.tickets.get(slip.number).state
            self.kept[slip.number].append((state, "supervise", state))

    def _try(self, number, move, who, given):
        before = self.world.tickets.get(number)
        try:
            after = self.world.tickets.move(number, move, who, **given)
        except TicketError:
            assert self.world.tickets.get(number) == before
            return
        assert after.revision == before.revision + 1
        self.kept[number].append((before.state, move, after.state))
        if move == "merge":
            target = self.world.tickets.get(given["into"])
            self.kept[target.number].append((target.state, "absorb", target.state))

    @invariant()
    def every_success_is_an_event_and_every_event_a_legal_step(self):
        legal = {*LIFE.transitions, ("", "register", "registered")}
        for number, steps in self.kept.items():
            history = self.world.tickets.history(number)
            assert [(event.from_state, event.move, event.to_state) for event in history] == steps
            assert set(steps) <= legal
            assert [event.sequence for event in history] == list(range(1, len(history) + 1))
            assert all(left.to_state == right.from_state for left, right in pairwise(history))

    @invariant()
    def every_ticket_is_as_its_history_says(self):
        now = self.world.clock()
        for number, steps in self.kept.items():
            ticket = self.world.tickets.get(number)
            assert ticket.state == steps[-1][2] and ticket.revision == len(steps)
            assert ticket.returns <= 1 and ticket.reopens <= 1
            assert (ticket.next_due_at is None) == (ticket.state not in OPEN)
            assert ticket.colour(now) is None or ticket.state in OPEN
            assert ticket.state in ("registered", *OPEN[-4:], "closed", "withdrawn", "merged", "transferred") or (
                ticket.department
            )
            assert ticket.state not in ACTIVE[1:] or ticket.due_at is not None
            grades = [
                step for step in steps if step[1].startswith("grade_") or step[1] in ("revisit_good", "revisit_bad")
            ]
            assert (ticket.grade is None) == (not grades)
            assert len(self.world.desk.ratings.of(number)) == len(grades)
            assert len(self.world.tickets.slips(number)) == sum(step[1] == "supervise" for step in steps)

    def teardown(self):
        self.world.close()


@pytest.mark.slow
def test_random_moves_never_lead_to_an_illegal_state_or_lose_an_event(tmp_path):
    Desk.folder = tmp_path
    checked = settings(max_examples=25, stateful_step_count=40, suppress_health_check=list(HealthCheck), database=None)
    run_state_machine_as_test(Desk, settings=checked)


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def refused_by_the_database(world, statement, values=None):
    with pytest.raises(sa.exc.DBAPIError), writing(world.engine) as connection:
        connection.execute(statement, values or {})


def check_that_the_database_refuses(world):
    """Statements past the service: the database itself has to say no."""
    ticket = world.at("unsatisfied")
    world.desk.supervision.issue()
    ticket = world.tickets.get(ticket.number)
    mine = tickets.c.number == ticket.number
    for values in (
        {"state": "closed"},  # without an event
        {"state": "closed", "revision": ticket.revision + 1},
        {"state": "asleep"},
        {"revision": ticket.revision - 1},
        {"is_open": False},
        {"grade": 7},
    ):
        refused_by_the_database(world, sa.update(tickets).where(mine).values(values))
    event = {
        "number": ticket.number,
        "sequence": ticket.revision + 1,
        "at": dt.datetime(2026, 1, 1),
        "actor": "x",
        "role": "system",
        "from_state": ticket.state,
        "to_state": "closed",
        "move": "uphold",
        "department": "",
        "text": "",
        "public": True,
        "timely": "",
        "round": 1,
        "details": {},
    }
    for change in (
        {"move": "close"},  # no such transition
        {"from_state": "replied", "move": "revisit_good", "to_state": "revisited"},  # not where the ticket is
        {"sequence": ticket.revision + 2},  # a gap
        {"sequence": ticket.revision},  # a second one in the same place
        {"number": "SQ-NONE"},
    ):
        refused_by_the_database(world, sa.insert(events), {**event, **change})
    for table in (events, slips, ratings):
        refused_by_the_database(world, sa.delete(table))
        refused_by_the_database(world, sa.update(table).values(round=9))
    refused_by_the_database(world, sa.delete(tickets).where(mine))
    refused_by_the_database(world, sa.insert(tickets), {**to_row(ticket)})
    assert world.tickets.get(ticket.number) == ticket


def test_sqlite_itself_refuses_illegal_moves_and_changes_of_history(world):
    check_that_the_database_refuses(world)
    with pytest.raises(sa.exc.DBAPIError), writing(world.engine) as connection:
        connection.execute(sa.text("INSERT OR REPLACE INTO web_ticket_events SELECT * FROM web_ticket_events"))


def test_a_move_that_fails_half_way_leaves_nothing(world, monkeypatch):
    ticket = world.at("replied")
    monkeypatch.setattr("web.tickets.storage._beside", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.move(ticket, "grade_bad", CALLER, grade=1)
    assert world.tickets.get(ticket.number) == ticket
    assert len(world.tickets.history(ticket.number)) == ticket.revision
