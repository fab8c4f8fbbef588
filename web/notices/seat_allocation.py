"""Who gets a seat: pure arithmetic. First come, first served; nobody on the waiting list is overtaken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Status = Literal["confirmed", "waiting", "cancelled"]
STATUSES: dict[Status, str] = {"confirmed": "报名成功", "waiting": "候补", "cancelled": "已取消"}


def status_of_new(capacity: int | None, taken: int, waiting: int, seats: int) -> Status:
    """Return how somebody who wants `seats` comes in, with `taken` seats given and `waiting` people in line."""
    if capacity is None:
        return "confirmed"
    return "confirmed" if not waiting and taken + seats <= capacity else "waiting"


def moving_up(capacity: int | None, taken: int, line: Sequence[tuple[str, int]]) -> list[str]:
    """Return who moves up of the (receipt, seats) in line: from the front, as long as the next one fits."""
    moved = []
    for receipt, seats in line:
        if capacity is not None and taken + seats > capacity:
            break
        taken += seats
        moved.append(receipt)
    return moved
