"""帮代办: bookings kept in the database, and commitments (容缺、承诺) with the day they fall due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.database import reading, writing
from web.database import new_id
from web.numbers import BOOKING as PREFIX
from web.numbers import new_number, normal
from web.tickets.bookings.steps import COMMITMENTS, Booking, BookingStep, advance
from web.tickets.bookings.tables import booking_events, bookings, commitments
from web.tickets.lifecycle.errors import BadInput, NumberTaken, StaleTicket, UnknownBooking
from web.tickets.lifecycle.inputs import SHORT_TEXT_CHARACTERS, clean, digits, plain
from web.tickets.lifecycle.ticket import Actor
from web.tickets.lifecycle.time_limits import Limit
from web.tickets.ownership_proof import Proof
from web.tickets.service import NUMBER_TRIES, Tickets

ACCEPT = Limit(1, "working_days")
MOST_STEPS = 50


@dataclass(frozen=True)
class Commitment:
    """Something an enterprise hands in later (lack, 容缺) or promised (promise, 承诺), and by when."""

    id: str
    number: str
    kind: str
    what: str
    due_on: dt.date
    made_by: str
    made_at: dt.datetime
    kept_at: dt.datetime | None
    kept_by: str


class Bookings:
    """The agent bookings of one database, under the same policy and clock as the appeals."""

    def __init__(self, service: Tickets) -> None:
        """Use the service's engine, policy and clock."""
        self._tickets, self._proof = service, Proof(service)

    def book(self, title: str, steps: Sequence[str], actor: Actor, *, number: str = "", **about: str) -> Booking:
        """Book an agent for a guide or a package with the names of its `steps`; `about` are further fields of Booking.

        Raises BadInput; NumberTaken when the given number is in use.
        """
        booking = self._new(title, steps, about)
        for _ in range(NUMBER_TRIES):
            wanted = normal(number) or new_number(self._tickets.now().date(), PREFIX)
            booking = replace(booking, number=wanted)
            try:
                with writing(self._tickets.engine) as connection:
                    connection.execute(sa.insert(bookings), _row(booking))
                    _log(connection, booking, "book", "", actor, {})
                return booking
            except sa.exc.IntegrityError:
                if number:
                    raise NumberTaken(f"编号 {wanted} 已经用过", number=wanted) from None
        raise NumberTaken("今天的编号抽不出空号，请稍后再试")

    def _new(self, title: str, steps: Sequence[str], about: Mapping[str, str]) -> Booking:
        texts: dict[str, Any] = {name: plain(name, value, SHORT_TEXT_CHARACTERS) for name, value in about.items()}
        allowed = {"entry_id", "enterprise", "credit_code", "contact_name", "phone", "wish", "conversation_id"}
        names = list(dict.fromkeys(plain("step", step, SHORT_TEXT_CHARACTERS) for step in steps))
        if set(texts) - allowed or not title.strip() or len(names) > MOST_STEPS:
            raise BadInput("预约要有事项名称，步骤最多 50 个", field="title")
        texts["phone"] = digits(texts.get("phone", ""))
        now = self._tickets.now()
        return Booking(
            number="",
            title=plain("title", title, SHORT_TEXT_CHARACTERS),
            booked_at=now,
            steps=tuple(BookingStep(name) for name in names),
            accept_due_at=self._tickets.policy.after(now, ACCEPT),
            **texts,
        )

    def get(self, number: str) -> Booking:
        """Return one booking (UnknownBooking)."""
        with reading(self._tickets.engine) as connection:
            return _read(connection, normal(number))

    def check(self, number: str, phone: str, place: str) -> Booking:
        """Return the booking that was made with this phone; `place` and the errors are those of `Proof.check`."""
        number = normal(number)[:32]
        with reading(self._tickets.engine) as connection:
            kept = connection.execute(sa.select(bookings.c.phone).where(bookings.c.number == number)).scalar()
        self._proof.check(number, kept or "", phone, place)
        return self.get(number)

    def move(self, number: str, move: str, actor: Actor, **given: Any) -> Booking:
        """Make one move of a booking: accept, tick, say, finish, rate and so on; the errors of `Tickets.move`."""
        now = self._tickets.now()
        given = clean(given, self._tickets.policy)
        with writing(self._tickets.engine) as connection:
            before = _read(connection, normal(number), lock=True)
            after = advance(before, move, actor, given, now)
            _log(connection, after, move, before.state, actor, given, now)
            same = (bookings.c.number == before.number, bookings.c.revision == before.revision)
            if connection.execute(sa.update(bookings).where(*same).values(_row(after))).rowcount != 1:
                raise StaleTicket(f"{before.number} 刚被别人处理过，请刷新后再试")
        return after

    def history(self, number: str) -> list[dict[str, Any]]:
        """Return what happened to a booking, messages among it, first to last."""
        query = sa.select(booking_events).where(booking_events.c.number == normal(number))
        with reading(self._tickets.engine) as connection:
            return [dict(row) for row in connection.execute(query.order_by(booking_events.c.sequence)).mappings()]

    def find(
        self, *, states: Collection[str] = (), agent: str = "", conversation_id: str = "", limit: int = 100
    ) -> list[Booking]:
        """Return bookings, earliest first, of some states, of an agent, or of a conversation."""
        query = sa.select(bookings)
        query = query.where(bookings.c.state.in_(list(states))) if states else query
        query = query.where(bookings.c.agent == agent) if agent else query
        query = query.where(bookings.c.conversation_id == conversation_id) if conversation_id else query
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(bookings.c.booked_at, bookings.c.number).limit(limit)).mappings()
            return [_booking(row) for row in rows]

    def commit(self, number: str, kind: str, what: str, due_on: dt.date, actor: Actor) -> Commitment:
        """Note down a commitment of kind lack (容缺) or promise (承诺) with its day (BadInput, UnknownBooking)."""
        if kind not in COMMITMENTS or not what.strip():
            raise BadInput("请写明容缺或承诺，以及内容", field="kind")
        made = self._tickets.now()
        commitment = Commitment(
            new_id(), normal(number), kind, plain("text", what, 500), due_on, actor.id, made, None, ""
        )
        with writing(self._tickets.engine) as connection:
            _read(connection, commitment.number)
            connection.execute(sa.insert(commitments), asdict(commitment))
        return commitment

    def keep(self, commitment_id: str, actor: Actor) -> Commitment:
        """Note that a commitment was kept (BadInput when there is none, or it was kept before)."""
        values = {"kept_at": self._tickets.now(), "kept_by": actor.id}
        mine = commitments.c.id == commitment_id
        with writing(self._tickets.engine) as connection:
            done = connection.execute(
                sa.update(commitments).where(mine, commitments.c.kept_at.is_(None)).values(values)
            )
            row = connection.execute(sa.select(commitments).where(mine)).mappings().first()
        if row is None or done.rowcount != 1:
            raise BadInput("没有这项承诺，或已经履行", field="commitment")
        return Commitment(**row)

    def due(self, until: dt.date) -> list[Commitment]:
        """Return commitments not kept yet whose day is `until` or earlier, earliest first."""
        query = sa.select(commitments).where(commitments.c.kept_at.is_(None), commitments.c.due_on <= until)
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(commitments.c.due_on, commitments.c.id)).mappings()
            return [Commitment(**row) for row in rows]

    def commitments(self, number: str) -> list[Commitment]:
        """Return the commitments of a booking, earliest day first."""
        query = sa.select(commitments).where(commitments.c.number == normal(number))
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(commitments.c.due_on, commitments.c.id)).mappings()
            return [Commitment(**row) for row in rows]


