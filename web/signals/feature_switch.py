"""Whether the feature is on, who answers for that, and what an admin changed of the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading, writing
from web import clock
from web.accounts import audit
from web.signals.errors import BadActivation
from web.signals.rules import Rules, declared
from web.signals.tables import activations, changes

LONGEST_TERM = dt.timedelta(days=366)
HEAVIEST, MOST_DAYS = 10.0, 730


@dataclass(frozen=True)
class Activation:
    """One time that the feature was on; it ends by itself after `expires_on`."""

    id: int
    document: str
    assessed_by: str
    assessed_on: dt.date
    scope: str
    expires_on: dt.date
    officers: tuple[str, ...]
    on_by: str
    on_at: dt.datetime
    off_by: str
    off_at: dt.datetime | None


class Switch:
    """The switch, kept in the database."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def current(self) -> Activation | None:
        """Return what is in force today, None while the feature is off."""
        with reading(self._engine) as connection:
            return in_force(connection)

    def history(self) -> list[Activation]:
        """Return every time that it was on, the latest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(activations).order_by(activations.c.id.desc()))
            return [_activation(row) for row in rows]

    def turn_on(self, actor: str, form: Mapping[str, str], officers: Collection[str], known: Collection[str]) -> None:
        """Turn the feature on with the record of its impact assessment (BadActivation).

        `officers` are the account names of those who will see the list, each one of `known`.
        """
        row = _filled(form, officers, known)
        with writing(self._engine) as connection:
            if in_force(connection):
                raise BadActivation("已经启用；要换评估记录，请先停用")
            by = {"on_by": actor, "on_at": clock.now(), "off_by": "", "off_at": None}
            connection.execute(sa.insert(activations), {**row, **by})
            audit.record(connection, actor, "signals.on", "signals", None, row)

    def turn_off(self, actor: str) -> None:
        """Turn the feature off; what it kept about enterprises goes with the next sweep."""
        with writing(self._engine) as connection:
            ended = sa.update(activations).where(activations.c.off_at.is_(None))
            if connection.execute(ended.values(off_by=actor, off_at=clock.now())).rowcount:
                audit.record(connection, actor, "signals.off", "signals")

    def rules(self) -> Rules:
        """Return the rules with what an admin changed."""
        with reading(self._engine) as connection:
            return changed_rules(connection)

    def change(self, actor: str, name: str, weight: str, days: str, enabled: bool) -> None:
        """Give a signal another weight and length, or take it out (BadActivation)."""
        rule = next((one for one in self.rules().signals if one.name == name), None)
        if rule is None:
            raise BadActivation("没有这个信号")
        values = {"weight": _weight(weight, rule.weight), "days": _days(days), "enabled": enabled}
        with writing(self._engine) as connection:
            if not connection.execute(sa.update(changes).where(changes.c.name == name).values(**values)).rowcount:
                connection.execute(sa.insert(changes), {"name": name, **values})
            before = {"weight": rule.weight, "days": rule.days, "enabled": rule.enabled}
            audit.record(connection, actor, "signals.rule", f"signal:{name}", before, values)


def in_force(connection: Connection) -> Activation | None:
    """Return the activation that is in force today."""
    query = sa.select(activations).where(activations.c.off_at.is_(None), activations.c.expires_on >= clock.today())
    row = connection.execute(query.order_by(activations.c.id.desc()).limit(1)).first()
    return _activation(row) if row else None


def changed_rules(connection: Connection) -> Rules:
    """Return the declared rules with what an admin changed."""
    rows = connection.execute(sa.select(changes))
    return declared().changed(
        {row.name: {"weight": row.weight, "days": row.days, "enabled": row.enabled} for row in rows}
    )


def _filled(form: Mapping[str, str], officers: Collection[str], known: Collection[str]) -> dict[str, object]:
    texts = {name: form.get(name, "").strip() for name in ("document", "assessed_by", "scope")}
    if not all(texts.values()) or len(texts["document"]) > 200 or len(texts["assessed_by"]) > 80:
        raise BadActivation("请写全：影响评估的文件编号、评估负责人、使用范围")
    assessed, expires = _day(form.get("assessed_on", "")), _day(form.get("expires_on", ""))
    today = clock.today()
    if assessed > today:
        raise BadActivation("评估日期不能在今天之后")
    if not today < expires <= today + LONGEST_TERM:
        raise BadActivation("有效期要在今天之后，最长一年；到期自动停用，再用要重新评估")
    if not officers or not set(officers) <= set(known):
        raise BadActivation("请指定看名单的诉求办理员")
    if form.get("forbidden") != "on":
        raise BadActivation("请确认已知悉禁止用途")
    return {**texts, "assessed_on": assessed, "expires_on": expires, "officers": sorted(set(officers))}


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadActivation("日期要写成 2026-11-22") from error


def _weight(text: str, before: float) -> float:
    try:
        weight = float(text)
    except ValueError as error:
        raise BadActivation("权重要是数字") from error
    if not 0 < abs(weight) <= HEAVIEST or (weight > 0) != (before > 0):
        raise BadActivation(f"权重在 0 到 {HEAVIEST:g} 之间；反信号是负数，不能改成正的")
    return weight


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= MOST_DAYS):
        raise BadActivation(f"天数在 1 到 {MOST_DAYS} 之间")
    return int(text[:4])


def _activation(row: Row) -> Activation:
    days = (row.assessed_by, row.assessed_on, row.scope, row.expires_on, tuple(row.officers))
    return Activation(row.id, row.document, *days, row.on_by, row.on_at, row.off_by, row.off_at)
