"""Signing up: receipts, capacity, the waiting list under churn and under many at once, reminders, the sheet."""

import datetime as dt
import io
import random
import threading
from collections import Counter

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import shipped

from kb.bodies import Rule
from kb.errors import UnknownEntry
from kb.matching.audience import Population
from kb.matching.fields import declared
from kb.matching.values import read_all
from web.knowledge.notices_ahead import audience, meant_for, upcoming
from web.notices import Notices
from web.notices.calendar_file import calendar_file
from web.notices.errors import AlreadySignedUp, BadSignUp, SignUpClosed, UnknownNotice, UnknownReceipt
from web.notices.seat_allocation import moving_up, status_of_new
from web.notices.signup import Wish
from web.notices.tables import signups
from web.profiles import Profiles

TRAINING = shipped("notice-tax-training")
BEFORE = dt.datetime(2027, 1, 5, 9, 0)


def notice(capacity=2, **more):
    body = TRAINING.body.copy(update={"capacity": capacity, **more.pop("body", {})})
    return TRAINING.copy(update={"body": body, **more})


class Desk:
    """The service over entries that a test can change."""

    def __init__(self, engine, *entries):
        self.entries = {entry.id: entry for entry in entries}
        self.log = []
        self.notices = Notices(engine, self.get, lambda _connection, *event: self.log.append(event))

    def get(self, entry_id):
        if entry_id not in self.entries:
            raise UnknownEntry(entry_id)
        return self.entries[entry_id]

    def sign(self, number, seats=1, **more):
        wish = Wish(f"企业{number}", "张三", f"139{number:08}", seats, **more)
        return self.notices.sign_up(TRAINING.id, wish, at=BEFORE)


@pytest.fixture
def desk(engine):
    """A desk with one training of two seats."""
    return Desk(engine, notice())


def test_seats_go_to_the_first_and_the_others_wait_in_order(desk):
    receipts = [desk.sign(number) for number in range(4)]
    assert [receipt.status for receipt in receipts] == ["confirmed", "confirmed", "waiting", "waiting"]
    assert [receipt.ahead for receipt in receipts] == [0, 0, 0, 1]
    assert receipts[3].text.startswith("候补，前面还有 1 家；回执号 BM")
    assert desk.notices.counts(TRAINING.id) == {"confirmed": 2, "waiting": 2, "cancelled": 0}


def test_whoever_waits_first_moves_up_when_somebody_cancels(desk):
    first, _, third, fourth = [desk.sign(number) for number in range(4)]
    moved = desk.notices.cancel(first.number, "139 0000 0000", at=BEFORE)
    assert [receipt.number for receipt in moved] == [third.number]
    assert desk.notices.look(fourth.number.lower(), "13900000003").ahead == 0
    assert desk.notices.cancel(first.number, "13900000000", at=BEFORE) == []


def test_nobody_moves_up_once_it_has_begun(desk):
    first, *_ = (desk.sign(number) for number in range(3))
    assert desk.notices.cancel(first.number, "13900000000", at=TRAINING.body.starts_at) == []


def test_nobody_in_line_is_overtaken(desk):
    desk.sign(1)
    assert desk.sign(2, seats=2).status == "waiting"
    assert desk.sign(3).status == "waiting"


def test_the_same_sending_is_the_same_sign_up(desk):
    assert desk.sign(1, once="turn-1") == desk.sign(1, once="turn-1")
    with pytest.raises(AlreadySignedUp):
        desk.sign(1, once="turn-2")


def test_a_receipt_opens_only_with_its_phone(desk):
    receipt = desk.sign(1)
    for number, phone in ((receipt.number, "13900000009"), ("BM1", "13900000001"), (receipt.number, "abc")):
        with pytest.raises(UnknownReceipt):
            desk.notices.look(number, phone)
        with pytest.raises(UnknownReceipt):
            desk.notices.cancel(number, phone, at=BEFORE)


@pytest.mark.parametrize("wish", [Wish("", "张", "13900000001"), Wish("甲", "", "13900000001"), Wish("甲", "张", "12")])
@pytest.mark.parametrize("seats", [0, 1, 6])
def test_what_cannot_be_used_is_refused(desk, wish, seats):
    with pytest.raises(BadSignUp):
        desk.notices.sign_up(TRAINING.id, Wish(wish.enterprise, wish.contact, wish.phone, seats), at=BEFORE)


