"""Limits and supervision rules, read from limits.yaml: what an office may change without touching code."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from kb.workdays import Calendar
from kb.yaml_reader import read_yaml
from web.clock import CHINA
from web.tickets.lifecycle.codes import KINDS, URGENCIES, Colour
from web.tickets.lifecycle.errors import BadRules

FILE = Path(__file__).parent / "limits.yaml"
SHIFT = CHINA.utcoffset(None)
STAGES = ("dispatch", "sign", "return", "decide_return", "revisit", "review", "appeal")
UNITS = {"工作日": "working_days", "自然日": "days", "小时": "hours", "工作小时": "working_hours"}
LIMIT = re.compile(r"^(\d+)\s*个?(工作日|自然日|工作小时|小时)$")


@dataclass(frozen=True)
class Limit:
    """A span such as 5 working days. 0 working days means today, or the next working day; 0 days means today."""

    amount: int
    unit: str

    @classmethod
    @lru_cache(maxsize=256)
    def parse(cls, text: str) -> Limit:
        """Read 5个工作日, 10个自然日, 2小时, 4个工作小时 or 当日 (BadRules)."""
        if text == "当日":
            return cls(0, "days")
        found = LIMIT.match(str(text))
        if not found:
            raise BadRules(f"时限“{text}”看不懂；写成 5个工作日、10个自然日、2小时、4个工作小时 或 当日")
        return cls(int(found[1]), UNITS[found[2]])

    def __str__(self) -> str:
        """Return the span as the file writes it."""
        if self == Limit(0, "days"):
            return "当日"
        name = next(text for text, unit in UNITS.items() if unit == self.unit)
        return f"{self.amount}{'' if name == '小时' else '个'}{name}"

    def shortened(self, share: float) -> Limit:
        """Return a shorter span of the same unit; hours do not fall below one."""
        least = 1 if self.unit.endswith("hours") else 0
        return Limit(max(int(self.amount * share), least), self.unit)


@dataclass(frozen=True)
class ColourRules:
    """When a ticket turns blue, orange, red, apart from its deadline."""

    time_left_share: float
    unsigned: bool
    orange_unsatisfied: int
    red_overdue: Limit
    red_unsatisfied: int
    repeats: int
    repeats_within_days: int


@dataclass(frozen=True)
class Limits:
    """Everything of limits.yaml, checked."""

    day_ends: dt.time
    office: tuple[tuple[dt.time, dt.time], ...]
    handling: Mapping[tuple[str, str], Limit]  # (kind, urgency)
    stages: Mapping[tuple[str, str], Limit]  # (stage, urgency)
    extension_days: int
    extension_unit: str
    reopen_share: float
    appeal_within: Limit
    grade_within: Limit
    rectify_contact: Limit
    rectify_done: Limit
    colours: ColourRules
    tell: Mapping[Colour, tuple[str, ...]]
    failures: int
    failures_within: dt.timedelta

    @classmethod
    def load(cls, path: Path = FILE) -> Limits:
        """Read and check a limits file (BadRules names what cannot be used)."""
        try:
            return _limits(read_yaml(path.read_text(encoding="utf-8")))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError) as error:
            raise BadRules(f"{path.name}：时限不能用：{error}") from error

    def after(self, moment: dt.datetime, limit: Limit, calendar: Calendar) -> dt.datetime:
        """Return the instant (UTC) at which a span that starts at `moment` (UTC) is over (UnknownYear)."""
        local = moment + SHIFT
        if limit.unit == "hours":
            return moment + dt.timedelta(hours=limit.amount)
        if limit.unit == "working_hours":
            return calendar.add_working_hours(local, limit.amount) - SHIFT
        if limit.unit == "days":
            day = local.date() + dt.timedelta(days=limit.amount)
        else:
            day = calendar.add_working_days(local.date(), limit.amount)
        return dt.datetime.combine(day, self.day_ends) - SHIFT


def _limits(raw: Mapping[str, Any]) -> Limits:
    progress, extension = raw["progress"], raw["extension"]
    share = float(raw["reopen"]["share"])
    if not 0 <= share < 1 or extension["unit"] not in UNITS:
        raise ValueError("reopen.share 应在 0 到 1 之间；extension.unit 写工作日或自然日")
    return Limits(
        day_ends=dt.time.fromisoformat(raw["day_ends"]),
        office=tuple((dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in raw["office_hours"]),
        handling=_table(raw["handling"], KINDS),
        stages=_table(raw["stages"], STAGES),
        extension_days=int(extension["most_days"]),
        extension_unit=UNITS[extension["unit"]],
        reopen_share=share,
        appeal_within=Limit.parse(raw["appeal_within"]),
        grade_within=Limit.parse(raw["grade_within"]),
        rectify_contact=Limit.parse(raw["rectification"]["contact"]),
        rectify_done=Limit.parse(raw["rectification"]["done"]),
        colours=_colours(raw["colours"]),
        tell={colour: tuple(raw["tell"][colour.value]) for colour in Colour},
        failures=int(progress["failures"]),
        failures_within=dt.timedelta(minutes=int(progress["within_minutes"])),
    )


def _table(raw: Mapping[str, Mapping[str, str]], rows: Any) -> dict[tuple[str, str], Limit]:
    return {(row, urgency): Limit.parse(raw[row][urgency]) for row in rows for urgency in URGENCIES}


def _colours(raw: Mapping[str, Any]) -> ColourRules:
    blue, orange, red = raw["blue"], raw["orange"], raw["red"]
    return ColourRules(
        time_left_share=float(blue["time_left_share"]),
        unsigned=bool(blue["unsigned"]),
        orange_unsatisfied=int(orange["unsatisfied"]),
        red_overdue=Limit.parse(red["overdue"]),
        red_unsatisfied=int(red["unsatisfied"]),
        repeats=int(red["repeats"]),
        repeats_within_days=int(red["repeats_within_days"]),
    )
