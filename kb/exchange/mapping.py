"""Mapping files: how the columns of another system's export become the fields of an entry, without code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.bodies import BODIES
from kb.errors import BadFile, BadMapping
from kb.exchange.columns import all_columns, get_path, paths_of
from kb.exchange.file_guard import read_text
from kb.exchange.transforms import TRANSFORMS
from kb.yaml_reader import read_yaml

KEYS = {"name", "kind", "empty", "fields", "fixed", "distinguish", "implausible"}
RULE_KEYS = {"from", "text", "do", "else"}
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Rule:
    """How one field is filled: the first of `columns` that is not empty, or `template`; then the steps in order.

    A step is the name of a transform with its argument; `otherwise` is taken when there is no value.
    """

    path: str
    columns: tuple[str, ...]
    template: str
    steps: tuple[tuple[str, Any], ...]
    otherwise: Any = None


@dataclass(frozen=True)
class Implausible:
    """Not to be believed: if each pattern of `when` is found in its column, the fields of `clear` are left out."""

    name: str
    when: Mapping[str, re.Pattern[str]]
    clear: tuple[str, ...]


@dataclass(frozen=True)
class FieldMapping:
    """A whole mapping file. `distinguish` names columns that are added to titles which several rows share."""

    name: str
    kind: str
    empty: frozenset[str]
    rules: tuple[Rule, ...]
    fixed: Mapping[str, Any]
    distinguish: tuple[str, ...]
    implausible: tuple[Implausible, ...]

    @classmethod
    def open(cls, path: Path) -> FieldMapping:
        """Read a mapping file; raises BadMapping naming what is wrong in it."""
        try:
            data = read_yaml(read_text(path))
            return _mapping(data, path.name)
        except (yaml.YAMLError, BadFile, re.error) as error:
            raise BadMapping(f"{path.name}：{error}") from error

    @property
    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        used = {column for rule in self.rules for column in (*rule.columns, *SLOT.findall(rule.template))}
        return used | set(self.distinguish) | {column for item in self.implausible for column in item.when}


def _mapping(data: Any, name: str) -> FieldMapping:
    if not isinstance(data, dict) or not isinstance(data.get("fields"), dict):
        raise BadMapping(f"{name}：要有 fields，每行一个“字段: 规则”")
    _known(data, KEYS, name)
    kind = data.get("kind", "guide")
    if kind not in BODIES:
        raise BadMapping(f"{name}：没有类型 {kind}，只能是：{'、'.join(BODIES)}")
    for path in (*data["fields"], *data.get("fixed", {})):
        if not _is_field(kind, path):
            raise BadMapping(f"{name}：{kind} 没有字段 {path}")
    if not {"id", "title"} <= set(data["fields"]):
        raise BadMapping(f"{name}：fields 里要有 id 和 title")
    return FieldMapping(
        name=str(data.get("name", name)),
        kind=kind,
        empty=frozenset(str(word) for word in data.get("empty", ())) | {""},
        rules=tuple(_rule(path, rule, name) for path, rule in data["fields"].items()),
        fixed={"kind": kind, **data.get("fixed", {})},
        distinguish=tuple(data.get("distinguish", ())),
        implausible=tuple(_implausible(item, kind, name) for item in data.get("implausible", ())),
    )


def _known(data: Mapping[str, Any], keys: set[str], where: str) -> None:
    unknown = sorted(set(data) - keys)
    if unknown:
        raise BadMapping(f"{where}：不认识 {'、'.join(unknown)}，只能用 {'、'.join(sorted(keys))}")


def _is_field(kind: str, path: str) -> bool:
    own = [column.path for column in all_columns() if column.path in paths_of(kind)]
    return path == "kind" or any(known == path or known.startswith(f"{path}.") for known in own)


def _rule(path: str, rule: Any, name: str) -> Rule:
    where = f"{name} 的 {path}"
    rule = {"from": rule} if isinstance(rule, str) else rule
    if not isinstance(rule, dict):
        raise BadMapping(f"{where}：要写成列名，或 {{from: 列名, do: [...]}}")
    _known(rule, RULE_KEYS, where)
    if ("from" in rule) == ("text" in rule):
        raise BadMapping(f"{where}：要写 from（列名）或 text（模板），二者取一")
    columns = rule.get("from", ())
    return Rule(
        path=path,
        columns=(columns,) if isinstance(columns, str) else tuple(columns),
        template=rule.get("text", ""),
        steps=tuple(_step(step, where) for step in rule.get("do", ())),
        otherwise=rule.get("else"),
    )


def _step(step: Any, where: str) -> tuple[str, Any]:
    name, argument = next(iter(step.items())) if isinstance(step, dict) and len(step) == 1 else (step, None)
    if name not in TRANSFORMS:
        raise BadMapping(f"{where}：没有转换 {name}，只能用 {'、'.join(sorted(TRANSFORMS))}")
    return name, argument


def _implausible(item: Any, kind: str, name: str) -> Implausible:
    if not isinstance(item, dict) or not {"name", "when", "clear"} == set(item) or not isinstance(item["when"], dict):
        raise BadMapping(f"{name} 的 implausible：每项要有 name、when（列名: 正则）、clear（字段）")
    for path in item["clear"]:
        if not _is_field(kind, path):
            raise BadMapping(f"{name} 的 implausible：{kind} 没有字段 {path}")
    return Implausible(
        item["name"], {key: re.compile(str(text)) for key, text in item["when"].items()}, tuple(item["clear"])
    )


def drop_path(data: dict[str, Any], path: str) -> Any:
    """Take away what stands at a dotted path and return it, None when nothing does."""
    parent, _, last = path.rpartition(".")
    home = get_path(data, parent) if parent else data
    return home.pop(last, None) if isinstance(home, dict) else None
