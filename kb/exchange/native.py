"""Entries as tables of our own form, and back: one sheet of entries, one more for each list of things they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from kb.exchange.cells import from_cell, to_cell
from kb.exchange.columns import Column, all_columns, get_path, paths_of, set_path
from kb.exchange.import_report import Problem, Reading
from kb.exchange.sheets import Sheet
from kb.files import MESSAGES
from kb.labels import LABELS, label
from kb.models import Entry

MAIN = "条目"
HELP = "说明"
ID, KIND, TITLE = LABELS["id"], LABELS["kind"], LABELS["title"]


def plain(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data without its version; dates are text."""
    data: dict[str, Any] = json.loads(entry.json(exclude={"version"}))
    return data


def is_native(sheet: Sheet) -> bool:
    """Say whether a table has the headings of our own form."""
    return {ID, KIND, TITLE} <= set(sheet.headings)


def main_row(entry: dict[str, Any], columns: Iterable[Column]) -> list[str]:
    """Return the cells of one entry; a column that its kind does not have stays blank."""
    own = paths_of(entry["kind"])
    return [_cell(column, get_path(entry, column.path)) if column.path in own else "" for column in columns]


def _cell(column: Column, value: Any) -> str:
    if column.shape == "table":
        return to_cell("\n".join(json.dumps(item, ensure_ascii=False) for item in value or ()))
    return column.write(value)


def table_rows(entry: dict[str, Any], column: Column) -> Iterator[list[str]]:
    """Yield the rows of one list of an entry for its own sheet, the entry's id first."""
    for item in (get_path(entry, column.path) if column.path in paths_of(entry["kind"]) else None) or ():
        yield [to_cell(entry["id"]), *(inner.write(item.get(inner.name)) for inner in column.columns)]


def read_sheets(sheets: Sequence[Sheet], source: str, reading: Reading) -> None:
    """Read the sheet of entries with those of its lists into `reading`."""
    lists: dict[str, dict[str, list[Any]]] = {}
    by_heading = {column.heading: column for column in all_columns()}
    main = next(sheet for sheet in sheets if is_native(sheet))
    for sheet in sheets:
        column = by_heading.get(sheet.name)
        if sheet is not main and column is not None and column.shape == "table" and ID in sheet.headings:
            lists[column.path] = _lists(sheet, column, source, reading)
    unknown = [heading for heading in main.headings if heading and heading not in by_heading]
    for heading in unknown:
        reading.problems.append(Problem(source, 1, "", heading, "没有这一列，已略过", fate="changed"))
    for number, cells in main.records():
        reading.row()
        _read_row(number, cells, lists, by_heading, source, reading)
    for path, owned in lists.items():
        for key in owned:
            if key not in reading.homes:
                reading.problems.append(Problem(source, 0, key, LABELS[path], f"“{MAIN}”表里没有这个编号"))


def _lists(sheet: Sheet, column: Column, source: str, reading: Reading) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    inner = {item.heading: item for item in column.columns}
    for number, cells in sheet.records():
        key = from_cell(cells.get(ID))
        try:
            item = {part.name: part.read(text) for part, text in _filled(cells, inner)}
        except ValueError as error:
            reading.problems.append(Problem(f"{source}·{sheet.name}", number, key, column.heading, str(error)))
            continue
        if item:
            found.setdefault(key, []).append(item)
    return found


def _filled(cells: Mapping[str, Any], columns: Mapping[str, Column]) -> Iterator[tuple[Column, str]]:
    for heading, value in cells.items():
        text = from_cell(value)
        if text and heading in columns:
            yield columns[heading], text


def _read_row(
    number: int,
    cells: Mapping[str, Any],
    lists: Mapping[str, Mapping[str, list[Any]]],
    columns: Mapping[str, Column],
    source: str,
    reading: Reading,
) -> None:
    key = from_cell(cells.get(ID))
    data: dict[str, Any] = {"body": {}}
    refused = []
    for column, text in _filled(cells, columns):
        try:
            set_path(data, column.path, column.read(text))
        except ValueError as error:
            refused.append(Problem(source, number, key, column.heading, str(error), text[:80]))
    for path, owned in lists.items():
        if key in owned:
            set_path(data, path, owned[key])
    if refused:
        reading.problems += refused
    else:
        build(data, source, number, reading)


def build(data: dict[str, Any], source: str, number: int, reading: Reading) -> None:
    """Make an entry of plain data and keep it; what is wrong with it is told field by field."""
    try:
        reading.take(Entry.parse_obj(data), source, number)
    except ValidationError as error:
        for item in error.errors():
            reading.problems.append(Problem(source, number, str(data.get("id", "")), *_complaint(item)))


def _complaint(item: Mapping[str, Any]) -> tuple[str, str]:
    parts = [part for part in item["loc"] if part != "__root__"]
    path = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
    if item["type"] in MESSAGES:
        return label(path), MESSAGES[item["type"]]
    if item["type"].startswith("value_error.const"):
        return label(path), f"只能是：{'、'.join(map(str, item['ctx']['permitted']))}"
    return label(path), str(item["msg"])
