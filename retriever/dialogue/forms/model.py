"""What a form is: its fields, how each is asked and read, and how far a conversation has come with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.workdays import Calendar
from retriever.dialogue.commands import Command

Values = dict[str, Any]


class BadValue(ValueError):
    """A message does not answer the field; the message is a sentence that helps."""


@dataclass(frozen=True)
class Asked:
    """What a field reads a message with: the day of the turn, what was answered so far, and the working days."""

    today: dt.date
    values: Mapping[str, Any]
    calendar: Calendar = field(default_factory=Calendar)


Reader = Callable[[str, Asked], Any]


@dataclass(frozen=True)
class Field:
    """One thing to ask. `read` returns the value or raises BadValue; `show` writes it for the summary.

    `words` are what people call it when they correct it. A `free` field takes any sentence, so only a clear question
    interrupts it; a `telling` one is known by its value alone (a phone number). `needed` says from earlier answers
    whether it is asked at all. `sure` reads it from words that were said before it was asked for, and takes nothing
    that may be meant otherwise; without one, a field waits for its question.
    """

    name: str
    title: str
    question: str
    read: Reader
    words: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    optional: bool = False
    free: bool = False
    telling: bool = False
    sure: Reader | None = None
    show: Callable[[Any], str] = str
    needed: Callable[[Mapping[str, Any]], bool] = field(default=lambda values: True)


@dataclass(frozen=True)
class Form:
    """Fields in the order they are asked, and the command that carries the result."""

    name: str
    title: str
    command: str
    fields: tuple[Field, ...]
    done: str
    confirmed: bool = True

    def asked_for(self, values: Mapping[str, Any]) -> tuple[Field, ...]:
        """Return the fields that are asked, given what was answered so far."""
        return tuple(item for item in self.fields if item.needed(values))

    def field(self, name: str) -> Field:
        """Return one field by its name (KeyError when there is none)."""
        return {item.name: item for item in self.fields}[name]


CONFIRM = "confirm"
CHANGE = "change"


@dataclass(frozen=True)
class State:
    """How far a conversation has come: the form, the answers, what is being asked, and whether it rests.

    `serial` counts the forms of a conversation, so that one sent twice can be told from two.
    """

    form: str = ""
    values: Values = field(default_factory=dict)
    asking: str = ""
    serial: int = 0
    resting: bool = False

    @property
    def open(self) -> bool:
        """True while a form is being filled in."""
        return bool(self.form)

    @classmethod
    def of(cls, slot: Mapping[str, Any] | None) -> State:
        """Return the state kept in a slot; an empty slot is a closed form."""
        return cls(**slot) if slot else cls()

    def slot(self) -> dict[str, Any]:
        """Return the state as JSON."""
        return {
            "form": self.form,
            "values": self.values,
            "asking": self.asking,
            "serial": self.serial,
            "resting": self.resting,
        }


@dataclass(frozen=True)
class Step:
    """What one message did to a form: the state after it, and what to say; `text` is empty when it was not for it."""

    state: State
    text: str = ""
    suggestions: tuple[str, ...] = ()
    command: Command | None = None

    @property
    def taken(self) -> bool:
        """True when the form took the message."""
        return bool(self.text)
