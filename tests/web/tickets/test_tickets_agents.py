"""帮代办: booking, acceptance, steps ticked off, messages, rating, and commitments with their days."""

import datetime as dt

import pytest
import sqlalchemy as sa
from tickets_world import CALLER, DISPATCHER, World

from kb.database import writing
from web.tickets import Actor, Role
from web.tickets.bookings.tables import booking_events, bookings
from web.tickets.lifecycle import errors

AGENT = Actor("agent-1", Role.HANDLER, "企业服务中心")
OTHER = Actor("agent-2", Role.HANDLER, "企业服务中心")


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


@pytest.fixture
def booking(world):
    """A booking for a package of three steps."""
    about = {"entry_id": "X1", "enterprise": "蓝天公司", "phone": "139 1234 5678", "conversation_id": "c1"}
    return world.desk.bookings.book("开办企业", ["名称申报", "设立登记", "公章刻制"], CALLER, **about)


def test_a_booking_goes_from_acceptance_to_rating(world, booking):
    desk = world.desk.bookings
    assert booking.number.startswith("DB20261116-") and booking.phone == "13912345678"
    assert str(booking.accept_due_at.date()) == "2026-11-17"
    moves = [
        ("accept", AGENT, {}),
        ("tick", AGENT, {"step": "名称申报", "text": "名称已通过"}),
        ("say", CALLER, {"text": "需要我到场吗"}),
        ("say", AGENT, {"text": "不用"}),
        ("tick", AGENT, {"step": "设立登记"}),
        ("tick", AGENT, {"step": "公章刻制"}),
        ("finish", AGENT, {}),
        ("rate", CALLER, {"grade": 5, "reasons": [], "comment": "很快"}),
    ]
    for move, actor, given in moves:
        booking = desk.move(booking.number, move, actor, **given)
    assert (booking.state, booking.agent, booking.progress, booking.grade) == ("rated", "agent-1", (3, 3), 5)
    history = desk.history(booking.number)
    assert [row["move"] for row in history] == ["book", *(move for move, *_ in moves)]
    assert [row["text"] for row in history if row["move"] == "say"] == ["需要我到场吗", "不用"]
    assert desk.get(booking.number.lower()) == booking


@pytest.mark.parametrize(
    ("move", "actor", "given", "error"),
    [
        ("tick", AGENT, {"step": "名称申报"}, errors.IllegalMove),
        ("accept", CALLER, {}, errors.NotAllowed),
        ("rate", CALLER, {"grade": 5}, errors.IllegalMove),
        ("decline", AGENT, {}, errors.MissingInput),
        ("fly", AGENT, {}, errors.UnknownMove),
    ],
)
def test_what_is_not_in_its_table_cannot_happen_to_a_booking(world, booking, move, actor, given, error):
    with pytest.raises(error):
        world.desk.bookings.move(booking.number, move, actor, **given)
    assert world.desk.bookings.get(booking.number) == booking


def test_only_its_agent_works_on_it_and_no_step_is_done_twice(world, booking):
    desk = world.desk.bookings
    desk.move(booking.number, "accept", DISPATCHER, agent="agent-1")
    with pytest.raises(errors.NotAllowed):
        desk.move(booking.number, "tick", OTHER, step="名称申报")
    desk.move(booking.number, "tick", AGENT, step="名称申报")
    with pytest.raises(errors.UsedUp):
        desk.move(booking.number, "tick", AGENT, step="名称申报")
    with pytest.raises(errors.BadInput):
        desk.move(booking.number, "tick", AGENT, step="喝茶")
    with pytest.raises(errors.BadInput, match="还有 2 步"):
        desk.move(booking.number, "finish", AGENT)
    desk.move(booking.number, "hand_over", DISPATCHER, agent="agent-2", reason="休假")
    assert desk.move(booking.number, "finish", OTHER, reason="企业自行办理其余两步").state == "done"


def test_bookings_are_found_by_state_agent_and_conversation(world, booking):
    desk = world.desk.bookings
    assert desk.find(states=["booked"]) == desk.find(conversation_id="c1") == [booking]
    assert desk.find(agent="agent-1") == []
    with pytest.raises(errors.UnknownBooking):
        desk.get("DB-1")
    with pytest.raises(errors.NumberTaken):
        desk.book("x", [], CALLER, number=booking.number)
    with pytest.raises(errors.BadInput):
        desk.book(" ", [], CALLER)


def test_commitments_come_due_and_are_kept_once(world, booking):
    desk = world.desk.bookings
    later = desk.commit(booking.number, "promise", "三个月内补齐消防验收", dt.date(2027, 2, 16), AGENT)
    soon = desk.commit(booking.number, "lack", "补交租赁合同原件", dt.date(2026, 11, 20), AGENT)
    assert desk.commitments(booking.number) == [soon, later]
    assert desk.due(dt.date(2026, 11, 30)) == [soon]
    kept = desk.keep(soon.id, AGENT)
    assert (kept.kept_by, desk.due(dt.date(2027, 12, 31))) == ("agent-1", [later])
    with pytest.raises(errors.BadInput):
        desk.keep(soon.id, AGENT)
    with pytest.raises(errors.BadInput):
        desk.commit(booking.number, "wish", "x", dt.date(2026, 11, 20), AGENT)
    with pytest.raises(errors.UnknownBooking):
        desk.commit("DB-1", "lack", "x", dt.date(2026, 11, 20), AGENT)


def test_the_database_keeps_the_history_of_bookings(world, booking):
    for statement in (
        sa.delete(booking_events),
        sa.update(booking_events).values(text="x"),
        sa.update(bookings).values(state="asleep"),
    ):
        with pytest.raises(sa.exc.DBAPIError), writing(world.engine) as connection:
            connection.execute(statement)