def test_sign_up_ends_when_it_begins_and_is_not_for_every_notice(engine):
    closed = notice(id="n-closed", status="abolished")
    desk = Desk(
        engine, notice(), closed, notice(id="n-none", body={"sign_up": ""}), notice(id="n-draft", status="draft")
    )
    wish = Wish("甲", "张", "13900000001")
    for name, at, error in (
        (TRAINING.id, TRAINING.body.starts_at, SignUpClosed),
        ("n-closed", BEFORE, SignUpClosed),
        ("n-none", BEFORE, SignUpClosed),
        ("n-draft", BEFORE, UnknownNotice),
        ("nothing", BEFORE, UnknownNotice),
    ):
        with pytest.raises(error):
            desk.notices.sign_up(name, wish, at=at)


@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.booleans(), st.integers(1, 4), st.integers(0, 30)), max_size=60),
)
@settings(max_examples=300)
def test_churn_never_exceeds_the_capacity_and_leaves_no_seat_empty_for_who_fits(capacity, moves):
    given_, line, came = {}, [], 0
    for leaves, seats, which in moves:
        if leaves and given_:
            given_.pop(sorted(given_)[which % len(given_)])
            for moved in moving_up(capacity, sum(given_.values()), line):
                given_[moved] = dict(line)[moved]
            line = [item for item in line if item[0] not in given_]
        else:
            came += 1
            status = status_of_new(capacity, sum(given_.values()), len(line), seats)
            if status == "confirmed":
                given_[f"{came:03}"] = seats
            else:
                line.append((f"{came:03}", seats))
        assert sum(given_.values()) <= capacity
        assert not line or sum(given_.values()) + line[0][1] > capacity


def test_churn_in_the_database_never_exceeds_the_capacity(desk):
    dice, receipts = random.Random(4), {}
    for number in range(80):
        if receipts and dice.random() < 0.4:
            phone = dice.choice(sorted(receipts))
            desk.notices.cancel(receipts.pop(phone).number, phone, at=BEFORE)
        else:
            receipts[f"139{number:08}"] = desk.sign(number, seats=dice.randint(1, 2))
        counts = desk.notices.counts(TRAINING.id)
        assert counts["confirmed"] <= 2
        assert counts["confirmed"] + counts["waiting"] == sum(receipt.seats for receipt in receipts.values())


def at_once(does, count):
    errors = []

    def run(number):
        try:
            does(number)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_many_at_once_get_no_more_than_the_seats_there_are(engine):
    desk = Desk(engine, notice(5))
    receipts = {}
    assert at_once(lambda number: receipts.setdefault(number, desk.sign(number)), 24) == []
    assert Counter(receipt.status for receipt in receipts.values()) == {"confirmed": 5, "waiting": 19}
    assert at_once(lambda n: desk.notices.cancel(receipts[n].number, f"139{n:08}", at=BEFORE), 20) == []
    assert desk.notices.counts(TRAINING.id) == {"confirmed": 4, "waiting": 0, "cancelled": 20}


def test_a_reminder_is_due_once_a_day_before(desk):
    receipts = [desk.sign(number) for number in range(3)]
    starts = TRAINING.body.starts_at
    assert desk.notices.due_reminders(starts - dt.timedelta(hours=25)) == []
    due = desk.notices.due_reminders(starts - dt.timedelta(hours=23))
    assert [item.receipt for item in due] == [receipt.number for receipt in receipts[:2]]
    assert due[0].title == TRAINING.title and due[0].phone == "+8613900000000"
    assert [desk.notices.mark_reminded(due[0].receipt) for _ in range(2)] == [True, False]
    assert [item.receipt for item in desk.notices.due_reminders(starts)] == [receipts[1].number]
    assert desk.notices.due_reminders(starts + dt.timedelta(minutes=1)) == []
    assert desk.notices.mark_reminded(receipts[2].number) is False


