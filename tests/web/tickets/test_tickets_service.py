"""Opening, finding, merging and listing appeals."""

import pytest
from tickets_world import DISPATCHER, HANDLER, POWER, World

from web.numbers import ALPHABET
from web.tickets import Colour
from web.tickets.lifecycle import errors


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_an_appeal_gets_a_number_a_deadline_and_its_first_event(world):
    ticket = world.open("  车间停电\x00\u200b ", phone="+86 139-1234-5678", district="东区")
    assert ticket.number.startswith("SQ20261116-") and set(ticket.number[11:]) <= set(ALPHABET)
    assert (ticket.text, ticket.title, ticket.phone) == ("车间停电", "车间停电", "13912345678")
    assert world.tickets.get(f" {ticket.number.lower()} ") == ticket
    (event,) = world.tickets.history(ticket.number)
    assert (event.move, event.from_state, event.to_state, event.sequence) == ("register", "", "registered", 1)


def test_the_number_told_in_the_chat_is_kept_and_telling_twice_opens_one(world):
    first = world.open(number="QX20261116-ABCDEF", turn_id="t1", conversation_id="c1")
    again = world.open(number="QX20261116-ABCDEF", turn_id="t1", conversation_id="c1")
    assert first.number == "QX20261116-ABCDEF" and again == first
    with pytest.raises(errors.NumberTaken):
        world.open(number="QX20261116-ABCDEF", turn_id="t2")
    assert [ticket.number for ticket in world.tickets.of_conversation("c1")] == [first.number]
    assert world.tickets.of_conversation("") == []


def test_a_drawn_number_that_is_taken_is_drawn_again(world):
    draws = iter(["A", "A", "B"])
    world.tickets._draw = lambda day: next(draws)
    assert [world.open().number, world.open().number] == ["A", "B"]
    world.tickets._draw = lambda day: "A"
    with pytest.raises(errors.NumberTaken):
        world.open()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": " \u200b "},
        {"text": "长" * 5001},
        {"kind": "wish"},
        {"urgency": "asap"},
        {"channel": "pigeon"},
        {"category": "moon"},
        {"phone": "call me"},
        {"phone": "1" * 40},
    ],
)
def test_an_appeal_that_cannot_be_used_is_refused_with_the_field(world, fields):
    with pytest.raises(errors.BadInput) as caught:
        world.open(**{"text": "停电", **fields})
    assert caught.value.extra["field"] in fields


def test_an_unknown_number_is_named(world):
    for call in (world.tickets.get, world.tickets.history):
        with pytest.raises(errors.UnknownTicket, match="SQ-1"):
            call("SQ-1")
    with pytest.raises(errors.UnknownTicket):
        world.tickets.move("SQ-1", "sign", HANDLER)


def test_a_move_made_on_an_old_view_is_refused(world):
    ticket = world.at("dispatched")
    world.tickets.move(ticket.number, "sign", HANDLER, revision=ticket.revision)
    with pytest.raises(errors.StaleTicket):
        world.tickets.move(ticket.number, "note", HANDLER, revision=ticket.revision, text="晚了一步")


def test_the_same_matter_told_twice_is_found_and_merged(world):
    first = world.open("车间这周停电三次，机器停了")
    second = world.open("我们车间这周停电三次，机器都停了")
    world.open("食堂饭菜太咸", category="other", phone="13700000000")
    (match,) = world.desk.duplicates.of(second.text, category=second.category, phone=second.phone, but=second.number)
    assert match.ticket.number == first.number and match.score > 0.75
    merged = world.move(second, "merge", DISPATCHER, into=first.number, reason="同一问题")
    assert (merged.state, merged.merged_into) == ("merged", first.number)
    absorbed = world.tickets.history(first.number)[-1]
    assert (absorbed.move, absorbed.details["absorbed"], absorbed.public) == ("absorb", second.number, False)
    assert world.tickets.get(first.number).repeats == 2


def test_meaning_is_compared_by_what_the_caller_gives(world):
    first = world.open("车间停电")
    world.desk.duplicates._similar = lambda text, others: [1.0 if "停电" in other else 0.0 for other in others]
    (match,) = world.desk.duplicates.of("供电中断了", category="facilities.power")
    assert match.ticket.number == first.number and match.score == 1.0
    assert world.desk.duplicates.of("供电中断了", category="talent") == []


@pytest.mark.parametrize("into", ["", "SQ-NONE", "itself", "closed"])
def test_merging_into_nothing_itself_or_the_past_is_refused(world, into):
    ticket = world.open()
    target = {"itself": ticket.number, "closed": world.at("closed").number}.get(into, into)
    with pytest.raises((errors.MissingInput, errors.UnknownTicket, errors.BadInput, errors.IllegalMove)):
        world.move(ticket, "merge", DISPATCHER, into=target)
    assert world.tickets.get(ticket.number).state == "registered"


def test_the_list_has_urgent_first_then_what_is_late_first_and_pages_without_gaps(world):
    numbers = {}
    for n in range(25):
        world.clock.forward(hours=1)
        urgency = "urgent" if n % 5 == 0 else "normal"
        numbers[world.open(f"第{n}件", urgency=urgency, phone="").number] = urgency
    seen, mark = [], ""
    while True:
        page = world.desk.worklist.page(after=mark, size=7)
        seen += [row.ticket for row in page.rows]
        mark = page.next
        if not mark:
            break
    assert [ticket.number for ticket in seen] == sorted(
        numbers, key=lambda number: (numbers[number] != "urgent", world.tickets.get(number).sort_at, number)
    )
    with pytest.raises(errors.BadInput):
        world.desk.worklist.page(after="nonsense")


def test_the_list_is_filtered_by_colour_department_category_and_whose_turn_it_is(world):
    mine, other = world.at("dispatched"), world.open(category="labour.wages")
    world.at("closed")
    listed = lambda **by: {row.ticket.number for row in world.desk.worklist.page(**by).rows}  # noqa: E731
    assert listed() == {mine.number, other.number}
    assert listed(department=POWER) == {mine.number}
    assert listed(category="labour") == {other.number}
    assert listed(waits_for="handler") == {mine.number} and listed(states=["registered"]) == {other.number}
    assert listed(colour=Colour.BLUE) == set()
    world.clock.forward(days=10)
    assert listed(colour=Colour.RED) == {mine.number, other.number} and listed(colour=Colour.ORANGE) == set()
    assert {row.word for row in world.desk.worklist.page().rows} == {"超期"}
    assert world.desk.worklist.counts() == {"all": 2, "blue": 0, "orange": 0, "red": 2, "unknown": 0}
    assert world.desk.worklist.counts(department="没有这个局")["all"] == 0
