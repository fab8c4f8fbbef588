"""Rows of sign-ups: each function does one thing in the caller's transaction."""

from __future__ import annotations

import hmac
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from web import clock
from web.errors import WebError
from web.notices.errors import AlreadySignedUp, UnknownReceipt
from web.notices.seat_allocation import moving_up
from web.notices.signup import Receipt
from web.notices.tables import signups
from web.profiles.contacts import checked_address


def same_or_none(connection: Connection, row: dict[str, Any]) -> Row | None:
    """Return the sign-up that was made by the same sending (AlreadySignedUp when the phone has another one)."""
    here = sa.select(signups).where(signups.c.notice_id == row["notice_id"])
    if row["once"] is not None:
        same = connection.execute(here.where(signups.c.once == row["once"])).first()
        if same is not None:
            return same
    active = here.where(signups.c.phone == row["phone"], signups.c.status != "cancelled")
    if connection.execute(active).first() is not None:
        raise AlreadySignedUp("这个电话已经报过名，请凭回执号查看或取消")
    return None


def counts(connection: Connection, notice_id: str) -> tuple[int, int]:
    """Return the seats given, and how many sign-ups are in line."""
    here = signups.c.notice_id == notice_id
    seats = sa.select(sa.func.coalesce(sa.func.sum(signups.c.seats), 0)).where(here, signups.c.status == "confirmed")
    line = sa.select(sa.func.count()).where(here, signups.c.status == "waiting")
    return int(connection.execute(seats).scalar_one()), int(connection.execute(line).scalar_one())


def last_place(connection: Connection, notice_id: str) -> int:
    """Return the highest place given so far, 0 when there is none."""
    query = sa.select(sa.func.coalesce(sa.func.max(signups.c.place), 0)).where(signups.c.notice_id == notice_id)
    return int(connection.execute(query).scalar_one())


def move_up(connection: Connection, notice_id: str, capacity: int | None) -> list[Receipt]:
    """Confirm those of the line who fit now and return them."""
    taken, _ = counts(connection, notice_id)
    line = sa.select(signups.c.receipt, signups.c.seats).where(
        signups.c.notice_id == notice_id, signups.c.status == "waiting"
    )
    waiting = [(row.receipt, row.seats) for row in connection.execute(line.order_by(signups.c.place))]
    moved = moving_up(capacity, taken, waiting)
    for receipt in moved:
        set_values(connection, receipt, status="confirmed", confirmed_at=clock.now())
    return [receipt_of(connection, row_of_receipt(connection, receipt)) for receipt in moved]


def set_values(connection: Connection, receipt: str, **values: Any) -> None:
    """Change columns of one sign-up."""
    connection.execute(sa.update(signups).where(signups.c.receipt == receipt).values(**values))


def row_of_receipt(connection: Connection, receipt: str) -> Row:
    """Return the row of a receipt (UnknownReceipt)."""
    row = connection.execute(sa.select(signups).where(signups.c.receipt == receipt.strip().upper())).first()
    if row is None:
        raise UnknownReceipt("回执号和电话对不上，请核对")
    return row


def proven(connection: Connection, receipt: str, phone: str) -> Row:
    """Return the row of a receipt that goes with the phone (UnknownReceipt)."""
    row = row_of_receipt(connection, receipt)
    try:
        given = checked_address("phone", phone)
    except WebError as error:
        raise UnknownReceipt("回执号和电话对不上，请核对") from error
    if not hmac.compare_digest(row.phone.encode(), given.encode()):
        raise UnknownReceipt("回执号和电话对不上，请核对")
    return row


def receipt_of(connection: Connection, row: Row) -> Receipt:
    """Return a row as the receipt that people see."""
    ahead = 0
    if row.status == "waiting":
        before = sa.and_(
            signups.c.notice_id == row.notice_id, signups.c.status == "waiting", signups.c.place < row.place
        )
        ahead = int(connection.execute(sa.select(sa.func.count()).where(before)).scalar_one())
    return Receipt(row.receipt, row.notice_id, row.status, row.seats, ahead)
