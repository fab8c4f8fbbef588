"""Makes the list, and takes from it again: what fades, what is too old, everything once the feature is off."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import take_turns, writing
from kb.locks import Lock
from web import clock
from web.database import new_id
from web.signals.evidence import Found, Titles, gather
from web.signals.feature_switch import changed_rules, in_force
from web.signals.rules import FOCUS, WATCH, Evidence, Rules, kept, score
from web.signals.tables import cases, evidence, tallies

FRESH = {"verdict": "", "note": "", "reviewed_by": "", "reviewed_at": None}  # of a case nobody has looked at


def evaluate(engine: Engine, titles: Titles, now: dt.datetime | None = None) -> int:
    """Bring the list up to date and return how many enterprises are on it; may run in several processes.

    While the feature is off this deletes everything that was kept about enterprises.
    """
    now = now or clock.now()
    with writing(engine) as connection:
        take_turns(connection, Lock.SIGNALS)
        activation = in_force(connection)
        if activation is None:
            forget(connection, sa.true())
            return 0
        rules = changed_rules(connection)
        forget(connection, cases.c.last_at < now - dt.timedelta(days=rules.delete_after))
        found = gather(connection, rules, now, titles)
        known = {row.credit_code: row for row in connection.execute(sa.select(cases))}
        for code, one in found.items():
            _settle(connection, rules, now, code, one, known.get(code), activation.officers)
        for code, row in known.items():
            if code not in found and not row.verdict:
                forget(connection, cases.c.id == row.id)
        return int(connection.execute(sa.select(sa.func.count()).select_from(cases)).scalar() or 0)


def forget(connection: Connection, which: Any) -> None:
    """Delete cases with their evidence."""
    ids = sa.select(cases.c.id).where(which)
    connection.execute(sa.delete(evidence).where(evidence.c.case_id.in_(ids)))
    connection.execute(sa.delete(cases).where(which))


def level_of(lines: Sequence[Evidence], rules: Rules, now: dt.datetime) -> str:
    """Return the level of an enterprise; without a new signal for long it is one step lower."""
    level = rules.level(score(lines, rules, now))
    quiet = not lines or now - lines[0].at >= dt.timedelta(days=rules.demote_after)
    return {FOCUS: WATCH, WATCH: "", "": ""}[level] if quiet else level


def _settle(
    connection: Connection,
    rules: Rules,
    now: dt.datetime,
    code: str,
    found: Found,
    row: Row | None,
    officers: Sequence[str],
) -> None:
    lines = kept(found.evidence, rules, now)
    level = level_of(lines, rules, now)
    if not level:
        if row is not None and not row.verdict:
            forget(connection, cases.c.id == row.id)
        return
    if row is not None and row.verdict and lines[0].at <= row.reviewed_at:
        return  # a person has judged all of this
    if row is None or row.verdict:
        count(connection, now, found.industry, found.ownership, "opened")
    names = {"enterprise": found.name, "industry": found.industry, "ownership": found.ownership}
    shown = {**names, "level": level, "last_at": lines[0].at, "officer": _officer(code, officers), **FRESH}
    if row is None:
        case_id = new_id()
        connection.execute(sa.insert(cases), {"id": case_id, "credit_code": code, "opened_at": now, **shown})
        _keep_evidence(connection, case_id, lines)
    else:
        connection.execute(sa.update(cases).where(cases.c.id == row.id).values(**shown))
        _keep_evidence(connection, row.id, lines)


def _keep_evidence(connection: Connection, case_id: str, lines: Sequence[Evidence]) -> None:
    connection.execute(sa.delete(evidence).where(evidence.c.case_id == case_id))
    rows = [{"case_id": case_id, "signal": e.signal, "at": e.at, "place": e.place, "line": e.line} for e in lines]
    connection.execute(sa.insert(evidence), rows)


def count(connection: Connection, now: dt.datetime, industry: str, ownership: str, column: str) -> None:
    """Add one to a number of the quarter."""
    day = now + dt.timedelta(hours=8)
    key = {"quarter": f"{day.year}Q{(day.month + 2) // 3}", "industry": industry, "ownership": ownership}
    mine = sa.and_(*(tallies.c[name] == value for name, value in key.items()))
    if not connection.execute(sa.update(tallies).where(mine).values({column: tallies.c[column] + 1})).rowcount:
        zero = {"opened": 0, "reviewed": 0, "false_alarms": 0}
        connection.execute(sa.insert(tallies), {**key, **zero, column: 1})


def _officer(code: str, officers: Sequence[str]) -> str:
    """Return the officer of an enterprise: always the same one, as long as the officers are the same."""
    return officers[int(hashlib.sha256(code.encode()).hexdigest(), 16) % len(officers)]
