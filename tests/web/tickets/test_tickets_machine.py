"""The life of an appeal: what may happen, by whom and when, and what is refused by name."""

import pytest
from tickets_world import (
    APPROVER,
    CALLER,
    DISPATCHER,
    HANDLER,
    HELPER,
    OPERATOR,
    OTHER_HANDLER,
    POWER,
    ROADS,
    SUPERVISOR,
    WAY,
    World,
)

from web.tickets.lifecycle import errors
from web.tickets.lifecycle.available_moves import buttons
from web.tickets.lifecycle.machine import LIFE


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_an_appeal_goes_from_registration_to_closing(world):
    ticket = world.at("closed")
    assert (ticket.state, ticket.timely, ticket.grade, ticket.resolved) == ("closed", "yes", 4, "yes")
    moves = [event.move for event in world.tickets.history(ticket.number)]
    assert moves == ["register", "dispatch", "sign", "handle", "reply", "grade_good", "close"]


@pytest.mark.parametrize("state", sorted(WAY))
def test_moves_that_the_table_does_not_have_are_illegal_and_leave_no_trace(world, state):
    ticket = world.at(state)
    legal = {move for source, move, _ in LIFE.transitions if source == state}
    for move in LIFE.moves.keys() - legal:
        with pytest.raises(errors.IllegalMove, match=LIFE.states[state].label):
            world.move(ticket, move, DISPATCHER)
    assert world.tickets.get(ticket.number) == ticket
    with pytest.raises(errors.UnknownMove):
        world.move(ticket, "fly", DISPATCHER)


@pytest.mark.parametrize(
    ("state", "move", "actor", "given", "error"),
    [
        ("registered", "dispatch", CALLER, {"department": POWER}, errors.NotAllowed),
        ("registered", "dispatch", DISPATCHER, {}, errors.MissingInput),
        ("registered", "dispatch", DISPATCHER, {"department": "  "}, errors.MissingInput),
        ("registered", "dispatch", DISPATCHER, {"department": POWER, "grade": 5}, errors.MissingInput),
        ("registered", "dispatch", DISPATCHER, {"department": POWER, "co_departments": [POWER]}, errors.BadInput),
        ("registered", "dispatch", DISPATCHER, {"department": "局" * 201}, errors.BadInput),
        ("registered", "answer", DISPATCHER, {"reply": "好", "outcome": "resolved"}, errors.IllegalMove),
        ("dispatched", "sign", OTHER_HANDLER, {}, errors.NotAllowed),
        ("dispatched", "redispatch", DISPATCHER, {"department": POWER, "reason": "改派"}, errors.BadInput),
        ("handling", "reply", HANDLER, {"reply": "好", "outcome": "great"}, errors.BadInput),
        ("handling", "co_opinion", HELPER, {"text": "同意"}, errors.NotAllowed),
        ("handling", "approve_extension", APPROVER, {}, errors.IllegalMove),
        ("handling", "ask_extension", HANDLER, {"reason": "等配件", "days": 11}, errors.BadInput),
        ("handling", "ask_extension", HANDLER, {"reason": "等配件", "days": "3"}, errors.BadInput),
        ("replied", "revisit_good", OPERATOR, {"grade": 2}, errors.BadInput),
        ("replied", "grade_bad", CALLER, {"grade": 5}, errors.BadInput),
        ("replied", "grade_good", CALLER, {"grade": 6}, errors.BadInput),
        ("replied", "grade_good", CALLER, {"grade": 5, "reasons": ["天气"]}, errors.BadInput),
        ("closed", "appeal", CALLER, {"reason": "不服"}, errors.IllegalMove),
        ("closed", "grade_good", CALLER, {"grade": 5}, errors.UsedUp),
        ("closed", "rectify_done", HANDLER, {"text": "改好了"}, errors.IllegalMove),
        ("unsatisfied", "rectify_check", OPERATOR, {"text": "回访"}, errors.IllegalMove),
        ("registered", "supervise", SUPERVISOR, {"colour": "green", "reason": "急"}, errors.BadInput),
        ("registered", "reclassify", DISPATCHER, {"category": "moon", "reason": "更正"}, errors.BadInput),
    ],
)
def test_a_move_with_the_wrong_person_or_input_is_refused_by_name(world, state, move, actor, given, error):
    ticket = world.at(state)
    with pytest.raises(error):
        world.move(ticket, move, actor, **given)
    assert world.tickets.get(ticket.number) == ticket


def test_a_return_may_be_asked_for_once_and_a_refused_one_binds(world):
    ticket = world.at("return_asked")
    ticket = world.move(ticket, "redispatch", DISPATCHER, department=ROADS, reason="属于道路电缆")
    assert (ticket.state, ticket.department) == ("dispatched", ROADS)
    with pytest.raises(errors.UsedUp):
        world.move(ticket, "ask_return", OTHER_HANDLER, reason="也不归我们")
    refused = world.move(world.at("return_asked"), "refuse_return", DISPATCHER, reason="职责清单第3条")
    with pytest.raises(errors.UsedUp):
        world.move(refused, "ask_return", HANDLER, reason="再退")


def test_a_return_comes_too_late_after_its_time(world):
    ticket = world.at("dispatched")
    world.clock.forward(days=2)
    with pytest.raises(errors.TooLate):
        world.move(ticket, "ask_return", HANDLER, reason="不归我们管")


