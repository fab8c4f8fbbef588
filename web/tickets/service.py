"""Appeals: opening, moving and reading them. Every call is one transaction; nothing here knows of pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, writing
from web import clock
from web.numbers import new_number, normal
from web.tickets import storage
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.decide import decide, opened
from web.tickets.lifecycle.errors import IllegalMove, NumberTaken, StaleTicket
from web.tickets.lifecycle.inputs import clean_draft
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.ticket import Actor, Draft, Event, Step, Ticket
from web.tickets.tables import events, rectifications, slips, tickets

NUMBER_TRIES = 20
SYSTEM = Actor("system", Role.SYSTEM)


class Tickets:
    """The appeals of one database. Safe to share between threads."""

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        now: Callable[[], dt.datetime] = clock.now,
        draw: Callable[[dt.date], str] = new_number,
    ) -> None:
        """Keep rows through `engine` under the rules of `policy`; `now` (UTC) and `draw` are exchanged in tests."""
        self.engine, self.policy, self.now = engine, policy, now
        self._draw = draw

    def open(self, draft: Draft, actor: Actor, number: str = "") -> Ticket:
        """Register an appeal from the chat form, a page or the phone, and return it with its number and deadlines.

        With `number` (the one the chat has told already) the same turn always gives the same ticket.
        Raises BadInput; NumberTaken when the number belongs to something else.
        """
        draft = clean_draft(draft, self.policy)
        for _ in range(NUMBER_TRIES):
            wanted = normal(number) or self._draw(self._today())
            try:
                with writing(self.engine) as connection:
                    return self._open(connection, draft, actor, wanted)
            except sa.exc.IntegrityError:
                known = self._known(wanted)
                if known is None:
                    raise
                if number and draft.turn_id and known.turn_id == draft.turn_id:
                    return known
                if number:
                    raise NumberTaken(f"编号 {wanted} 已经用过", number=wanted) from None
        raise NumberTaken("今天的编号抽不出空号，请稍后再试")

    def _open(self, connection: Connection, draft: Draft, actor: Actor, number: str) -> Ticket:
        moment = self.now()
        step = opened(draft, number, actor, moment, self.policy, 1 + self._told_before(connection, draft, moment))
        storage.add(connection, step)
        return step.ticket

    def _told_before(self, connection: Connection, draft: Draft, moment: dt.datetime) -> int:
        since = moment - dt.timedelta(days=self.policy.limits.colours.repeats_within_days)
        by = [
            column == value
            for column, value in ((tickets.c.phone, draft.phone), (tickets.c.credit_code, draft.credit_code))
            if value
        ]
        if not by:
            return 0
        same = (tickets.c.category == draft.category, tickets.c.registered_at >= since)
        query = sa.select(sa.func.count()).select_from(tickets).where(sa.or_(*by), *same)
        return int(connection.execute(query).scalar_one())

    def _known(self, number: str) -> Ticket | None:
        with reading(self.engine) as connection:
            row = connection.execute(sa.select(tickets).where(tickets.c.number == number)).mappings().first()
        return storage.from_row(row) if row else None

    def _today(self) -> dt.date:
        return self.now().replace(tzinfo=dt.timezone.utc).astimezone(clock.CHINA).date()

    def get(self, number: str) -> Ticket:
        """Return one appeal (UnknownTicket)."""
        with reading(self.engine) as connection:
            return storage.read(connection, normal(number))

    def of_conversation(self, conversation_id: str) -> list[Ticket]:
        """Return the appeals of a conversation, latest first; its unguessable id proves whose they are."""
        if not conversation_id:
            return []
        query = sa.select(tickets).where(tickets.c.conversation_id == conversation_id)
        with reading(self.engine) as connection:
            rows = connection.execute(query.order_by(tickets.c.registered_at.desc(), tickets.c.number)).mappings()
            return [storage.from_row(row) for row in rows]

    def move(self, number: str, move: str, actor: Actor, *, revision: int | None = None, **given: Any) -> Ticket:
        """Make one move and return the ticket afterwards; see the table in docs/tickets.md for what each move needs.

        `revision` is the one the person saw: when the ticket has moved since, nothing changes (StaleTicket).
        Raises also UnknownTicket, UnknownMove, IllegalMove, NotAllowed, MissingInput, BadInput, UsedUp, TooLate.
        """
        with writing(self.engine) as connection:
            return self.move_within(connection, number, move, actor, revision=revision, **given)

    def move_within(
        self,
        connection: Connection,
        number: str,
        move: str,
        actor: Actor,
        *,
        revision: int | None = None,
        **given: Any,
    ) -> Ticket:
        """Make one move inside the caller's write transaction; otherwise like `move`."""
        number = normal(number)
        target = self._lock_target(connection, number, given) if move == "merge" else None
        ticket = storage.read(connection, number, lock=True)
        if revision is not None and revision != ticket.revision:
            raise StaleTicket(f"{number} 刚被别人处理过，请刷新后再试", number=number, revision=ticket.revision)
        if target is not None:
            given["into"] = target.number
        step = decide(ticket, move, actor, given, self.now(), self.policy)
        storage.advance(connection, ticket, step)
        if target is not None:
            absorbed = decide(target, "absorb", SYSTEM, {"absorbed": number}, self.now(), self.policy)
            storage.advance(connection, target, absorbed)
        return step.ticket

    def _lock_target(self, connection: Connection, number: str, given: dict[str, Any]) -> Ticket | None:
        into = normal(str(given.get("into") or ""))
        if not into or into == number:
            return None
        for one in sorted((number, into)):  # always in this order, so that two merges cannot wait for each other
            storage.read(connection, one, lock=True)
        target = storage.read(connection, into, lock=True)
        if not LIFE.states[target.state].is_open:
            raise IllegalMove(f"{into} 已经结束，不能并入", number=into)
        return target

    def history(self, number: str, *, public: bool = False) -> list[Event]:
        """Return what happened, first to last; with `public` only what the requester may read (UnknownTicket)."""
        number = normal(number)
        query = sa.select(events).where(events.c.number == number).order_by(events.c.sequence)
        with reading(self.engine) as connection:
            storage.read(connection, number)
            found = [storage.event_of(row) for row in connection.execute(query).mappings()]
        return [event for event in found if event.public] if public else found

    def slips(self, number: str) -> list[dict[str, Any]]:
        """Return the supervision slips of a ticket, first to last."""
        return self._beside(slips, number)

    def rectifications(self, number: str) -> list[dict[str, Any]]:
        """Return the rectifications of a ticket, first to last."""
        return self._beside(rectifications, number)

    def _beside(self, table: sa.Table, number: str) -> list[dict[str, Any]]:
        query = sa.select(table).where(table.c.number == normal(number)).order_by(table.c.sequence)
        with reading(self.engine) as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


def load(connection: Connection, steps: list[list[Step]]) -> None:
    """Write whole lives at once, of each ticket its steps from first to last: import of an older system, load tests."""
    last = [life[-1].ticket for life in steps]
    connection.execute(sa.insert(tickets), [storage.to_row(ticket) for ticket in last])
    connection.execute(sa.insert(events), [storage.event_row(step.event) for life in steps for step in life])
    rows: dict[str, list[dict[str, Any]]] = {}
    for life in steps:
        for number, name, row in storage.rows_beside(life):
            rows.setdefault(name, []).append({"number": number, **row})
    for name, values in rows.items():
        connection.execute(sa.insert(storage.BESIDE[name]), values)
