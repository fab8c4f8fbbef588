"""How fast matching is: one profile against all policies, and a district of profiles against them. All made up."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kb.bodies import Rule
from kb.matching.audience import Population
from kb.matching.conditions import OPERATORS
from kb.matching.fields import Field, Fields, Held, Value, declared
from kb.matching.next_question import next_question
from kb.matching.policies import Policy, checks_of, match

DAY = dt.date(2026, 11, 22)
ROUNDS = 50


@dataclass(frozen=True)
class Timing:
    """Milliseconds of one profile (median and 95th percentile), of its next question, and seconds of the whole."""

    profiles: int
    policies: int
    one_p50: float
    one_p95: float
    question_p50: float
    gather_seconds: float
    match_seconds: float

    def __str__(self) -> str:
        """One line for `make bench`."""
        return (
            f"政策匹配：1 家 × {self.policies} 条政策 p50 {self.one_p50:.1f} ms、p95 {self.one_p95:.1f} ms，"
            f"选下一个问题 p50 {self.question_p50:.1f} ms；{self.profiles} 家 × {self.policies} 条政策 "
            f"{self.gather_seconds + self.match_seconds:.1f} 秒"
            f"（归类 {self.gather_seconds:.1f}，判断 {self.match_seconds:.1f}）"
        )


def bench(profiles: int = 100_000, policies: int = 500, seed: int = 7) -> Timing:
    """Measure matching on made-up profiles and policies of four to eight conditions each."""
    fields, dice = declared(), random.Random(seed)  # noqa: S311
    made = [made_policy(number, fields, dice) for number in range(policies)]
    one, asked = _one_at_a_time([made_profile(fields, dice) for _ in range(ROUNDS)], made, fields)
    people = [made_profile(fields, dice) for _ in range(profiles)]
    began = time.perf_counter()
    population = Population.of(enumerate(people), DAY, fields)
    gathered = time.perf_counter()
    for _ in population.all_standings(made):
        continue
    done = time.perf_counter()
    p95 = sorted(one)[int(len(one) * 0.95)]
    middle = statistics.median(one)
    return Timing(profiles, policies, middle, p95, statistics.median(asked), gathered - began, done - gathered)


def _one_at_a_time(
    people: Sequence[dict[str, Value]], made: Sequence[Policy], fields: Fields
) -> tuple[list[float], list[float]]:
    one, asked = [], []
    for values in people:
        began = time.perf_counter()
        matches = match(values, made, fields)
        matched = time.perf_counter()
        next_question(matches, values, fields)
        one.append((matched - began) * 1000)
        asked.append((time.perf_counter() - matched) * 1000)
    return one, asked


def made_policy(number: int, fields: Fields, dice: random.Random) -> Policy:
    """Return a policy with random conditions that fit the declarations."""
    rules = [made_rule(field, dice) for field in dice.sample(list(fields), dice.randint(4, 8))]
    end = DAY + dt.timedelta(days=dice.randint(-30, 300)) if dice.random() < 0.5 else None
    return Policy(f"P{number}", f"政策{number}", DAY, checks_of(rules, DAY, fields), None, end)


def made_rule(field: Field, dice: random.Random) -> Rule:
    """Return a random rule on the field, its figure at a cut or between two."""
    op: Any = dice.choice(OPERATORS[field.type])
    value = _wanted(field, dice)
    listed = op in ("in", "not in")
    return Rule(
        field=field.name,
        op=op,
        value=[value, _wanted(field, dice)] if listed else value,
        sentence=f"{field.label}{op}{value}",
    )


def _wanted(field: Field, dice: random.Random) -> Any:
    if field.type == "number":
        return dice.choice([int(band.interval.first[0]) for band in field.bands])
    if field.type == "flag":
        return dice.random() < 0.5
    if field.type == "date":
        return DAY - dt.timedelta(days=dice.randint(0, 5000))
    return dice.choice(list(field.choices) or ["东区", "西区", "核心区"])


def made_profile(fields: Fields, dice: random.Random, known: float = 0.7) -> dict[str, Value]:
    """Return a profile in which each field is known with the probability `known`."""
    return {field.name: made_value(field, dice) for field in fields if not field.derived_from and dice.random() < known}


def made_value(field: Field, dice: random.Random) -> Value:
    """Return a random value of the field."""
    if field.type == "number":
        return dice.choice(field.bands).interval
    if field.type == "flag":
        return dice.random() < 0.5
    if field.type == "date":
        return DAY - dt.timedelta(days=dice.randint(0, 9000))
    items = list(field.choices) or ["东区", "西区", "核心区"]
    if field.type == "choice":
        return frozenset((dice.choice(items),))
    drawn = [dice.random() for _ in items]
    yes = frozenset(item for item, draw in zip(items, drawn, strict=True) if draw < 0.2)
    return Held(yes, frozenset(item for item, draw in zip(items, drawn, strict=True) if draw > 0.5))
