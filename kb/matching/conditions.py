"""One condition of a policy against what is known of an enterprise: met, not met, or unknown. Never a guess.

A value may be known in part (a band, one of several choices). A condition is met when everything the value may be meets
it, not met when nothing does, and unknown otherwise; so more knowledge never takes a result back.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kb.bodies import Rule
from kb.errors import KnowledgeBaseError
from kb.matching.fields import Field, Fields, Held, Value
from kb.matching.intervals import Interval
from kb.matching.values import BadValue, read

Result = Literal["met", "not_met", "unknown"]
FOR_A_PERSON = "人工核对"  # a sentence with these words has an alternative that no rule holds
OPERATORS: Mapping[str, tuple[str, ...]] = {
    "number": ("==", "!=", ">=", "<=", ">", "<", "in", "not in"),
    "choice": ("==", "!=", "in", "not in"),
    "set": ("contains", "in", "not in"),
    "flag": ("==", "!="),
    "date": (">=", "<=", ">", "<", "==", "!="),
}
LISTED = ("in", "not in")
NEGATED = {"!=": "==", "not in": "in", "<": ">=", "<=": ">"}
WHOLE_LIMIT = 10_000


class BadRule(KnowledgeBaseError):
    """A rule does not fit the declared fields: its field, its operator or its value."""


@dataclass(frozen=True)
class Condition:
    """A rule that fits its field. `want` is its value: numbers as intervals of one, items of a list as one set."""

    rule: Rule
    field: Field
    want: tuple[Value, ...]

    @property
    def person(self) -> bool:
        """Whether a person must look at an alternative, or at a part that no rule holds."""
        return FOR_A_PERSON in self.rule.sentence

    @property
    def key(self) -> tuple[Any, ...]:
        """What the result depends on: conditions of the same key have the same result for the same profile."""
        return self.field.name, self.rule.op, self.want

    def judge(self, value: Value | None) -> Result:
        """Return the result for a value of the field; None is not known."""
        if value is None:
            return "unknown"
        op = NEGATED.get(self.rule.op, self.rule.op)
        result = _JUDGES[self.field.type](op, self.want, value, self.field)
        return result if op == self.rule.op else _OPPOSITE[result]


_OPPOSITE: Mapping[Result, Result] = {"met": "not_met", "not_met": "met", "unknown": "unknown"}


def understand(rule: Rule, fields: Fields) -> Condition:
    """Return the condition of a rule (BadRule says what does not fit)."""
    field = fields.by_name.get(rule.field)
    if field is None:
        raise BadRule(f"没有声明字段 {rule.field}")
    if rule.op not in OPERATORS[field.type]:
        raise BadRule(f"“{field.label}”不能用 {rule.op}，可用 {'、'.join(OPERATORS[field.type])}")
    listed = isinstance(rule.value, (list, tuple))
    if listed != (rule.op in LISTED):
        raise BadRule(f"{rule.op} 的值要写成{'列表' if rule.op in LISTED else '一个值，不能是列表'}")
    try:
        wanted = tuple(_want(field, item) for item in (rule.value if listed else [rule.value]))
    except BadValue as error:
        raise BadRule(str(error)) from error
    if field.type in ("choice", "set"):
        wanted = (frozenset[str]().union(*(item for item in wanted if isinstance(item, frozenset))),)
    return Condition(rule, field, wanted)


def _want(field: Field, raw: Any) -> Value:
    value = read(field, raw)
    if isinstance(value, Interval) and value.first != value.last:
        raise BadValue(field, f"规则的值要写成一个数，写的是 {raw}")
    if isinstance(value, Held):
        if value.no or not value.yes:
            raise BadValue(field, f"规则的值要写成有哪项，写的是 {raw}")
        return value.yes
    return value


def in_force(rule: Rule, day: dt.date) -> bool:
    """Say whether the rule counts on `day`; both boundary days do."""
    return (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)


def _of(every: bool, none: bool) -> Result:
    return "met" if every else "not_met" if none else "unknown"


def _number(op: str, want: tuple[Value, ...], value: Value, field: Field) -> Result:
    assert isinstance(value, Interval)
    points = [item.first for item in want if isinstance(item, Interval)]
    if op == ">=":
        return _of(value.first >= points[0], value.last < points[0])
    if op == ">":
        return _of(value.first > points[0], value.last <= points[0])
    inside = {point[0] for point in points if value.first <= point <= value.last}
    return _of(len(inside) == _count(value, field), not inside)


def _count(value: Interval, field: Field) -> float:
    """Return how many numbers the interval holds: one, a countable few, or without end."""
    if value.first == value.last:
        return 1
    width = value.last[0] - value.first[0]
    return width + 1 if field.whole and width < WHOLE_LIMIT else math.inf


def _choice(_op: str, want: tuple[Value, ...], value: Value, _field: Field) -> Result:
    accepted = want[0]
    assert isinstance(value, frozenset)
    assert isinstance(accepted, frozenset)
    return _of(value <= accepted, not value & accepted)


def _set(op: str, want: tuple[Value, ...], value: Value, _field: Field) -> Result:
    items = want[0]
    assert isinstance(value, Held)
    assert isinstance(items, frozenset)
    if op == "contains":
        return _of(items <= value.yes, bool(items & value.no))
    return _of(bool(items & value.yes), items <= value.no)


def _flag(_op: str, want: tuple[Value, ...], value: Value, _field: Field) -> Result:
    return _of(value == want[0], value != want[0])


def _date(op: str, want: tuple[Value, ...], value: Value, _field: Field) -> Result:
    day, mark = value, want[0]
    assert isinstance(day, dt.date)
    assert isinstance(mark, dt.date)
    fits = day >= mark if op == ">=" else day > mark if op == ">" else day == mark
    return _of(fits, not fits)


_JUDGES = {"number": _number, "choice": _choice, "set": _set, "flag": _flag, "date": _date}


def readable(rules: Collection[Rule], fields: Fields, day: dt.date) -> list[tuple[Rule, Condition | None]]:
    """Return the rules in force on `day`, each with its condition; None for one that does not fit (result: unknown)."""
    return [(rule, _or_none(rule, fields)) for rule in rules if in_force(rule, day)]


def _or_none(rule: Rule, fields: Fields) -> Condition | None:
    try:
        return understand(rule, fields)
    except BadRule:
        return None
