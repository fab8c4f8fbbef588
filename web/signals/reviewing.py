"""What the named officer sees and decides; every look is a row of the audit log."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.profiles.tables import profiles
from web.signals.errors import BadReview, SignalsOff, UnknownCase
from web.signals.evaluating import count, forget
from web.signals.feature_switch import in_force
from web.signals.groups import industry, ownership
from web.signals.tables import cases, evidence, spared, tallies
from web.tickets.tables import tickets

FALSE_ALARM = "false_alarm"
VERDICTS = {"solve": "先办结未决诉求", "visit": "建议走访服务", FALSE_ALARM: "误报"}
LEAST_NOTE, MOST_NOTE = 4, 1000
NUMBERS = ("opened", "reviewed", "false_alarms")


@dataclass(frozen=True)
class Opened:
    """A case as its officer sees it: the row, its evidence, and the enterprise's appeals that are still open."""

    case: Row
    evidence: list[tuple[dt.datetime, str]]
    pending: list[Row]


@dataclass(frozen=True)
class Share:
    """Numbers without names of one group: listed, reviewed, false alarms, and enterprises registered today."""

    group: str
    opened: int
    reviewed: int
    false_alarms: int
    registered: int


class Desk:
    """The list of the named officers."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def mine(self, officer: str) -> list[Row]:
        """Return the officer's own list, what is to be reviewed first (SignalsOff); the look is logged."""
        order = (cases.c.verdict != "", cases.c.level, cases.c.last_at.desc())
        with writing(self._engine) as connection:
            _on(connection)
            audit.record(connection, officer, "signals.list", "signals")
            return list(connection.execute(sa.select(cases).where(cases.c.officer == officer).order_by(*order)))

    def open(self, officer: str, case_id: str) -> Opened:
        """Return one of the officer's cases (SignalsOff, UnknownCase); the look is logged."""
        with writing(self._engine) as connection:
            case = _own(connection, officer, case_id)
            audit.record(connection, officer, "signals.open", f"signals:{case.enterprise}")
            lines = sa.select(evidence.c.at, evidence.c.line).where(evidence.c.case_id == case_id).distinct()
            told = connection.execute(lines.order_by(evidence.c.at.desc(), evidence.c.line)).all()
            pending = sa.select(tickets.c.number, tickets.c.title, tickets.c.state, tickets.c.due_at)
            pending = pending.where(tickets.c.credit_code == case.credit_code, tickets.c.is_open)
            found = list(connection.execute(pending.order_by(tickets.c.registered_at)))
            return Opened(case, [(row.at, row.line) for row in told], found)

    def review(self, officer: str, case_id: str, verdict: str, note: str) -> None:
        """Keep what a person decided (SignalsOff, UnknownCase, BadReview). Nothing else happens by itself."""
        note = note.strip()
        if verdict not in VERDICTS:
            raise BadReview("请选一个结论")
        if not LEAST_NOTE <= len(note) <= MOST_NOTE:
            raise BadReview(f"请写明理由，{LEAST_NOTE} 到 {MOST_NOTE} 个字")
        with writing(self._engine) as connection:
            case = _own(connection, officer, case_id)
            if case.verdict:
                raise BadReview("这一条已经审过；有新的信号时会再次出现")
            moment = clock.now()
            values = {"verdict": verdict, "note": note, "reviewed_by": officer, "reviewed_at": moment}
            connection.execute(sa.update(cases).where(cases.c.id == case_id).values(**values))
            for column in ("reviewed", *(("false_alarms",) if verdict == FALSE_ALARM else ())):
                count(connection, moment, case.industry, case.ownership, column)
            after = {"verdict": VERDICTS[verdict], "note": note}
            audit.record(connection, officer, "signals.review", f"signals:{case.enterprise}", None, after)

    def spare(self, officer: str, case_id: str) -> None:
        """Leave an enterprise alone that asked for it (SignalsOff, UnknownCase): its case goes, no other comes."""
        with writing(self._engine) as connection:
            case = _own(connection, officer, case_id)
            connection.execute(sa.insert(spared), {"credit_code": case.credit_code, "by": officer, "at": clock.now()})
            forget(connection, cases.c.id == case_id)
            audit.record(connection, officer, "signals.spare", f"signals:{case.enterprise}")

    def report(self) -> tuple[list[Share], list[Share]]:
        """Return the numbers of the last year by industry and by ownership; no enterprise is in them."""
        year = (clock.now() + dt.timedelta(hours=8)).year - 1
        with reading(self._engine) as connection:
            rows = list(connection.execute(sa.select(tallies).where(tallies.c.quarter >= f"{year}Q1")))
            data = list(connection.execute(sa.select(profiles.c.data)).scalars())
        groups = (("industry", industry), ("ownership", ownership))
        by_industry, by_ownership = (
            _shares([(getattr(row, name), row) for row in rows], [group(one) for one in data]) for name, group in groups
        )
        return by_industry, by_ownership


def _shares(rows: list[tuple[str, Row]], registered: list[str]) -> list[Share]:
    found = []
    for group in sorted({*(name for name, _ in rows), *registered}):
        mine = [row for name, row in rows if name == group]
        opened, reviewed, wrong = (sum(getattr(row, name) for row in mine) for name in NUMBERS)
        found.append(Share(group, opened, reviewed, wrong, registered.count(group)))
    return found


def _on(connection: Connection) -> None:
    if in_force(connection) is None:
        raise SignalsOff("服务关注提示没有启用")


def _own(connection: Connection, officer: str, case_id: str) -> Row:
    _on(connection)
    mine = sa.select(cases).where(cases.c.id == case_id, cases.c.officer == officer)
    found: Row | None = connection.execute(mine).first()
    if found is None:
        raise UnknownCase("没有这一条，或它不归您负责")
    return found
