"""Many enterprises against policies: whom one reaches, and why not the others; for staff who try out conditions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kb.bodies import Rule
from kb.matching.conditions import Condition
from kb.matching.fields import Fields, Value, declared
from kb.matching.policies import STANDINGS, Policy, Standing
from kb.matching.values import known_on

CODES: tuple[Standing, ...] = tuple(STANDINGS)  # the number of a standing in arrays is its place here
MET, NOT_MET, UNKNOWN = np.int8(0), np.int8(1), np.int8(2)
_RESULTS = {"met": MET, "not_met": NOT_MET, "unknown": UNKNOWN}
SAMPLE_ENTERPRISES = 20


@dataclass(frozen=True)
class RuleCount:
    """How one condition falls: profiles that meet it, do not, are unknown; `alone`: kept out by nothing else."""

    rule: Rule
    met: int
    not_met: int
    unknown: int
    alone: int


@dataclass(frozen=True)
class Reach:
    """Whom one policy reaches: profiles by standing, each condition's part, and some keys of each standing."""

    policy: Policy
    counts: Mapping[Standing, int]
    rules: tuple[RuleCount, ...]
    sample: Mapping[Standing, tuple[Hashable, ...]]

    @property
    def why_not(self) -> tuple[str, ...]:
        """Sentences for staff, the condition that keeps out most first."""
        kept_out = sorted((count for count in self.rules if count.not_met), key=lambda count: -count.not_met)
        told = [
            f"“{count.rule.sentence}”：{count.not_met} 家不符合，其中 {count.alone} 家只差这一条" for count in kept_out
        ]
        missing = sorted((count for count in self.rules if count.unknown), key=lambda count: -count.unknown)
        return (*told, *(f"“{count.rule.sentence}”：{count.unknown} 家没有填这项资料" for count in missing))


@dataclass
class Population:
    """Profiles by field on one day. `codes[name]` is for each profile the place of its value in `values[name]`."""

    keys: Sequence[Hashable]
    day: dt.date
    codes: dict[str, NDArray[np.int32]]
    values: dict[str, list[Value | None]]
    _tables: dict[tuple[object, ...], NDArray[np.int8]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, profiles: Iterable[tuple[Hashable, Mapping[str, Value]]], day: dt.date, fields: Fields | None = None
    ) -> Population:
        """Gather (key, values) pairs; equal values of a field are kept and judged once."""
        fields = fields or declared()
        names = [one.name for one in fields]
        places: dict[str, dict[Value | None, int]] = {name: {None: 0} for name in names}
        columns: dict[str, list[int]] = {name: [] for name in names}
        keys = []
        for key, values in profiles:
            keys.append(key)
            known = known_on(fields, values, day)
            for name in names:
                value = known.get(name)
                seen = places[name]
                columns[name].append(0 if value is None else seen.setdefault(value, len(seen)))
        codes = {name: np.array(column, dtype=np.int32) for name, column in columns.items()}
        return cls(keys, day, codes, {name: list(seen) for name, seen in places.items()})

    def __len__(self) -> int:
        return len(self.keys)

    def results(self, condition: Condition | None) -> NDArray[np.int8]:
        """Return MET, NOT_MET or UNKNOWN for every profile; a rule without a condition is unknown for all."""
        if condition is None:
            return np.full(len(self), UNKNOWN)
        name, key = condition.field.name, condition.key
        if key not in self._tables:
            judged = [_RESULTS[condition.judge(value)] for value in self.values[name]]
            self._tables[key] = np.array(judged, dtype=np.int8)
        found: NDArray[np.int8] = self._tables[key][self.codes[name]]
        return found

    def standings(self, policy: Policy) -> NDArray[np.int8]:
        """Return for every profile the number of its standing in CODES, the same as `matching.match` finds."""
        ruled_out, open_, person = (np.zeros(len(self), dtype=bool) for _ in range(3))
        for check in policy.checks:
            condition = check.condition
            results = self.results(condition)
            open_ |= results == UNKNOWN
            if condition is not None and condition.person:
                person |= results != UNKNOWN
            else:
                ruled_out |= results == NOT_MET
        codes = np.where(person, CODES.index("person"), CODES.index("met"))
        codes = np.where(open_, CODES.index("unknown"), codes)
        return np.where(ruled_out, CODES.index("not_met"), codes).astype(np.int8)

    def all_standings(self, policies: Iterable[Policy]) -> Iterator[tuple[Policy, NDArray[np.int8]]]:
        """Yield every policy with the standings of all profiles."""
        for policy in policies:
            yield policy, self.standings(policy)


def reach(policy: Policy, population: Population) -> Reach:
    """Return whom the policy reaches among the profiles, and which conditions keep the others out."""
    standings = population.standings(policy)
    results = [population.results(check.condition) for check in policy.checks]
    # Where a person may look at an alternative, "not met" keeps nobody out.
    keeps = [
        np.zeros(len(population), dtype=bool) if check.outcomes["not_met"].person else result == NOT_MET
        for result, check in zip(results, policy.checks, strict=True)
    ]
    barriers = np.sum(keeps, axis=0, dtype=np.int32)
    rules = tuple(
        _rule_count(check.rule, result, kept & (barriers == 1))
        for check, result, kept in zip(policy.checks, results, keeps, strict=True)
    )
    counts = {name: int(np.count_nonzero(standings == code)) for code, name in enumerate(CODES)}
    sample = {
        name: tuple(population.keys[place] for place in np.flatnonzero(standings == code)[:SAMPLE_ENTERPRISES])
        for code, name in enumerate(CODES)
    }
    return Reach(policy, counts, rules, sample)


def _rule_count(rule: Rule, result: NDArray[np.int8], alone: NDArray[np.bool_]) -> RuleCount:
    met, not_met, unknown = (int(np.count_nonzero(result == code)) for code in (MET, NOT_MET, UNKNOWN))
    return RuleCount(rule, met, not_met, unknown, int(np.count_nonzero(alone)))
