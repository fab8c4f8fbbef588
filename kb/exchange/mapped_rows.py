"""Rows of another system's export into entries, by a mapping; every change and refusal is told row by row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kb.errors import BadMapping
from kb.exchange.cells import from_cell
from kb.exchange.columns import set_path
from kb.exchange.import_report import Problem, Reading
from kb.exchange.mapping import SLOT, FieldMapping, Rule, drop_path
from kb.exchange.native import build
from kb.exchange.transforms import TRANSFORMS
from kb.labels import label

CHARACTERS_SHOWN = 200
MUST = ("id", "title")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
Row = tuple[int, Mapping[str, Any]]
Draft = tuple[int, Mapping[str, Any], dict[str, Any]]


def read_mapped(rows: Iterable[Row], mapping: FieldMapping, source: str, reading: Reading) -> None:
    """Turn rows into entries (BadMapping when a column that the mapping reads is in no row)."""
    everything = list(rows)
    there = {column for _, row in everything for column in row}
    missing = sorted(mapping.columns - there)
    if everything and missing:
        raise BadMapping(f"{mapping.name}：{source} 里没有这些列：{'、'.join(missing)}")
    drafts: list[Draft] = []
    for number, row in everything:
        reading.row()
        draft = _Draft(number, row, mapping, source)
        reading.problems += draft.problems
        if not draft.refused:
            drafts.append((number, row, draft.data))
    _tell_apart(drafts, mapping.distinguish, source, reading)
    for number, _, data in drafts:
        build(data, source, number, reading)


class _Draft:
    """One row on its way to an entry."""

    def __init__(self, number: int, row: Mapping[str, Any], mapping: FieldMapping, source: str) -> None:
        self.problems: list[Problem] = []
        self.refused = False
        self._number, self._source, self._key = number, source, ""
        self._empty = mapping.empty
        self._raw, self._row = row, {column: self._cleared(row.get(column)) for column in mapping.columns}
        self.data: dict[str, Any] = {"body": {}}
        for path, value in mapping.fixed.items():
            set_path(self.data, path, value)
        for rule in mapping.rules:
            self._fill(rule)
        for item in mapping.implausible:
            if all(pattern.search(from_cell(row.get(column))) for column, pattern in item.when.items()):
                values = [from_cell(row.get(column)) for column in item.when]
                dropped = [path for path in item.clear if drop_path(self.data, path) is not None]
                if dropped:
                    self._tell("、".join(map(label, dropped)), f"不可信：{item.name}", "；".join(values), "")
        if any(not self.data.get(name) for name in MUST):
            self.refused = True
            self._tell("id" if not self.data.get("id") else "title", "编号和标题不能为空", "", "", "refused")

    def _cleared(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            kept = [item for item in value if isinstance(item, dict) or from_cell(item) not in self._empty]
            return kept or None
        return None if value is None or from_cell(value) in self._empty else value

    def _fill(self, rule: Rule) -> None:
        value = _source_value(rule, self._row)
        notes: list[tuple[str, object, object]] = []
        try:
            for name, argument in rule.steps:
                if value is not None and value != []:
                    value = TRANSFORMS[name](value, argument, lambda *note: notes.append(note))
            value = value if isinstance(value, dict) else self._cleared(value)
        except ValueError as error:
            self._tell(label(rule.path), f"{error}，未收录", from_cell(_source_value(rule, self._row)), "")
            value = None
        if rule.path == "id":
            self._key = from_cell(value)
        for what, before, after in notes:
            self._tell(label(rule.path), what, before, after)
        if value in (None, "", []):
            raw = next((from_cell(self._raw.get(column)) for column in rule.columns if self._raw.get(column)), "")
            if raw and not notes and _source_value(rule, self._row) is None:
                self._tell(label(rule.path), "视为空", raw, "")
            value = rule.otherwise
        if value is not None:
            set_path(self.data, rule.path, value)

    def _tell(self, field: str, what: str, before: object, after: object, fate: Any = "changed") -> None:
        shown = (str(before)[:CHARACTERS_SHOWN], str(after)[:CHARACTERS_SHOWN])
        self.problems.append(Problem(self._source, self._number, self._key, field, what, *shown, fate=fate))


def _source_value(rule: Rule, row: Mapping[str, Any]) -> Any:
    if rule.template:
        return fill(rule.template, row)
    return next((row[column] for column in rule.columns if row.get(column) is not None), None)


def fill(template: str, row: Mapping[str, Any]) -> str:
    """Fill {column} slots; what stands in [...] is left out when one of its slots is empty."""

    def part(match: re.Match[str]) -> str:
        names = SLOT.findall(match[1])
        return _slots(match[1], row) if all(row.get(name) is not None for name in names) else ""

    return _slots(_OPTIONAL.sub(part, template), row)


def _slots(template: str, row: Mapping[str, Any]) -> str:
    return SLOT.sub(lambda match: _words(row.get(match[1])), template)


def _words(value: Any) -> str:
    return "、".join(map(from_cell, value)) if isinstance(value, (list, tuple)) else from_cell(value)


def _tell_apart(drafts: list[Draft], columns: tuple[str, ...], source: str, reading: Reading) -> None:
    """Add the columns, one after the other, to titles that several rows share."""
    for column in columns:
        names = Counter(data["title"] for _, _, data in drafts)
        for number, row, data in drafts:
            title, more = data["title"], _words(row.get(column))
            if names[title] > 1 and more:
                data["title"] = f"{title}（{more}）"
                told = Problem(source, number, data["id"], "标题", "同名，补上区别", title, data["title"], "changed")
                reading.problems.append(told)
