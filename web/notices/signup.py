"""A sign-up as values: what is asked for, what is given, whom to remind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from web import clock
from web.errors import WebError
from web.notices.errors import BadSignUp
from web.notices.seat_allocation import STATUSES, Status
from web.numbers import SIGN_UP, new_number
from web.profiles.contacts import checked_address
from web.text import clean

RECEIPT_LENGTH = 8
MOST_SEATS = 5


@dataclass(frozen=True)
class Wish:
    """Who wants to come. The same `once` (the id of a turn, of a form) is the same sign-up, however often sent."""

    enterprise: str
    contact: str
    phone: str
    seats: int = 1
    profile_id: str | None = None
    once: str | None = None


@dataclass(frozen=True)
class Receipt:
    """A sign-up. `ahead` is how many sign-ups wait before this one; 0 unless it waits itself."""

    number: str
    notice_id: str
    status: Status
    seats: int
    ahead: int = 0

    @property
    def text(self) -> str:
        """What to tell the person."""
        line = f"，前面还有 {self.ahead} 家" if self.status == "waiting" else ""
        return f"{STATUSES[self.status]}{line}；回执号 {self.number}，人数 {self.seats}"


@dataclass(frozen=True)
class Reminder:
    """Somebody to remind of a notice that is near."""

    receipt: str
    notice_id: str
    title: str
    starts_at: dt.datetime
    place: str
    contact: str
    phone: str
    profile_id: str | None


def row_of(notice_id: str, wish: Wish) -> dict[str, Any]:
    """Return the row of a new sign-up but for status and place (BadSignUp)."""
    if not 1 <= wish.seats <= MOST_SEATS:
        raise BadSignUp(f"人数要在 1 到 {MOST_SEATS} 之间", field="seats")
    try:
        texts = {
            "enterprise": clean(wish.enterprise, 200),
            "contact": clean(wish.contact, 40),
            "phone": checked_address("phone", wish.phone),
        }
    except WebError as error:
        raise BadSignUp(f"请写清企业名称、联系人和能接通的电话：{error.detail}") from error
    number = new_number(clock.today(), SIGN_UP, RECEIPT_LENGTH)
    kept = {"receipt": number, "notice_id": notice_id, "once": wish.once, "profile_id": wish.profile_id}
    return {**kept, **texts, "seats": wish.seats, "created_at": clock.now()}
