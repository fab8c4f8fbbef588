"""Deadlines and colours: what limits.yaml says becomes instants, and a colour is only a comparison with them."""

import datetime as dt
from dataclasses import replace

import pytest
import yaml
from tickets_world import CALLER, DISPATCHER, HANDLER, POWER, SUPERVISOR, Clock, World

from kb.workdays import Calendar, published
from web.clock import local
from web.tickets import Colour, Draft
from web.tickets.lifecycle.categories import Categories
from web.tickets.lifecycle.decide import opened
from web.tickets.lifecycle.errors import BadInput, BadRules
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.time_limits import FILE, Limit, Limits

POLICY = Policy.load()


def china(text):
    """An instant (UTC) from what a clock in China shows."""
    return dt.datetime.fromisoformat(text) - dt.timedelta(hours=8)


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


DEADLINES = [
    # kind, urgency, category, registered (China), due (China)
    ("complaint", "normal", "other", "2026-02-13 10:00", "2026-02-27 23:59", "Sat 14, then 24, 25, 26, 27"),
    (
        "complaint",
        "normal",
        "other",
        "2026-02-18 22:00",
        "2026-02-28 23:59",
        "within the holiday: 24 to 27, worked Sat 28",
    ),
    ("consult", "normal", "other", "2026-02-14 16:00", "2026-02-24 23:59", "one working day over Spring Festival"),
    ("complaint", "urgent", "other", "2026-02-18 22:00", "2026-02-18 23:59", "urgent: the same day, holiday or not"),
    ("help", "hard", "other", "2026-09-24 09:00", "2026-10-22 23:59", "28, 29, 30, 8, 9, 10, 12 to 16, 19 to 22"),
    (
        "suggestion",
        "normal",
        "other",
        "2025-09-26 09:00",
        "2025-10-21 23:59",
        "28, 29, 30, 9, 10, 11, 13 to 17, 20, 21",
    ),
    ("complaint", "normal", "other", "2025-01-24 09:00", "2025-02-07 23:59", "Sun 26, 27, then 5, 6, 7"),
    ("complaint", "normal", "finance.overdue", "2026-02-14 09:00", "2026-03-16 23:59", "30 natural days by law"),
    ("complaint", "urgent", "finance.overdue", "2026-02-14 09:00", "2026-02-14 23:59", "but urgent stays urgent"),
    ("complaint", "normal", "other", "2026-11-20 23:30", "2026-11-27 23:59", "the evening belongs to its day in China"),
]


@pytest.mark.parametrize(("kind", "urgency", "category", "registered", "due", "why"), DEADLINES)
def test_the_limit_runs_in_working_days_of_china(kind, urgency, category, registered, due, why):
    draft = Draft(text="x", kind=kind, urgency=urgency, category=category)
    ticket = opened(draft, "SQ1", CALLER, china(registered), POLICY).ticket
    assert local(ticket.due_at) == due, why


def test_an_appeal_is_taken_though_next_year_is_not_known_and_counted_once_it_is(tmp_path):
    clock = Clock(china("2026-12-30 10:00"))
    world = World(f"sqlite:///{tmp_path / 't.sqlite3'}", tmp_path)
    world.clock.at = clock.at
    world.tickets.policy = world.desk.policy
    known = 2027 in published()
    ticket = world.open()
    if known:  # a later chinesecalendar
        assert ticket.due_at is not None
    else:
        assert ticket.due_at is None
        row = world.desk.worklist.page().rows[0]
        assert row.ticket.sort_at <= clock.at + dt.timedelta(days=1)
        assert world.desk.supervision.recount() == 0
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "holidays.yaml").write_text(
        "2027: {holidays: [2027-01-01], workdays: []}", encoding="utf-8"
    )
    world.tickets.policy = Policy.load(tmp_path)
    assert world.desk.supervision.recount() == (0 if known else 1)
    assert world.desk.supervision.recount() == 0
    ticket = world.tickets.get(ticket.number)
    assert known or local(ticket.due_at) == "2027-01-07 23:59"  # 31, then 4, 5, 6, 7
    world.close()


def test_colours_come_with_time_and_go_with_the_reply(world):
    ticket = world.at("handling")  # registered Monday 09:00, due the next Monday at midnight
    seen = []
    for day in range(11):
        seen.append(ticket.colour(world.clock.at + dt.timedelta(days=day)))
    blue, orange, red = Colour.BLUE, Colour.ORANGE, Colour.RED
    # a fifth of 7.6 days is left from Sunday noon on; Tuesday is past the deadline; Thursday two working days past it
    assert seen == [None] * 7 + [blue, orange, orange, red]
    replied = world.move(ticket, "reply", HANDLER, reply="好了", outcome="resolved")
    assert replied.colour(world.clock.at + dt.timedelta(days=2)) is None
    assert replied.colour(world.clock.at + dt.timedelta(days=9)) is red  # nobody called back


def test_a_ticket_nobody_signed_for_is_blue(world):
    ticket = world.at("dispatched")
    assert ticket.colour(china("2026-11-17 23:59:59")) is None
    assert ticket.colour(china("2026-11-18 00:00:00")) is Colour.BLUE
    assert world.move(ticket, "sign", HANDLER).colour(china("2026-11-18 00:00:00")) is None


def test_bad_grades_and_repeats_colour_a_ticket_whatever_the_time(world):
    ticket = world.at("unsatisfied")
    assert ticket.colour(world.clock.at) is Colour.ORANGE
    again = world.move(ticket, "reopen", DISPATCHER, reason="重办")
    again = world.move(again, "reply", HANDLER, reply="好", outcome="resolved")
    assert world.move(again, "grade_bad", CALLER, grade=1).colour(world.clock.at) is Colour.RED
    told = [world.open(text=f"又停电了，第{n}次", phone="13700001111") for n in range(3)]
    assert [one.repeats for one in told] == [1, 2, 3]
    assert [one.colour(world.clock.at) for one in told] == [None, None, Colour.RED]


