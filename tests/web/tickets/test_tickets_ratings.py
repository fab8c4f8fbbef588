"""好差评: grades, what follows a bad one, and one whole story from the first word to the last."""

import pytest
from tickets_world import CALLER, DISPATCHER, HANDLER, OPERATOR, POWER, ROADS, World

from web.tickets.lifecycle import errors


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_a_bad_grade_makes_a_rectification_with_deadlines_that_is_followed_to_the_end(world):
    ticket = world.at("replied")
    bad = world.desk.ratings.grade(ticket.number, 2, CALLER, reasons=["推诿"], comment="没人来", resolved="no")
    (todo,) = world.desk.ratings.rectifications(department=POWER)
    assert (bad.rectification, todo.status, bad.resolved) == ("open", "open", "no")
    assert str(todo.contact_due_at.date()) == "2026-11-17" and str(todo.due_at.date()) == "2026-12-07"
    assert not todo.late(world.clock.at)
    world.move(bad, "rectify_contact", HANDLER, text="已电话致歉", verdict="true")
    world.move(bad, "rectify_done", HANDLER, text="更换线路")
    with pytest.raises(errors.IllegalMove):
        world.move(bad, "rectify_done", HANDLER, text="再来一次")
    checked = world.move(bad, "rectify_check", OPERATOR, text="企业认可", resolved="yes")
    assert (checked.rectification, checked.resolved) == ("checked", "yes")
    (done,) = world.desk.ratings.rectifications(finished=True)
    assert (done.verdict, done.measures, done.check_text) == ("true", "更换线路", "企业认可")
    assert world.desk.ratings.rectifications() == []


def test_a_late_rectification_shows(world):
    world.at("unsatisfied")
    (todo,) = world.desk.ratings.rectifications()
    assert todo.late(world.clock.at.replace(month=12, day=20))


def test_nothing_counts_as_good_unless_somebody_said_so(world):
    ticket = world.at("replied")
    silent = world.tickets.move(ticket.number, "revisit_unreached", OPERATOR, text="未联系上")
    assert (silent.state, silent.grade, silent.resolved) == ("revisited", None, "")
    assert world.desk.ratings.of(ticket.number) == []


def test_one_reply_is_graded_once_by_each_side(world):
    ticket = world.at("replied")
    world.tickets.move(ticket.number, "revisit_good", OPERATOR, grade=3)
    world.desk.ratings.grade(ticket.number, 5, CALLER)
    with pytest.raises(errors.UsedUp):
        world.desk.ratings.grade(ticket.number, 1, CALLER)
    assert [row["source"] for row in world.desk.ratings.of(ticket.number)] == ["revisit", "requester"]


def test_the_whole_story_of_a_returned_redispatched_and_badly_graded_appeal(world):
    ticket = world.open(conversation_id="c1")
    steps = [
        ("dispatch", DISPATCHER, {"department": POWER}),
        ("ask_return", HANDLER, {"reason": "属于道路施工挖断"}),
        ("redispatch", DISPATCHER, {"department": ROADS, "reason": "施工挖断电缆"}),
    ]
    for move, actor, given in steps:
        ticket = world.move(ticket, move, actor, **given)
    roads = type(HANDLER)("wang", HANDLER.role, ROADS)
    for move, given in (("sign", {}), ("handle", {}), ("reply", {"reply": "电缆已接好", "outcome": "resolved"})):
        ticket = world.move(ticket, move, roads, **given)
    ticket = world.desk.ratings.grade(ticket.number, 2, CALLER, resolved="no")
    ticket = world.move(ticket, "reopen", DISPATCHER, reason="接头仍发热")
    ticket = world.move(ticket, "rectify_done", roads, text="重做接头")
    ticket = world.move(ticket, "reply", roads, reply="接头已重做", outcome="resolved")
    ticket = world.desk.ratings.grade(ticket.number, 4, CALLER, resolved="yes")
    ticket = world.move(ticket, "close", OPERATOR)
    assert (ticket.state, ticket.round, ticket.resolved, ticket.after_appeal) == ("closed", 2, "yes", False)
    assert [event.sequence for event in world.tickets.history(ticket.number)] == list(range(1, ticket.revision + 1))
    total = world.desk.statistics.monthly(2026, 11).total.figures
    assert (total.registered, total.replies, total.graded, total.closed) == (1, 2, 2, 1)
    assert (total.satisfied_rate, total.resolved_rate, total.on_time_rate) == (0.5, 1.0, 1.0)
