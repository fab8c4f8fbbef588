"""Sign-ups in the database: receipts, capacity and waiting list, reminders, attendance."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.bodies import NoticeBody
from kb.database import reading, take_turns, writing
from kb.errors import UnknownEntry
from kb.exchange.workbook import workbook
from kb.locks import Lock
from kb.models import Entry
from web import clock
from web.clock import local_now
from web.knowledge.notices_ahead import takes_place
from web.notices.errors import SignUpClosed, UnknownNotice
from web.notices.seat_allocation import STATUSES, Status, status_of_new
from web.notices.signup import Receipt, Reminder, Wish, row_of
from web.notices.statements import (
    counts,
    last_place,
    move_up,
    proven,
    receipt_of,
    row_of_receipt,
    same_or_none,
    set_values,
)
from web.notices.tables import signups
from web.profiles.service import Audit, unaudited

REMIND_BEFORE = dt.timedelta(hours=24)
HEADINGS = ("序号", "回执号", "企业", "联系人", "电话", "人数", "状态", "签到")
Entries = Callable[[str], Entry]


class Notices:
    """The sign-ups of one database. Safe to share between threads; every call is one transaction."""

    def __init__(self, engine: Engine, entries: Entries, audit: Audit = unaudited) -> None:
        """Keep rows through `engine`; `entries` returns the entry of an id (UnknownEntry)."""
        self._engine, self._entries, self._audit = engine, entries, audit

    def sign_up(self, notice_id: str, wish: Wish, *, at: dt.datetime | None = None) -> Receipt:
        """Give a seat or a place in line; `at` is local (SignUpClosed, AlreadySignedUp, BadSignUp, UnknownNotice)."""
        body = self._open(notice_id, at or local_now())
        row = row_of(notice_id, wish)
        with self._line(notice_id) as connection:
            known = same_or_none(connection, row)
            if known is not None:
                return receipt_of(connection, known)
            taken, waiting = counts(connection, notice_id)
            row["status"] = status_of_new(body.capacity, taken, waiting, wish.seats)
            row["confirmed_at"] = row["created_at"] if row["status"] == "confirmed" else None
            row["place"] = 1 + last_place(connection, notice_id)
            connection.execute(sa.insert(signups), row)
            return receipt_of(connection, row_of_receipt(connection, row["receipt"]))

    def look(self, receipt: str, phone: str) -> Receipt:
        """Return how a sign-up stands (UnknownReceipt)."""
        with reading(self._engine) as connection:
            return receipt_of(connection, proven(connection, receipt, phone))

    def cancel(self, receipt: str, phone: str, *, at: dt.datetime | None = None) -> list[Receipt]:
        """Give the seats back and return who moved up, nobody once it has begun (UnknownReceipt). Twice is once."""
        with reading(self._engine) as connection:
            notice_id = proven(connection, receipt, phone).notice_id
        body = self._body(notice_id)[1]
        begun = body.starts_at is not None and (at or local_now()) >= body.starts_at
        with self._line(notice_id) as connection:
            row = proven(connection, receipt, phone)
            if row.status == "cancelled":
                return []
            set_values(connection, row.receipt, status="cancelled", cancelled_at=clock.now())
            return [] if begun else move_up(connection, notice_id, body.capacity)

    def due_reminders(self, at: dt.datetime, before: dt.timedelta = REMIND_BEFORE) -> list[Reminder]:
        """Return who has a seat, was not reminded yet, and whose notice begins within `before` of the local `at`."""
        waits = (signups.c.status == "confirmed", signups.c.reminded_at.is_(None))
        with reading(self._engine) as connection:
            notices = connection.execute(sa.select(signups.c.notice_id).distinct().where(*waits)).scalars().all()
            due = []
            for entry, body in map(self._body, sorted(notices)):
                if body.starts_at and at <= body.starts_at <= at + before and takes_place(entry, at.date()):
                    mine = sa.select(signups).where(signups.c.notice_id == entry.id, *waits)
                    rows = connection.execute(mine.order_by(signups.c.place)).all()
                    due += [_reminder(entry, body.starts_at, body.place, row) for row in rows]
        return due

    def mark_reminded(self, receipt: str) -> bool:
        """Say that a reminder goes out now; False when another process said so first: then it must not be sent."""
        mine = sa.and_(signups.c.receipt == receipt, signups.c.reminded_at.is_(None), signups.c.status == "confirmed")
        with writing(self._engine) as connection:
            changed = connection.execute(sa.update(signups).where(mine).values(reminded_at=clock.now()))
            return bool(changed.rowcount == 1)

    def mark_attended(self, receipt: str, came: bool, *, actor: str) -> None:
        """Note whether somebody came (UnknownReceipt)."""
        with writing(self._engine) as connection:
            row = row_of_receipt(connection, receipt)
            set_values(connection, row.receipt, attended=came)
            self._audit(connection, actor, "notice.attended", f"signup:{row.receipt}", row.attended, came)

    def counts(self, notice_id: str) -> dict[Status, int]:
        """Return how many seats are confirmed, waiting and cancelled."""
        seats = sa.func.coalesce(sa.func.sum(signups.c.seats), 0)
        query = sa.select(signups.c.status, seats).where(signups.c.notice_id == notice_id).group_by(signups.c.status)
        with reading(self._engine) as connection:
            found = {row[0]: int(row[1]) for row in connection.execute(query)}
        return {status: found.get(status, 0) for status in STATUSES}

    def attendance_sheet(self, notice_id: str, *, actor: str) -> bytes:
        """Return the sheet to tick off at the door, an xlsx file: those with a seat, then those who wait."""
        entry, _ = self._body(notice_id)
        query = sa.select(signups).where(signups.c.notice_id == notice_id, signups.c.status != "cancelled")
        with writing(self._engine) as connection:
            rows = connection.execute(query.order_by(signups.c.status, signups.c.place)).all()
            self._audit(connection, actor, "notice.sheet", f"entry:{notice_id}", None, {"rows": len(rows)})
        return workbook(entry.title[:20], HEADINGS, (_sheet_row(number, row) for number, row in enumerate(rows, 1)))

    @contextmanager
    def _line(self, notice_id: str) -> Iterator[Connection]:
        """Open a transaction in which nobody else signs up for the notice or leaves it."""
        with writing(self._engine) as connection:
            take_turns(connection, Lock.SIGN_UP, of=zlib.crc32(notice_id.encode()))
            yield connection

    def _body(self, notice_id: str) -> tuple[Entry, NoticeBody]:
        try:
            entry = self._entries(notice_id)
        except UnknownEntry as error:
            raise UnknownNotice("没有这个通知") from error
        if not isinstance(entry.body, NoticeBody):
            raise UnknownNotice("这不是会议或活动通知")
        return entry, entry.body

    def _open(self, notice_id: str, at: dt.datetime) -> NoticeBody:
        entry, body = self._body(notice_id)
        if entry.state_on(at.date()) == "draft":
            raise UnknownNotice("没有这个通知")
        if not body.sign_up:
            raise SignUpClosed("这个通知不需要报名")
        if not takes_place(entry, at.date()) or (body.starts_at and at >= body.starts_at):
            raise SignUpClosed("报名已经结束")
        return body


def _reminder(entry: Entry, starts_at: dt.datetime, place: str, row: Row) -> Reminder:
    return Reminder(row.receipt, entry.id, entry.title, starts_at, place, row.contact, row.phone, row.profile_id)


def _sheet_row(number: int, row: Row) -> tuple[Any, ...]:
    came = "" if row.attended is None else row.attended
    return (number, row.receipt, row.enterprise, row.contact, row.phone, row.seats, STATUSES[row.status], came)
