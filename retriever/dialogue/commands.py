"""What a reply may ask the website to do: every command by its name, declared here and nowhere else.

A command is data in the reply; the website carries it out. `docs/dialogue.md` has the table for readers.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, validator

OPEN_FORM = "form.start"  # form: the name of the form; the turn opens it itself, the website never sees it
CREATE_TICKET = "ticket.create"  # values of the appeal's form
QUERY_PROGRESS = "progress.query"  # values: number
SAVE_RATING = "rating.save"  # values: subject, stars, reasons, comment
BOOK_AGENT = "agent.book"  # values: item, day, where, contact
SAVE_PROFILE = "profile.save"  # profile: what is new; told, count: the matches
SHOW_PROFILE = "profile.show"  # told, count: the matches
SAVE_SUBSCRIPTION = "subscription.save"  # values: topic, contact
LIST_NOTICES = "list.notices"  # forms: kinds of notices, empty for all
LIST_PLACES = "list.places"  # near, open, district
LIST_PROPERTY = "list.property"  # property
REQUEST_PERSON = "handoff.request"  # reason
OFFER_PERSON = "handoff.offer"  # reason
EMERGENCY = "emergency.shown"  # kind; the numbers to call are the whole answer

INSIDE = frozenset({OPEN_FORM})  # carried out by the turn
LISTS = frozenset({LIST_NOTICES, LIST_PLACES, LIST_PROPERTY})  # the website fills the list in
SHOWN = frozenset({EMERGENCY})  # nothing is left to do, and a number to wait for would mislead
REQUESTS = frozenset({REQUEST_PERSON, OFFER_PERSON})  # kept under a number for the people of the desk
SERVED = frozenset(
    {
        CREATE_TICKET,
        QUERY_PROGRESS,
        SAVE_RATING,
        BOOK_AGENT,
        SAVE_PROFILE,
        SHOW_PROFILE,
        SAVE_SUBSCRIPTION,
    }
)  # each carried out by one service; what it cannot place is kept as a request
NAMES = INSIDE | LISTS | SHOWN | REQUESTS | SERVED


class Command(BaseModel):
    """Something to do for the person: its name, one of NAMES (ValueError), and what it needs, as JSON."""

    name: str
    args: dict[str, Any] = {}

    class Config:
        """Commands do not change."""

        frozen = True

    @validator("name")
    def _declared(cls, name: str) -> str:
        if name not in NAMES:
            raise ValueError(f"没有叫“{name}”的命令")
        return name


def command(name: str, **args: Any) -> Command:
    """Return a command with its arguments (ValueError when none has this name)."""
    return Command(name=name, args=args)
