"""Pages of people without an account: what they have shown to be theirs, for two hours in one browser."""

from __future__ import annotations

import time

from flask import Response, session

from web.numbers import normal
from web.pages.form import Form, written

KEPT_AS = "appeals"
HOURS = 2
MOST_NUMBERS_PROVEN = 20


class OwnerForm(Form):
    """Number and phone: whose they are is let in."""

    number: str = written("编号", 64)
    phone: str = written("电话", 40)


def private(response: Response) -> Response:
    """Keep a page out of caches and its address out of other sites."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def prove(number: str) -> None:
    """Note in the session that whoever uses this browser has shown whose number this is."""
    kept = [one for one in session.get(KEPT_AS, []) if one[0] != number][-(MOST_NUMBERS_PROVEN - 1) :]
    session[KEPT_AS] = [*kept, [number, int(time.time()) + HOURS * 3600]]


def proven(number: str) -> bool:
    """Say whether it was shown in this browser, not too long ago."""
    return any(one == normal(number) and until > time.time() for one, until in session.get(KEPT_AS, []))
