"""Who signed up for a notice, for the staff's page: phones hidden but for their ends."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading
from web.notices.seat_allocation import STATUSES
from web.notices.tables import signups

ENDS = 4


@dataclass(frozen=True)
class Line:
    """One sign-up; `attended` is None until somebody has said so."""

    receipt: str
    enterprise: str
    contact: str
    phone: str
    seats: int
    status: str
    attended: bool | None


def roll(engine: Engine, notice_id: str) -> list[Line]:
    """Return the sign-ups of a notice that were not cancelled: those with a seat first."""
    query = sa.select(signups).where(signups.c.notice_id == notice_id, signups.c.status != "cancelled")
    with reading(engine) as connection:
        rows = connection.execute(query.order_by(signups.c.status, signups.c.place)).all()
    return [
        Line(
            row.receipt,
            row.enterprise,
            row.contact,
            f"…{row.phone[-ENDS:]}",
            row.seats,
            STATUSES[row.status],
            row.attended,
        )
        for row in rows
    ]
