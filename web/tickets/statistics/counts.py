"""Statistics from the rows that never change: registrations, replies, grades, slips, and what was closed how."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.database import reading
from web.clock import CHINA
from web.tickets.lifecycle.codes import CHANNELS, KINDS
from web.tickets.service import Tickets
from web.tickets.statistics.figures import Figures, Group, Period, Report, share
from web.tickets.tables import events, ratings, slips, tickets

REPLIES = ("reply", "answer")
DIMENSIONS = ("category", "department", "district", "kind", "channel")
Cube = Counter[tuple[str, ...]]  # (measure, *values of DIMENSIONS) -> count


class Statistics:
    """Counts the appeals of one database."""

    def __init__(self, service: Tickets) -> None:
        """Read through the service's database; its policy names the categories."""
        self._tickets = service

    def report(self, period: Period) -> Report:
        """Return the figures of a period with those of the period before and of the year before."""
        with reading(self._tickets.engine) as connection:
            cube = _cube(connection, period)
            before = _registered(connection, period.before)
            year_before = _registered(connection, period.year_before)
            daily = _daily(connection, period)
        tables = {name: self._groups(name, cube, before, year_before) for name in DIMENSIONS}
        return Report(
            period,
            _total(cube, before, year_before),
            by_category=tables["category"],
            by_department=tables["department"],
            by_district=tables["district"],
            by_kind=tables["kind"],
            by_channel=tables["channel"],
            daily=daily,
        )

    def monthly(self, year: int, month: int) -> Report:
        """Return the report of one month."""
        return self.report(Period.month(year, month))

    def _groups(self, dimension: str, cube: Cube, before: Cube, year_before: Cube) -> tuple[Group, ...]:
        place = DIMENSIONS.index(dimension) + 1
        code = self._tickets.policy.categories.top if dimension == "category" else str
        parts = [_by(one, place, code) for one in (cube, before, year_before)]
        total = sum(n for key, n in cube.items() if key[0] == "registered")
        groups = [
            Group(
                value,
                self._name(dimension, value),
                Figures(parts[0].get(value, Counter())),
                share(parts[0].get(value, Counter())["registered"], total),
                parts[1].get(value, Counter())["registered"],
                parts[2].get(value, Counter())["registered"],
            )
            for value in {value for part in parts for value in part}
        ]
        return tuple(sorted(groups, key=lambda group: (-group.figures.registered, group.code)))

    def texts(self, period: Period) -> list[str]:
        """Return the first lines of the appeals registered in a period, for grouping them by meaning."""
        start, end = period.instants
        query = sa.select(tickets.c.title).where(tickets.c.registered_at >= start, tickets.c.registered_at < end)
        with reading(self._tickets.engine) as connection:
            return list(connection.execute(query).scalars())

    def _name(self, dimension: str, value: str) -> str:
        if dimension == "category":
            return self._tickets.policy.categories.name(value)
        return {**KINDS, **CHANNELS}.get(value, value) or "未填"


def _by(cube: Cube, place: int, code: Callable[[str], str]) -> dict[str, Counter[str]]:
    parts: dict[str, Counter[str]] = {}
    for key, count in cube.items():
        parts.setdefault(code(key[place]), Counter())[key[0]] += count
    return parts


def _total(cube: Cube, before: Cube, year_before: Cube) -> Group:
    counts: Counter[str] = Counter()
    for key, count in cube.items():
        counts[key[0]] += count
    return Group("", "合计", Figures(counts), 1.0, sum(before.values()), sum(year_before.values()))


def _cube(connection: Connection, period: Period) -> Cube:
    start, end = period.instants
    closed = (tickets.c.state == "closed", tickets.c.closed_at >= start, tickets.c.closed_at < end)
    said = sa.case((tickets.c.resolved == "", "unsaid"), else_=tickets.c.resolved)
    cube = _registered(connection, period)
    cube += _count(connection, "resolved_", said, tickets, *closed)
    cube += _count(connection, "", sa.literal("after_appeal"), tickets, *closed, tickets.c.after_appeal)
    replied = (events.c.move.in_(REPLIES), events.c.at >= start, events.c.at < end)
    cube += _count(connection, "timely_", events.c.timely, events, *replied)
    given = (ratings.c.given_at >= start, ratings.c.given_at < end, _last_word())
    cube += _count(connection, "grade_", ratings.c.grade, ratings, *given)
    cube += _count(connection, "slip_", slips.c.colour, slips, slips.c.issued_at >= start, slips.c.issued_at < end)
    return cube


def _registered(connection: Connection, period: Period) -> Cube:
    start, end = period.instants
    within = (tickets.c.registered_at >= start, tickets.c.registered_at < end)
    return _count(connection, "", sa.literal("registered"), tickets, *within)


def _last_word() -> Any:
    """Of a reply graded by the requester and on a revisit, the requester's own grade counts."""
    own = ratings.alias()
    both = (own.c.number == ratings.c.number, own.c.round == ratings.c.round, own.c.source == "requester")
    return sa.or_(ratings.c.source == "requester", ~sa.exists().where(*both))


def _count(connection: Connection, prefix: str, measure: Any, table: sa.Table, *where: Any) -> Cube:
    # The department is the one that acted then; the rest is the ticket's.
    columns = [table.c.department if name == "department" else tickets.c[name] for name in DIMENSIONS]
    source = table if table is tickets else table.join(tickets, tickets.c.number == table.c.number)
    query = sa.select(measure.label("measure"), *columns, sa.func.count()).select_from(source).where(*where)
    rows = connection.execute(query.group_by(sa.text("measure"), *columns)).all()
    return Counter({(f"{prefix}{row[0]}", *row[1:-1]): int(row[-1]) for row in rows})


def _daily(connection: Connection, period: Period) -> tuple[tuple[dt.date, int], ...]:
    start, end = period.instants
    query = sa.select(tickets.c.registered_at).where(tickets.c.registered_at >= start, tickets.c.registered_at < end)
    shift = CHINA.utcoffset(None)
    counts = Counter((moment + shift).date() for moment in connection.execute(query).scalars())
    days = (period.end - period.start).days
    return tuple((day, counts[day]) for day in (period.start + dt.timedelta(days=n) for n in range(days)))