def test_no_reminder_for_a_notice_that_was_called_off(desk):
    desk.sign(1)
    desk.entries[TRAINING.id] = notice(status="abolished", effective_to=dt.date(2027, 1, 1))
    assert desk.notices.due_reminders(TRAINING.body.starts_at - dt.timedelta(hours=1)) == []


def test_the_sheet_lists_who_comes_and_is_harmless(desk):
    wish = Wish("=HYPERLINK(1)", "+张三", "13900000001")
    receipt = desk.notices.sign_up(TRAINING.id, wish, at=BEFORE)
    desk.sign(2)
    desk.sign(3)
    gone = desk.sign(4)
    desk.notices.cancel(gone.number, "13900000004", at=BEFORE)
    desk.notices.mark_attended(receipt.number, True, actor="签到员")
    page = openpyxl.load_workbook(io.BytesIO(desk.notices.attendance_sheet(TRAINING.id, actor="签到员"))).active
    rows = list(page.iter_rows(min_row=2))
    assert [row[6].value for row in rows] == ["报名成功", "报名成功", "候补"]
    assert rows[0][2].value == "'=HYPERLINK(1)" and rows[0][7].value == "是"
    assert {cell.data_type for row in rows for cell in row if cell.value is not None} == {"s"}
    assert [event[1] for event in desk.log] == ["notice.attended", "notice.sheet"]


def test_deleting_a_profile_keeps_the_seat_and_forgets_whose_profile_it_was(desk, engine):
    profiles = Profiles(engine)
    made, key = profiles.create({"name": "甲公司"})
    receipt = desk.sign(1, profile_id=made.id)
    profiles.delete(key)
    with engine.connect() as connection:
        row = connection.execute(sa.select(signups)).one()
    assert (row.receipt, row.profile_id) == (receipt.number, None)


def test_upcoming_notices_come_nearest_first():
    names = ["notice-tax-training", "notice-job-fair", "notice-policy-briefing", "A1-company-setup"]
    entries = [shipped(name) for name in names]
    assert [entry.id for entry in upcoming(entries, dt.date(2026, 12, 1))] == [names[2], names[0], names[1]]
    assert [entry.id for entry in upcoming(entries, dt.date(2026, 12, 11))] == [names[0], names[1]]
    assert upcoming(entries, dt.date(2026, 12, 1), ("停办通知",)) == []
    assert upcoming(entries, dt.date(2020, 1, 1)) == []


def test_a_notice_is_meant_for_those_whom_its_rules_fit():
    rules = (Rule(field="size_class", op="in", value=["小微"], sentence="小微企业"),)
    entry, day = notice(body={"rules": rules}), dt.date(2026, 12, 1)
    raw = {"a": {"size_class": "微型"}, "b": {"size_class": "大型"}, "c": {}}
    people = {key: read_all(declared(), one) for key, one in raw.items()}
    found = audience(entry, Population.of(people.items(), day))
    assert (found.sample["met"], found.sample["not_met"], found.sample["unknown"]) == (("a",), ("b",), ("c",))
    assert meant_for(entry, people["b"], day).standing == "not_met"
    assert meant_for(notice(), {}, day).standing == "met"


def test_the_calendar_file_opens_with_the_right_time_in_any_program():
    from icalendar import Calendar

    made = calendar_file(TRAINING, dt.datetime(2026, 12, 1), "https://example.org/entries/notice-tax-training")
    event = Calendar.from_ical(made).walk("VEVENT")[0]
    local = event["dtstart"].dt.astimezone(dt.timezone(dt.timedelta(hours=8))).replace(tzinfo=None)
    assert local == TRAINING.body.starts_at and event["dtend"].dt > event["dtstart"].dt
    assert str(event["summary"]) == TRAINING.title and str(event["status"]) == "CONFIRMED"
    assert event["uid"] == "notice-tax-training@qixiaoban"
    assert all(len(line) <= 75 for line in made.split(b"\r\n")) and made.endswith(b"END:VCALENDAR\r\n")
    called_off = Calendar.from_ical(calendar_file(notice(status="abolished"), dt.datetime(2026, 12, 1)))
    assert str(called_off["method"]) == "CANCEL"
    with pytest.raises(UnknownNotice):
        calendar_file(notice(body={"starts_at": None, "ends_at": None}), dt.datetime(2026, 12, 1))