def test_slips_are_issued_once_whoever_runs_the_job_and_keep_who_was_told(world):
    ticket = world.at("handling")
    job = world.desk.supervision
    assert job.issue() == []
    world.clock.forward(days=7)
    assert [(slip.colour, slip.told) for slip in job.issue()] == [(Colour.BLUE, ("经办人",))]
    assert job.issue() == [] and job.issue() == []
    world.clock.forward(days=3)
    (red,) = job.issue()  # the job did not run while it was orange: the slip says what is true now
    assert (red.colour, red.told) == (Colour.RED, ("经办人", "科长", "分管领导"))
    slips = world.tickets.slips(ticket.number)
    assert [slip["colour"] for slip in slips] == ["blue", "red"]
    events = [event for event in world.tickets.history(ticket.number) if event.move == "supervise"]
    assert [event.details["colour"] for event in events] == ["blue", "red"]
    assert [event.sequence for event in events] == [slip["sequence"] for slip in slips]
    assert [slip["colour"] for slip in job.history(department=POWER)] == ["red", "blue"]


def test_an_important_matter_may_start_with_orange_by_hand(world):
    ticket = world.at("dispatched")
    world.tickets.move(ticket.number, "supervise", SUPERVISOR, colour="orange", reason="省级交办")
    world.clock.forward(days=7)
    assert world.desk.supervision.issue() == []  # blue would be milder than what was issued
    assert world.tickets.slips(ticket.number)[0]["by_hand"]


def test_a_new_round_gets_its_own_slips(world):
    ticket = world.at("unsatisfied")
    assert [slip.colour for slip in world.desk.supervision.issue()] == [Colour.ORANGE]
    world.move(ticket, "reopen", DISPATCHER, reason="重办")
    assert [slip.colour for slip in world.desk.supervision.issue()] == [Colour.ORANGE]
    assert world.desk.supervision.issue() == []


LIMITS = [("5个工作日", 5, "working_days"), ("10个自然日", 10, "days"), ("2小时", 2, "hours"), ("当日", 0, "days")]


@pytest.mark.parametrize(("text", "amount", "unit"), LIMITS)
def test_a_limit_reads_back_as_it_was_written(text, amount, unit):
    limit = Limit.parse(text)
    assert (limit.amount, limit.unit, str(limit)) == (amount, unit, text)


@pytest.mark.parametrize("text", ["5天", "五个工作日", "-1个工作日", "", "1.5小时"])
def test_a_limit_nobody_can_count_is_refused(text):
    with pytest.raises(BadRules, match="看不懂"):
        Limit.parse(text)


@pytest.mark.parametrize("n", range(1, 31))
def test_a_reopened_limit_is_shorter(n):
    assert Limit(n, "working_days").shortened(0.5).amount < n


def test_the_desks_own_limits_come_before_the_shipped_ones(tmp_path):
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    content["handling"]["complaint"]["normal"] = "3个工作日"
    (tmp_path / "tickets").mkdir()
    (tmp_path / "tickets" / "limits.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert Policy.load(tmp_path).handling("complaint", "other", "normal") == Limit(3, "working_days")
    del content["tell"]["red"]
    (tmp_path / "tickets" / "limits.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(BadRules, match="red"):
        Policy.load(tmp_path)


def test_the_desks_own_tree_comes_before_the_shipped_one(tmp_path):
    (tmp_path / "tickets").mkdir()
    own = "categories: [{id: other, name: 别的, children: [{id: other.parking, name: 停车}]}]"
    (tmp_path / "tickets" / "categories.yaml").write_text(own, encoding="utf-8")
    assert Policy.load(tmp_path).categories.name("other.parking") == "别的／停车"
    assert Policy.load(tmp_path / "empty").categories.name("labour.wages") == "劳动用工／工资"


def test_shipped_limits_say_that_they_are_examples():
    assert "示例值" in FILE.read_text(encoding="utf-8")
    assert set(Limits.load().tell) == set(Colour)


@pytest.mark.parametrize(
    "content",
    [
        "categories: [{id: a, name: 甲}]",
        "categories: [{id: other, name: 其他}, {id: other, name: 又一个}]",
        "categories: [{id: other, name: 其他, children: [{id: x, name: 歪}]}]",
        "categories: [{id: other, name: 其他, colour: red}]",
        "categories: [{id: other}]",
        "nothing: 1",
    ],
)
def test_a_category_file_with_a_mistake_is_refused(tmp_path, content):
    path = tmp_path / "categories.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadRules):
        Categories.load(path)


def test_categories_form_a_tree():
    tree = POLICY.categories
    assert tree.name("labour.wages") == "劳动用工／工资" and tree.top("labour.wages") == "labour"
    assert tree.get("labour.wages").department == tree.get("labour").department
    assert "labour" in tree.within("labour") and "labour.wages" in tree.within("labour")
    assert tree.name("gone") == "gone"
    with pytest.raises(BadInput):
        tree.get("gone")


def test_unknown_years_leave_a_deadline_open_but_never_wrong():
    policy = replace(POLICY, calendar=Calendar())
    assert policy.after(dt.datetime(2098, 12, 30), Limit(5, "working_days")) is None
    assert policy.after(dt.datetime(2098, 12, 30), Limit(5, "hours")) == dt.datetime(2098, 12, 30, 5)
