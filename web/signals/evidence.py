"""Evidence from what is kept anyway: questions of enterprises that named themselves, their appeals, their ratings.

Anonymous conversations and appeals without a name are never read, nor is what was asked: only which entry answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from web.chat.tables import turns
from web.profiles.tables import links, profiles
from web.signals.groups import UNKNOWN, industry, ownership
from web.signals.rules import Evidence, Rule, Rules
from web.signals.tables import spared
from web.tickets.tables import ratings, tickets

CHINA = dt.timedelta(hours=8)
OFTEN, RETURNS = 3, 2
Titles = Callable[[list[str]], Mapping[str, str]]


@dataclass
class Found:
    """What was found about one enterprise."""

    name: str = ""
    industry: str = UNKNOWN
    ownership: str = UNKNOWN
    evidence: list[Evidence] = field(default_factory=list)


def gather(connection: Connection, rules: Rules, now: dt.datetime, titles: Titles) -> dict[str, Found]:
    """Return what there is by credit code, of enterprises that did not ask to be left alone."""
    found: dict[str, Found] = {}
    active = [rule for rule in rules.signals if rule.enabled]
    for code, name, one in (*_asked(connection, active, now, titles), *_told(connection, active, now)):
        mine = found.setdefault(code, Found())
        mine.name = mine.name or name
        mine.evidence.append(one)
    for code in connection.execute(sa.select(spared.c.credit_code)).scalars():
        found.pop(code, None)
    _stand(connection, found)
    return found


def _asked(
    connection: Connection, rules: list[Rule], now: dt.datetime, titles: Titles
) -> Iterator[tuple[str, str, Evidence]]:
    """Yield one line a signal, entry and day, however often it was asked on that day."""
    mine = [rule for rule in rules if rule.source == "questions"]
    wanted = sorted({name for rule in mine for name in rule.entries})
    known, since = titles(wanted), _since(mine, now)
    joined = turns.join(links, links.c.conversation_id == turns.c.conversation_id)
    joined = joined.join(profiles, profiles.c.id == links.c.profile_id)
    columns = (profiles.c.code, profiles.c.name, turns.c.entry_id, turns.c.asked_at)
    query = sa.select(*columns).select_from(joined).where(profiles.c.code.is_not(None))
    query = query.where(turns.c.entry_id.in_(wanted), turns.c.asked_at > since).order_by(turns.c.asked_at)
    rows = {(row.code, row.entry_id, (row.asked_at + CHINA).date()): row for row in connection.execute(query)}
    for row in rows.values():
        for rule in mine:
            if row.entry_id in rule.entries:
                line = f"咨询“{known.get(row.entry_id, row.entry_id)}”"
                yield row.code, row.name, Evidence(rule.name, row.asked_at, f"entry:{row.entry_id}", line)


def _told(connection: Connection, rules: list[Rule], now: dt.datetime) -> Iterator[tuple[str, str, Evidence]]:
    named = sa.and_(tickets.c.credit_code != "", tickets.c.real_name)
    mine = [rule for rule in rules if rule.source == "tickets"]
    recent = sa.or_(tickets.c.registered_at > _since(mine, now), tickets.c.is_open)
    for row in connection.execute(sa.select(tickets).where(named, recent)):
        for rule in mine:
            at = _tested(rule, row, now)
            if at is not None:
                line = f"诉求 {row.number}：{rule.label}"
                yield row.credit_code, row.enterprise, Evidence(rule.name, at, f"ticket:{row.number}", line)
    graded = [rule for rule in rules if rule.source == "ratings"]
    columns = (ratings, tickets.c.credit_code, tickets.c.enterprise)
    query = sa.select(*columns).select_from(ratings.join(tickets, tickets.c.number == ratings.c.number))
    query = query.where(named, ratings.c.real_name, ratings.c.given_at > _since(graded, now))
    for row in connection.execute(query):
        for rule in graded:
            if row.grade in rule.grades and (rule.weight > 0 or row.resolved == "yes"):
                line = f"诉求 {row.number}：评价 {row.grade} 星"
                yield row.credit_code, row.enterprise, Evidence(rule.name, row.given_at, f"ticket:{row.number}", line)


def _tested(rule: Rule, row: Row, now: dt.datetime) -> dt.datetime | None:
    """Return when an appeal showed what the rule looks for, None when it does not."""
    within = any(row.category == name or row.category.startswith(f"{name}.") for name in rule.categories)
    found: dict[str, tuple[bool, dt.datetime | None]] = {
        "repeated": (row.repeats >= OFTEN, row.repeated_at),
        "overdue": (row.is_open and row.due_at is not None and row.due_at < now, row.due_at),
        "returned": (row.returns >= RETURNS, row.stage_started_at),
        "after_appeal": (row.after_appeal, row.unsatisfied_at),
        "complaint": (row.kind == "complaint" and within, row.registered_at),
        "unresolved": (row.resolved == "no" and within, row.replied_at),
    }
    shown, at = found[rule.test]
    return (at or row.registered_at) if shown else None


def _since(rules: list[Rule], now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=max((rule.days for rule in rules), default=0))


def _stand(connection: Connection, found: dict[str, Found]) -> None:
    query = sa.select(profiles.c.code, profiles.c.name, profiles.c.data).where(profiles.c.code.in_(list(found)))
    for row in connection.execute(query):
        one = found[row.code]
        one.name, one.industry, one.ownership = row.name, industry(row.data), ownership(row.data)
