"""What somebody can do with a ticket now, for the buttons of a page, and reading the forms they send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from web.tickets.lifecycle import guards as g
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.errors import BadInput, TicketError
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.rules import INPUTS, Rule
from web.tickets.lifecycle.ticket import Actor, Ticket

# Guards that look at the ticket alone: what they forbid needs no button.
BLIND = {
    g.own_department,
    g.own_co_department,
    g.consultation,
    g.return_once,
    g.return_in_time,
    g.extension_once,
    g.before_due,
    g.extension_asked,
    g.reopen_once,
    g.appeal_once,
    g.was_unsatisfied,
    g.appeal_in_time,
    g.appeal_unused,
    g.appeal_decided,
    g.not_graded,
    g.grade_in_time,
    g.rectifying,
    g.rectified,
}
HIDDEN = {"note", "supervise"}  # always possible: they stand apart from what moves the ticket on


class Form(Protocol):
    """What a sent form offers."""

    def get(self, key: str, default: str, /) -> str:
        """Return one value."""

    def getlist(self, key: str, /) -> list[str]:
        """Return all values of a name."""


@dataclass(frozen=True)
class Button:
    """One move that somebody can make: as whom, what it is called, and what has to and may be given."""

    move: str
    label: str
    role: Role
    needs: tuple[str, ...]
    takes: tuple[str, ...]

    @property
    def fields(self) -> list[tuple[str, str, bool]]:
        """Return (name, label, needed) of every input."""
        return [(name, INPUTS[name], name in self.needs) for name in (*self.needs, *self.takes) if name != "real_name"]

    @property
    def beside(self) -> bool:
        """Whether the move stands apart from those that bring the ticket on."""
        return self.move in HIDDEN


def buttons(ticket: Ticket, actors: Sequence[Actor], now: dt.datetime, policy: Policy) -> list[Button]:
    """Return every move that one of `actors` (one person in all posts) can make now, each once."""
    found: dict[str, Button] = {}
    for actor in actors:
        for rule in LIFE.open_to(ticket.state, actor.role):
            if rule.move not in found and _possible(rule, ticket, actor, now, policy):
                found[rule.move] = Button(rule.move, rule.label, actor.role, rule.needs, rule.takes)
    order = list(LIFE.moves)
    return sorted(found.values(), key=lambda button: order.index(button.move))


def _possible(rule: Rule, ticket: Ticket, actor: Actor, now: dt.datetime, policy: Policy) -> bool:
    try:
        for guard in rule.guards:
            if guard in BLIND:
                guard(ticket, actor, {}, now, policy)
    except TicketError:
        return False
    return True


def read(form: Form, names: Sequence[str]) -> dict[str, Any]:
    """Return the inputs of a move from its form; what was left empty is not there (BadInput for no whole number)."""
    given: dict[str, Any] = {}
    for name in names:
        value = _read(form, name)
        if value not in ("", (), None):
            given[name] = value
    return given


def _read(form: Form, name: str) -> Any:
    if name == "reasons":
        return tuple(form.getlist(name))
    text = form.get(name, "").strip()
    if name == "co_departments":
        return tuple(part for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip())
    if name in ("days", "grade") and text:
        if not text.isascii() or not text.isdigit() or len(text) > 4:
            raise BadInput(f"{INPUTS[name]}要写成整数", field=name)
        return int(text)
    if name == "real_name" and text:
        return text == "yes"
    return text