def _read(connection: Connection, number: str, *, lock: bool = False) -> Booking:
    query = sa.select(bookings).where(bookings.c.number == number)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise UnknownBooking(f"没有编号为 {number} 的预约", number=number)
    return _booking(row)


def _booking(row: Mapping[str, Any]) -> Booking:
    values = {item.name: row[item.name] for item in fields(Booking)}
    steps = tuple(BookingStep(**step) for step in row["steps"])
    return Booking(**{**values, "steps": steps, "reasons": tuple(row["reasons"])})


def _row(booking: Booking) -> dict[str, Any]:
    values = asdict(booking)
    return {**values, "steps": list(values["steps"]), "reasons": list(booking.reasons)}


def _log(
    connection: Connection,
    booking: Booking,
    move: str,
    source: str,
    actor: Actor,
    given: Mapping[str, Any],
    at: dt.datetime | None = None,
) -> None:
    text = next((str(given[name]) for name in ("text", "reason", "comment") if given.get(name)), "")
    row = {
        "number": booking.number,
        "sequence": booking.revision,
        "at": at or booking.booked_at,
        "actor": actor.id,
        "role": actor.role.value,
        "move": move,
        "from_state": source,
        "to_state": booking.state,
        "text": text,
        "details": {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()},
    }
    connection.execute(sa.insert(booking_events), row)
