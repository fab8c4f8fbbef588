"""What a requester may see: only their own appeals, by number and phone or by their conversation."""

import pytest
from tickets_world import CALLER, DISPATCHER, HANDLER, POWER, World

from web.tickets.lifecycle import errors
from web.tickets.news import steps
from web.tickets.progress import wanted_information


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_progress_is_shown_to_who_has_number_and_phone(world):
    ticket = world.at("replied")
    shown = world.desk.progress.check(ticket.number.lower(), "139 1234 5678", "1.2.3.4")
    assert shown.label == "已答复" and shown.can_grade and shown.reply == "线路已修复"
    texts = [line.text for line in shown.lines]
    assert (
        texts[0].startswith("已收到您的诉求") and texts[1] == f"已交{POWER}办理" and texts[-1] == "已答复：线路已修复"
    )


def test_inner_events_are_not_shown_to_the_requester(world):
    ticket = world.at("return_asked")
    world.move(ticket, "note", DISPATCHER, text="先问问城建")
    lines = world.desk.progress.of(ticket).lines
    assert not any("先问问" in line.text or "不归" in line.text for line in lines)


def test_guessing_is_answered_alike_limited_and_logged(world, caplog):
    ticket = world.open()
    messages = set()
    for number in (ticket.number, "SQ20261116-XXXXXX"):
        with pytest.raises(errors.NotProven) as caught:
            world.desk.progress.check(number, "13900000000", "1.2.3.4")
        messages.add(caught.value.detail)
    assert len(messages) == 1 and "failed" in caplog.text
    for _ in range(3):
        with pytest.raises(errors.NotProven):
            world.desk.progress.check(ticket.number, "13900000001", "1.2.3.4")
    with pytest.raises(errors.TooManyAttempts):  # by the place, on any number
        world.desk.progress.check("SQ20261116-YYYYYY", "13912345678", "1.2.3.4")
    assert "too many failures" in caplog.text
    assert world.desk.progress.check(ticket.number, "13912345678", "5.6.7.8")
    with pytest.raises(errors.NotProven):
        world.desk.progress.check(ticket.number, "1", "9.9.9.9")
    with pytest.raises(errors.TooManyAttempts):  # by the number, from anywhere, though the phone is right
        world.desk.progress.check(ticket.number, "13912345678", "7.7.7.7")
    world.clock.forward(minutes=16)
    assert world.desk.progress.check(ticket.number, "13912345678", "1.2.3.4")


def test_an_appeal_without_a_phone_is_shown_to_nobody_by_number(world):
    ticket = world.open(phone="")
    for phone in ("", "no-such-phone"):
        with pytest.raises(errors.NotProven):
            world.desk.progress.check(ticket.number, phone, "x")


def test_news_reach_the_conversation_once(world):
    ticket = world.open(conversation_id="c1")
    assert world.desk.progress.news("c1") == [], "the chat itself says that it was registered"
    world.move(ticket, "dispatch", DISPATCHER, department=POWER)
    first = world.desk.progress.news("c1")
    assert [line.text for line in first] == [f"已交{POWER}办理"]
    world.move(ticket, "sign", HANDLER)
    assert [line.text for line in world.desk.progress.news("c1", after=first[-1].id)] == [f"{POWER}已签收"]
    assert world.desk.progress.news("") == []


def test_steps_of_appeals_and_bookings_reach_the_chat_in_order_and_once(world):
    ticket = world.open(conversation_id="c1")
    booking = world.desk.bookings.book("开办企业", ["名称申报"], CALLER, conversation_id="c1", phone="13912345678")
    world.clock.forward(minutes=1)
    world.move(ticket, "dispatch", DISPATCHER, department=POWER)
    world.clock.forward(minutes=1)
    world.desk.bookings.move(booking.number, "accept", HANDLER)
    world.desk.bookings.move(booking.number, "say", CALLER, text="我周五在")
    world.desk.bookings.move(booking.number, "tick", HANDLER, step="名称申报")
    told, seen = steps(world.desk, "c1")
    assert [one.text for one in told] == [f"已交{POWER}办理", "受理", "已办好一步：名称申报"]
    assert [one.url.split("?")[0] for one in told] == ["/appeals", "/bookings", "/bookings"]
    assert steps(world.desk, "c1", seen) == ([], seen)
    world.desk.bookings.move(booking.number, "say", HANDLER, text="材料齐了")
    assert [one.text for one in steps(world.desk, "c1", seen)[0]] == ["代办员留言：材料齐了"]
    assert len(steps(world.desk, "c1", "nonsense")[0]) == 4 and steps(world.desk, "c2")[0] == []


def test_a_question_of_the_desk_stands_until_it_is_answered(world):
    ticket = world.at("handling")
    world.move(ticket, "ask_more", HANDLER, text="几点停的电")
    assert wanted_information(world.tickets.history(ticket.number)) == "几点停的电"
    world.move(ticket, "add_information", CALLER, text="晚上八点")
    assert wanted_information(world.tickets.history(ticket.number)) == ""
