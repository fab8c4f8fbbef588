"""Numbers that a person can read out on the phone: the day, and a part that nobody can count up."""

from __future__ import annotations

import datetime as dt
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 O 1 I, which sound or look alike
RANDOM_LENGTH = 6
TICKET, BOOKING, REQUEST, SIGN_UP = "SQ", "DB", "QX", "BM"


def new_number(day: dt.date, prefix: str = TICKET, length: int = RANDOM_LENGTH) -> str:
    """Return a number such as SQ20261122-7F3K9Q; whether it is free, the database decides."""
    return f"{prefix}{day:%Y%m%d}-" + "".join(secrets.choice(ALPHABET) for _ in range(length))


def normal(number: str) -> str:
    """Return a number as it is kept, whatever case, width or blanks a person typed."""
    return "".join(number.split()).upper()
