"""Policies against one enterprise: what is met, what is missing, what is not known, and what to ask next.

Pure functions on values; nothing here promises that an application will be granted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.bodies import PolicyBody, Rule
from kb.matching.conditions import FOR_A_PERSON, Condition, Result, readable
from kb.matching.fields import Fields, Value, declared
from kb.matching.values import known_on
from kb.models import Entry

Standing = Literal["met", "person", "unknown", "not_met"]
STANDINGS: Mapping[Standing, str] = {
    "met": "已知条件都符合",
    "person": "符合与否要请人工核对",
    "unknown": "资料不全，还不能判断",
    "not_met": "有条件不符合",
}
Window = Literal["open", "not_yet", "closed", "unset"]
WINDOWS: Mapping[Window, str] = {"open": "正在申报期", "not_yet": "还没到申报期", "closed": "申报期已过", "unset": ""}
RESULTS: tuple[Result, ...] = ("met", "not_met", "unknown")
_STANDING_ORDER = {standing: place for place, standing in enumerate(STANDINGS)}
CAUTION = "能否享受以主管部门审核为准。"


@dataclass(frozen=True)
class Outcome:
    """The result of one condition; `label` names its field, `person` says that somebody must look at an alternative."""

    rule: Rule
    label: str
    result: Result
    person: bool


@dataclass(frozen=True)
class Check:
    """One condition of a policy, and what it comes to by each result. A rule that fits no field has no condition."""

    rule: Rule
    condition: Condition | None
    outcomes: Mapping[Result, Outcome]

    @classmethod
    def of(cls, rule: Rule, condition: Condition | None) -> Check:
        """Make the outcomes once, since they are looked up for every enterprise."""
        label = condition.field.label if condition else rule.sentence
        person = FOR_A_PERSON in rule.sentence or condition is None
        return cls(rule, condition, {result: Outcome(rule, label, result, person) for result in RESULTS})

    def on(self, known: Mapping[str, Value]) -> Outcome:
        """Return what it comes to for the values known."""
        value = known.get(self.condition.field.name) if self.condition else None
        if value is None or self.condition is None:
            return self.outcomes["unknown"]
        return self.outcomes[self.condition.judge(value)]


@dataclass(frozen=True)
class Policy:
    """A policy with the conditions that count on `day`."""

    id: str
    title: str
    day: dt.date
    checks: tuple[Check, ...]
    window_from: dt.date | None = None
    window_to: dt.date | None = None

    @property
    def window(self) -> Window:
        """How the application window stands on the day."""
        if self.window_to is not None and self.window_to < self.day:
            return "closed"
        if self.window_from is not None and self.window_from > self.day:
            return "not_yet"
        return "open" if self.window_from or self.window_to else "unset"


@dataclass(frozen=True)
class Match:
    """A policy and the result of each of its conditions, in the order of the policy."""

    policy: Policy
    outcomes: tuple[Outcome, ...]

    @property
    def standing(self) -> Standing:
        """What the results say together; one that is not met decides, unless its sentence leaves it to a person."""
        return standing_of([(outcome.result, outcome.person) for outcome in self.outcomes])

    @property
    def share_met(self) -> float:
        """The part of the conditions that are met, 0-1; all of none are."""
        return len(self.of("met")) / len(self.outcomes) if self.outcomes else 1.0

    @property
    def days_left(self) -> int | None:
        """Days until the window closes, None when it has no end."""
        return None if self.policy.window_to is None else (self.policy.window_to - self.policy.day).days

    def of(self, result: Result) -> tuple[Outcome, ...]:
        """Return the outcomes of one result."""
        return tuple(outcome for outcome in self.outcomes if outcome.result == result)

    @property
    def explanation(self) -> str:
        """Why it is shown: 因为…；还缺…；请补充…; each condition in its own words."""
        parts = [
            ("因为", [o.rule.sentence for o in self.of("met")]),
            ("还缺", [o.rule.sentence for o in self.of("not_met") if not o.person]),
            ("请补充", list(dict.fromkeys(o.label for o in self.of("unknown")))),
            ("另有", [o.rule.sentence for o in self.of("not_met") if o.person]),
        ]
        told = "；".join(f"{head}：{'、'.join(texts)}" for head, texts in parts if texts)
        return f"{told}。{CAUTION}"


def standing_of(results: Iterable[tuple[Result, bool]]) -> Standing:
    """Return the standing of (result, for a person) pairs."""
    pairs = list(results)
    if any(result == "not_met" and not person for result, person in pairs):
        return "not_met"
    if any(result == "unknown" for result, _ in pairs):
        return "unknown"
    return "person" if any(person for _, person in pairs) else "met"


def policies(entries: Iterable[Entry], day: dt.date, fields: Fields | None = None) -> list[Policy]:
    """Return the policies in force on `day` that have conditions a machine can check on that day."""
    fields = fields or declared()
    found = []
    for entry in entries:
        body = entry.body
        if isinstance(body, PolicyBody) and entry.state_on(day) == "current":
            checks = checks_of(body.rules, day, fields)
            if checks:
                found.append(Policy(entry.id, entry.title, day, checks, body.window_from, body.window_to))
    return found


def checks_of(rules: Collection[Rule], day: dt.date, fields: Fields | None = None) -> tuple[Check, ...]:
    """Return the rules in force on `day` as checks."""
    return tuple(Check.of(rule, condition) for rule, condition in readable(rules, fields or declared(), day))


def match(values: Mapping[str, Value], among: Iterable[Policy], fields: Fields | None = None) -> list[Match]:
    """Return a match for every policy, best first: what is met, then how near the end of the window is."""
    fields = fields or declared()
    days: dict[dt.date, dict[str, Value]] = {}
    made = []
    for policy in among:
        if policy.day not in days:
            days[policy.day] = known_on(fields, values, policy.day)
        known = days[policy.day]
        made.append(Match(policy, tuple(check.on(known) for check in policy.checks)))
    return sorted(made, key=_rank)


def _rank(found: Match) -> tuple[bool, int, float, float, str]:
    left = found.days_left
    ends = float("inf") if left is None else float(left)
    closed = found.policy.window == "closed"
    return closed, _STANDING_ORDER[found.standing], -found.share_met, ends, found.policy.id


def reaching(matches: Sequence[Match]) -> list[Match]:
    """Return the matches worth telling an enterprise: window not closed, nothing that rules it out."""
    return [found for found in matches if found.policy.window != "closed" and found.standing != "not_met"]
