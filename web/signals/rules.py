"""The declared signals and their arithmetic: pure functions on evidence, no table and no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from kb.yaml_reader import read_yaml

FILE = Path(__file__).parent / "rules.yaml"
SOURCES = ("questions", "tickets", "ratings")
TESTS = ("repeated", "overdue", "returned", "after_appeal", "complaint", "unresolved")
WATCH, FOCUS = "watch", "focus"
LEVELS = {WATCH: "关注", FOCUS: "重点关注"}


@dataclass(frozen=True)
class Rule:
    """One signal. `weight` fades to nought within `days`; a counter-signal weighs less than nought."""

    name: str
    label: str
    source: str
    weight: float
    days: int
    at_least: int = 1
    entries: tuple[str, ...] = ()
    test: str = ""
    categories: tuple[str, ...] = ()
    grades: tuple[int, ...] = ()
    enabled: bool = True


@dataclass(frozen=True)
class Rules:
    """All signals, the sums at which an enterprise is listed, and how long things stay (days)."""

    signals: tuple[Rule, ...]
    levels: Mapping[str, float]
    demote_after: int
    delete_after: int

    def changed(self, changes: Mapping[str, Mapping[str, Any]]) -> Rules:
        """Return the rules with weights, days and switches as an admin set them."""
        return replace(self, signals=tuple(replace(rule, **changes.get(rule.name, {})) for rule in self.signals))

    def level(self, score: float) -> str:
        """Return the level of a sum, empty when it is below all."""
        return FOCUS if score >= self.levels[FOCUS] else WATCH if score >= self.levels[WATCH] else ""


@dataclass(frozen=True)
class Evidence:
    """One line of evidence: which signal, when (UTC), where it can be looked up, and a sentence for the officer."""

    signal: str
    at: dt.datetime
    place: str
    line: str


@cache
def declared() -> Rules:
    """Return the rules of the file (ValueError when it contradicts itself)."""
    content = read_yaml(FILE.read_text(encoding="utf-8"))
    return Rules(
        signals=tuple(_rule(item) for item in content["signals"]),
        levels=content["levels"],
        demote_after=content["demote_after_days"],
        delete_after=content["delete_after_days"],
    )


def score(evidence: Collection[Evidence], rules: Rules, now: dt.datetime) -> float:
    """Return the sum of the signals' weights at `now`: of each signal its freshest line counts, faded by its age."""
    return sum(_weight(rule, [one for one in evidence if one.signal == rule.name], now) for rule in rules.signals)


def kept(evidence: Sequence[Evidence], rules: Rules, now: dt.datetime) -> list[Evidence]:
    """Return the lines that count for something, the latest first."""
    found = [one for rule in rules.signals if rule.enabled for one in _counted(rule, evidence, now)]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _counted(rule: Rule, evidence: Collection[Evidence], now: dt.datetime) -> list[Evidence]:
    window = dt.timedelta(days=rule.days)
    mine = [one for one in evidence if one.signal == rule.name and now - one.at < window]
    return mine if len(mine) >= rule.at_least else []


def _weight(rule: Rule, evidence: Collection[Evidence], now: dt.datetime) -> float:
    counted = _counted(rule, evidence, now) if rule.enabled else []
    if not counted:
        return 0.0
    age = (now - max(one.at for one in counted)) / dt.timedelta(days=rule.days)
    return rule.weight * (1 - max(age, 0.0))


def _rule(item: dict[str, Any]) -> Rule:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in item.items()}
    rule = Rule(**values)
    if rule.source not in SOURCES or (rule.source == "tickets") != (rule.test in TESTS):
        raise ValueError(f"信号 {rule.name} 的 source 或 test 写错了")
    return rule
