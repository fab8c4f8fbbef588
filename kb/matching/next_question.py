"""The one thing not yet known that decides most across the policies, and how to ask for it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kb.matching.conditions import Condition
from kb.matching.fields import Field, Fields, Held, Value, declared
from kb.matching.intervals import Interval
from kb.matching.policies import Match, reaching
from kb.matching.values import known_on, words

Need = tuple[
    list[tuple[Condition, bool]], bool
]  # conditions of one policy on the field, and whether nothing else is open


@dataclass(frozen=True)
class Question:
    """What to ask: the field, the words, answers to choose from (empty: free), and how many policies wait for it."""

    field: str
    label: str
    text: str
    options: tuple[str, ...]
    policies: int


def next_question(
    matches: Sequence[Match],
    values: Mapping[str, Value],
    fields: Fields | None = None,
    skipped: Collection[str] = (),
) -> Question | None:
    """Return the question whose answer settles most; None when nothing that is open can be asked for.

    The worth of a field is the number of policies that its answer decides, averaged over the answers that are still
    possible, all equally likely; then the number of conditions it settles; then the order of the declarations.
    What is among the `skipped` names is not asked again.
    """
    fields = fields or declared()
    needs: dict[str, list[Need]] = {}
    known: Mapping[str, Value] = values
    for found in reaching(matches):
        if found.standing == "unknown":
            known = known_on(fields, values, found.policy.day)
            _add(needs, found)
    ranked = [
        (*_worth(fields.by_name[name], here, known.get(name)), -place, name)
        for place, name in enumerate(field.name for field in fields)
        if (here := needs.get(name)) and fields.asked_as(name).name not in skipped
    ]
    if not ranked or max(ranked)[1] == 0:
        return None
    name = max(ranked)[-1]
    asked = fields.asked_as(name)
    options = tuple(words(asked, option) for option in answers(asked, values.get(asked.name)))
    return Question(asked.name, asked.label, asked.question, options, len(needs[name]))


def _add(needs: dict[str, list[Need]], found: Match) -> None:
    waiting: dict[str, list[tuple[Condition, bool]]] = {}
    lost = False
    for check, outcome in zip(found.policy.checks, found.outcomes, strict=True):
        if outcome.result == "unknown":
            condition = check.condition
            lost = lost or condition is None
            if condition is not None:
                waiting.setdefault(condition.field.name, []).append((condition, outcome.person))
    for name, conditions in waiting.items():
        needs.setdefault(name, []).append((conditions, len(waiting) == 1 and not lost))


def _worth(field: Field, needs: Sequence[Need], value: Value | None) -> tuple[float, float]:
    """Return (policies decided, conditions settled), averaged over the possible answers."""
    possible = answers(field, value) or sample_answers(field, needs, value)
    decided = settled = 0
    cache: dict[tuple[object, Value], str] = {}
    for option in possible:
        for conditions, alone in needs:
            results = []
            for condition, person in conditions:
                key = (condition.key, option)
                if key not in cache:
                    cache[key] = condition.judge(option)
                results.append((cache[key], person))
            ruled_out = any(result == "not_met" and not person for result, person in results)
            known = [result for result, _ in results if result != "unknown"]
            settled += len(known)
            decided += ruled_out or (alone and len(known) == len(results))
    count = max(1, len(possible))
    return decided / count, settled / count


def answers(field: Field, value: Value | None) -> list[Value]:
    """Return the answers still possible, each narrower than what is known; empty when they cannot be listed."""
    if field.type == "number":
        known = value if isinstance(value, Interval) else Interval.make(0, math.inf)
        found: list[Value] = [band.interval.common(known) for band in field.bands if band.interval.meets(known)]
    elif field.type == "choice":
        codes = value if isinstance(value, frozenset) else frozenset(field.choices)
        found = [frozenset((code,)) for code in field.choices if code in codes]
    else:
        found = [True, False] if field.type == "flag" and value is None else []
    return found if len(found) > 1 else []


def sample_answers(field: Field, needs: Sequence[Need], value: Value | None) -> list[Value]:
    """Return stand-ins for answers that cannot be listed: of what the conditions name, all or nothing."""
    wanted = [item for conditions, _ in needs for condition, _ in conditions for item in condition.want]
    named = frozenset[str]().union(*(item for item in wanted if isinstance(item, frozenset)))
    if field.type == "set":
        held = value if isinstance(value, Held) else Held()
        open_items = named - held.yes - held.no
        return [Held(held.yes | open_items, held.no), Held(held.yes, held.no | open_items)]
    if field.type == "choice" and field.open:
        return [*(frozenset((item,)) for item in sorted(named)), frozenset(("",))]
    if field.type == "date" and value is None:
        marks = sorted({item for item in wanted if isinstance(item, dt.date)})
        return [day for mark in marks for day in (mark - dt.timedelta(days=1), mark)]
    return []