def test_an_extension_is_asked_for_once_before_the_deadline_and_needs_approval(world):
    ticket = world.at("handling")
    asked = world.move(ticket, "ask_extension", HANDLER, reason="等配件", days=3)
    assert asked.due_at == ticket.due_at
    approved = world.move(asked, "approve_extension", APPROVER)
    assert (approved.due_at - ticket.due_at).days == 3  # Monday 23rd + 3 working days = Thursday 26th
    with pytest.raises(errors.UsedUp):
        world.move(approved, "ask_extension", HANDLER, reason="还要", days=1)
    late = world.at("handling")
    world.clock.forward(days=10)
    with pytest.raises(errors.TooLate):
        world.move(late, "ask_extension", HANDLER, reason="忘了", days=1)


def test_a_refused_extension_changes_no_deadline(world):
    asked = world.move(world.at("handling"), "ask_extension", HANDLER, reason="等配件", days=3)
    assert world.move(asked, "refuse_extension", APPROVER, reason="可以按时").due_at == asked.due_at


def test_helping_departments_give_opinions_and_the_lead_answers(world):
    ticket = world.move(world.at("handling"), "add_co_handlers", HANDLER, co_departments=[ROADS])
    ticket = world.move(ticket, "co_opinion", HELPER, text="电缆走向已核对")
    with pytest.raises(errors.NotAllowed):
        world.move(ticket, "reply", OTHER_HANDLER, reply="好了", outcome="resolved")


def test_a_bad_grade_brings_a_shorter_second_round_once(world):
    ticket = world.at("unsatisfied")
    again = world.move(ticket, "reopen", DISPATCHER, reason="情况属实")
    assert (again.state, again.round, again.limit) == ("handling", 2, "2个工作日")
    assert (again.due_at.date() - ticket.registered_at.date()).days == 2  # from Monday to Wednesday
    replied = world.move(again, "reply", HANDLER, reply="又修了一次", outcome="resolved")
    second = world.move(replied, "grade_bad", CALLER, grade=2)
    with pytest.raises(errors.UsedUp):
        world.move(second, "reopen", DISPATCHER, reason="再来")
    assert second.unsatisfied == 2
    assert len(world.desk.ratings.of(ticket.number)) == 2


def test_an_appeal_is_decided_once_and_counted_when_it_does_not_help(world):
    appealed = world.at("appealed")
    closed = world.move(appealed, "reject_appeal", SUPERVISOR, reason="处理并无不当")
    assert (closed.state, closed.appeal, closed.after_appeal) == ("closed", "rejected", True)
    with pytest.raises(errors.UsedUp):
        world.move(closed, "appeal", CALLER, reason="再申诉")
    supported = world.move(world.at("appealed"), "support_appeal", SUPERVISOR, reason="应当重办")
    assert (supported.state, supported.appeal, supported.after_appeal) == ("handling", "supported", False)
    replied = world.move(supported, "reply", HANDLER, reply="已彻底更换", outcome="resolved")
    good = world.move(replied, "grade_good", CALLER, grade=5, resolved="yes")
    assert (good.after_appeal, good.resolved) == (False, "yes")


def test_an_appeal_comes_too_late_after_its_time(world):
    closed = world.move(world.at("unsatisfied"), "uphold", DISPATCHER, reason="复核维持")
    world.clock.forward(days=30)
    with pytest.raises(errors.TooLate):
        world.move(closed, "appeal", CALLER, reason="不服")


def test_a_closed_appeal_can_be_graded_for_a_while_and_a_bad_grade_brings_it_back(world):
    replied = world.at("replied")
    ticket = world.move(replied, "revisit_unreached", OPERATOR, text="三次未接通")
    ticket = world.move(ticket, "close", OPERATOR)
    assert ticket.grade is None and ticket.resolved == ""
    back = world.desk.ratings.grade(ticket.number, 2, CALLER)
    assert (back.state, back.closed_at, back.rectification) == ("unsatisfied", None, "open")
    old = world.at("closed", text="另一件")
    old = world.at("replied", text="又一件")
    old = world.move(old, "revisit_unreached", OPERATOR, text="未接通")
    world.move(old, "close", OPERATOR)
    world.clock.forward(days=31)
    with pytest.raises(errors.TooLate):
        world.desk.ratings.grade(old.number, 5, CALLER)


def test_after_a_decided_appeal_a_bad_grade_is_kept_without_starting_over(world):
    supported = world.move(world.at("appealed"), "support_appeal", SUPERVISOR, reason="应当重办")
    ticket = world.move(supported, "reply", HANDLER, reply="已更换", outcome="resolved")
    ticket = world.move(ticket, "revisit_unreached", OPERATOR, text="未接通")
    ticket = world.move(ticket, "close", OPERATOR)
    graded = world.desk.ratings.grade(ticket.number, 1, CALLER)
    assert (graded.state, graded.after_appeal, graded.rectification) == ("closed", True, "open")
    assert graded.closed_at == ticket.closed_at


def test_a_consultation_is_answered_at_once_and_taken_up_by_the_desk_when_it_did_not_help(world):
    ticket = world.open("公章怎么刻", kind="consult", category="approval.guide")
    ticket = world.move(ticket, "answer", OPERATOR, reply="先备案", outcome="explained")
    assert (ticket.state, ticket.department) == ("replied", "企业服务中心")
    ticket = world.move(ticket, "grade_bad", CALLER, grade=2)
    ticket = world.move(ticket, "reopen", DISPATCHER, reason="答得不全")
    assert ticket.limit == "0个工作日"  # half of one day: before the day is over
    clerk = type(HANDLER)("clerk", HANDLER.role, "企业服务中心")
    assert world.move(ticket, "reply", clerk, reply="补充：…", outcome="explained").state == "replied"


def test_the_buttons_are_those_the_role_may_press(world):
    ticket = world.at("dispatched")
    moves = [button.move for button in buttons(ticket, [HANDLER], world.clock.at, world.desk.policy)]
    assert "sign" in moves and "ask_return" in moves and "dispatch" not in moves and "redispatch" not in moves
