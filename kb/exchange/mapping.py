"""Mapping files: how the columns of another system's export become the fields of an entry, without code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.bodies import BODIES
from kb.errors import BadFile, BadMapping
from kb.exchange.cells import from_cell
from kb.exchange.columns import get_path, set_path
from kb.exchange.native import build
from kb.exchange.opening import read_text
from kb.exchange.reading import Problem, Reading
from kb.exchange.transforms import TRANSFORMS
from kb.labels import label
from kb.models import Entry

KEYS = {"name", "kind", "empty", "fields", "fixed", "distinguish", "implausible", "ignore"}
RULE_KEYS = {"from", "text", "do", "else"}
_SLOT = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Rule:
    """How one field is filled: the first of `columns` that is not empty, or `template`; then the transforms in order."""

    path: str
    columns: tuple[str, ...]
    template: str
    steps: tuple[tuple[str, Any], ...]
    otherwise: Any = None


@dataclass(frozen=True)
class Implausible:
    """Values not to be believed: where every pattern of `when` is found in its column, the fields of `clear` are left out."""

    name: str
    when: Mapping[str, re.Pattern[str]]
    clear: tuple[str, ...]


@dataclass(frozen=True)
class FieldMapping:
    """A whole mapping file."""

    name: str
    empty: frozenset[str]
    rules: tuple[Rule, ...]
    fixed: Mapping[str, Any]
    distinguish: tuple[str, ...]
    implausible: tuple[Implausible, ...]

    @classmethod
    def open(cls, path: Path) -> FieldMapping:
        """Read a mapping file; raises BadMapping naming what is wrong in it."""
        try:
            data = yaml.safe_load(read_text(path))
            return _mapping(data, path.name)
        except (yaml.YAMLError, BadFile) as error:
            raise BadMapping(f"{path.name}：{error}") from error
        except (KeyError, TypeError, AttributeError, re.error) as error:
            raise BadMapping(f"{path.name}：写法有误：{error}") from error

    @property
    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        used = {column for rule in self.rules for column in (*rule.columns, *_SLOT.findall(rule.template))}
        return used | set(self.distinguish) | {column for item in self.implausible for column in item.when}

    def read(self, rows: Iterable[tuple[int, Mapping[str, Any]]], source: str, reading: Reading) -> None:
        """Turn rows into entries; what was changed or refused is told in `reading` (BadMapping for a missing column)."""
        everything = [(number, self._cleared(row)) for number, row in rows]
        there = {column for _, row in everything for column in row}
        missing = sorted(self.columns - there)
        if everything and missing:
            raise BadMapping(f"{self.name}：{source} 里没有这些列：{'、'.join(missing)}")
        drafts = [(number, row, self._draft(row, number, source, reading)) for number, row in everything]
        names = Counter(draft.get("title") for _, _, draft in drafts if draft is not None)
        for number, row, draft in drafts:
            reading.rows += 1
            if draft is not None:
                if names[draft.get("title")] > 1:
                    self._distinguish(draft, row, number, source, reading)
                build(draft, source, number, reading)
        _tell_titles_apart(reading, source)

    def _cleared(self, row: Mapping[str, Any]) -> dict[str, Any]:
        return {key: None if from_cell(value if not isinstance(value, (list, dict)) else " ").strip() in self.empty else value for key, value in row.items()}

    def _draft(self, row: Mapping[str, Any], number: int, source: str, reading: Reading) -> dict[str, Any] | None:
        draft: dict[str, Any] = {"body": {}}
        for path, value in self.fixed.items():
            set_path(draft, path, value)
        key = ""
        refused = False
        for rule in self.rules:
            notes: list[tuple[str, object, object]] = []
            try:
                value = _value(rule, row, notes)
            except ValueError as error:
                refused = refused or rule.path in ("id", "title")
                fate = "refused" if rule.path in ("id", "title") else "changed"
                reading.problems.append(Problem(source, number, key, label(rule.path), f"{error}，未收录", fate=fate))
                value = rule.otherwise
            key = str(value) if rule.path == "id" else key
            for what, before, after in notes:
                shown = (str(before)[:200], str(after)[:200])
                reading.problems.append(Problem(source, number, key, label(rule.path), what, *shown, fate="changed"))
            if value is not None and value != []:
                set_path(draft, rule.path, value)
        for item in self.implausible:
            _drop(item, row, draft, Problem(source, number, key, "", item.name, fate="changed"), reading)
        return None if refused else draft
