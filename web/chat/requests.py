"""What conversations ask the desk to do, each kept under a number that a person can read out on the phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import writing
from retriever.dialogue.commands import BOOK_AGENT, CREATE_TICKET, SAVE_PROFILE, SAVE_RATING, SAVE_SUBSCRIPTION
from web import clock
from web.chat.tables import requests
from web.numbers import REQUEST, new_number

NUMBER_TRIES = 5
# The desk cannot call back a masked number: what was given as a contact is kept as given.
CONTACTS = {"contact", "contact_name", "phone", "email"}
NAMES = {
    CREATE_TICKET: "诉求",
    BOOK_AGENT: "帮代办预约",
    SAVE_PROFILE: "企业信息",
    SAVE_RATING: "评价",
    SAVE_SUBSCRIPTION: "订阅",
}


@dataclass(frozen=True)
class Request:
    """One request: its number, what it is called, and how it stands."""

    number: str
    name: str
    status: str

    @property
    def title(self) -> str:
        """What a person calls it."""
        return NAMES.get(self.name, "申请")


class Requests:
    """The requests kept in the database."""

    def __init__(self, engine: Engine, mask: Callable[[str], str]) -> None:
        """Keep rows through `engine`; `mask` hides personal data in texts other than contacts."""
        self._engine, self._mask = engine, mask

    def keep(self, name: str, args: dict[str, Any], conversation_id: str, turn_id: str) -> Request:
        """Keep a request and return it; the same command of the same turn is the same request."""
        for _ in range(NUMBER_TRIES - 1):
            try:
                return self._keep(name, args, conversation_id, turn_id)
            except sa.exc.IntegrityError:  # the number is taken, or another thread was faster
                continue
        return self._keep(name, args, conversation_id, turn_id)

    def _keep(self, name: str, args: dict[str, Any], conversation_id: str, turn_id: str) -> Request:
        known = sa.select(requests).where(requests.c.turn_id == turn_id, requests.c.name == name)
        values = {
            "number": new_number(clock.today(), REQUEST),
            "name": name,
            "args": masked(args, self._mask),
            "conversation_id": conversation_id,
            "turn_id": turn_id,
            "status": "received",
            "created_at": clock.now(),
        }
        with writing(self._engine) as connection:
            row = connection.execute(known).first()
            if row:
                return Request(row.number, row.name, row.status)
            connection.execute(sa.insert(requests), values)
        return Request(str(values["number"]), name, "received")


def masked(args: dict[str, Any], mask: Callable[[str], str]) -> dict[str, Any]:
    """Return the arguments with personal data hidden in every text but the contacts."""
    return {name: value if name in CONTACTS else _masked(value, mask) for name, value in args.items()}


def _masked(value: Any, mask: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, list):
        return [_masked(item, mask) for item in value]
    return masked(value, mask) if isinstance(value, dict) else value
