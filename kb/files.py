"""Entries as readable YAML files: reading with file, line and field of every complaint, and writing back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kb.errors import BadEntries, BadEntry
from kb.models import Entry
from kb.yaml_reader import read_tree

GUIDES = Path(__file__).parent / "guides"
ENTRY_FILE_BYTES = 1_000_000

MESSAGES = {
    "value_error.missing": "缺少这个字段",
    "value_error.extra": "没有这个字段，请检查拼写",
    "value_error.date": "日期要写成 2026-11-22",
    "type_error.none.not_allowed": "不能为空",
    "type_error.str": "要写成文字",
    "type_error.float": "要写成数字",
    "type_error.integer": "要写成整数",
    "type_error.tuple": "要写成列表，每项一行，以 - 开头",
    "type_error.bool": "要写成 true 或 false",
    "value_error.any_str.min_length": "不能为空",
}


def read_folder(folder: Path = GUIDES) -> list[Entry]:
    """Return the entries of all `*.yaml` below `folder`, sorted by id.

    Raises BadEntries with every complaint of every file, two files with one id among them.
    """
    entries: dict[str, Entry] = {}
    homes: dict[str, Path] = {}
    problems: list[BadEntry] = []
    for path in sorted(folder.rglob("*.yaml")):
        try:
            entry = read_file(path)
        except BadEntries as error:
            problems += error.problems
            continue
        if entry.id in entries:
            problems.append(BadEntry(str(path), 1, "id", f"{entry.id} 已在 {homes[entry.id]} 里用过"))
        entries[entry.id], homes[entry.id] = entry, path
    if problems:
        raise BadEntries(problems)
    return [entries[key] for key in sorted(entries)]


def read_file(path: Path) -> Entry:
    """Return the entry of one file; raises BadEntries naming file, line and field."""
    if path.stat().st_size > ENTRY_FILE_BYTES:
        raise BadEntries([BadEntry(str(path), None, "", f"文件超过 {ENTRY_FILE_BYTES} 字节")])
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadEntries([BadEntry(str(path), None, "", f"不是 UTF-8 文字：{error.reason}")]) from error
    return parse_entry(text, str(path))


def parse_entry(text: str, source: str) -> Entry:
    """Return the entry written in YAML `text`; `source` is the name used in complaints (BadEntries)."""
    try:
        tree, data = read_tree(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        raise BadEntries([BadEntry(source, line, "", f"YAML 写法有误：{getattr(error, 'problem', error)}")]) from error
    if not isinstance(data, dict) or tree is None:
        raise BadEntries([BadEntry(source, 1, "", "文件里应当是“字段: 值”")])
    try:
        return Entry.parse_obj(data)
    except ValidationError as error:
        raise BadEntries([_complaint(item, data, tree, source) for item in error.errors()]) from error


def dump_entry(entry: Entry) -> str:
    """Return the entry as YAML text that `parse_entry` reads back equal; default values are left out."""
    plain = _plain(entry.dict(exclude_defaults=True) | {"kind": entry.kind, "status": entry.status})
    order = [name for name in Entry.__fields__ if name in plain]
    return yaml.safe_dump({name: plain[name] for name in order}, allow_unicode=True, sort_keys=False, width=100)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, dt.date, type(None))) else str(value)


def _complaint(item: Any, data: dict[str, Any], tree: yaml.Node, source: str) -> BadEntry:
    location = [part for part in item["loc"] if part != "__root__"]
    if item["type"] in MESSAGES:
        problem = MESSAGES[item["type"]]
    elif item["type"].startswith("value_error.const"):
        problem = f"只能是：{'、'.join(map(str, item['ctx']['permitted']))}"
    else:
        problem = str(item["msg"])
    if location == ["body"] and "body" not in data:
        problem = "缺少这个字段"
    return BadEntry(source, _line(tree, location), ".".join(map(str, location)), problem)


def _line(node: yaml.Node, location: list[Any]) -> int:
    """Return the line (from 1) of the deepest node of `location` that is there."""
    line = node.start_mark.line + 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in node.value if pair[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line
