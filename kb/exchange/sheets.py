"""Tables out of xlsx, csv and JSON Lines files: headings, and rows with the number they have in the file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from kb.errors import BadFile
from kb.exchange.cells import from_cell
from kb.exchange.file_guard import check_office, read_text

LONGEST_FIELD = 10_000_000
MAX_ROWS = 500_000
Row = tuple[int, tuple[Any, ...]]


@dataclass
class Sheet:
    """One table. `headings` is its first row as text; `rows` are those below it, with their numbers in the file."""

    name: str
    headings: tuple[str, ...]
    rows: list[Row]

    def records(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (number, heading -> value) of every row."""
        for number, row in self.rows:
            yield number, dict(zip(self.headings, row, strict=False))


def read_xlsx(path: Path) -> list[Sheet]:
    """Return the sheets of a workbook that are not empty (BadFile)."""
    check_office(path, ".xlsx")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            found = [_sheet(page.title, list(_trimmed(page.iter_rows(values_only=True)))) for page in book.worksheets]
        finally:
            book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise BadFile(f"{path.name}：文件已损坏，或不是 .xlsx 文件：{error}") from error
    return [sheet for sheet in found if sheet is not None]


def _trimmed(rows: Iterable[Sequence[Any]]) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise BadFile(f"表格超过 {MAX_ROWS} 行，请分成几个文件")
        if any(value not in (None, "") for value in row):
            yield number, tuple(row)


def read_csv(path: Path) -> list[Sheet]:
    """Return the one table of a csv or tab-separated file, whatever its encoding (BadFile)."""
    text = read_text(path)
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        rows = list(_trimmed(reader))
    except csv.Error as error:
        raise BadFile(f"{path.name}：第 {reader.line_num} 行的引号或分隔有误：{error}") from error
    sheet = _sheet(path.stem, rows)
    if sheet is None:
        raise BadFile(f"{path.name}：文件是空的")
    return [sheet]


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;", key=first.count)


def _sheet(name: str, rows: list[Row]) -> Sheet | None:
    if not rows:
        return None
    return Sheet(name, tuple(from_cell(value) for value in rows[0][1]), rows[1:])


def read_json(path: Path) -> Iterator[tuple[int, Any, str]]:
    """Yield (line number, value, complaint) of a JSON Lines file, or of a JSON file with one list (BadFile)."""
    text = read_text(path)
    if path.suffix.lower() == ".json":
        try:
            items = json.loads(text)
        except json.JSONDecodeError as error:
            raise BadFile(f"{path.name}：第 {error.lineno} 行不是 JSON：{error.msg}") from error
        for number, item in enumerate(items if isinstance(items, list) else [items], start=1):
            yield number, item, ""
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line), ""
        except json.JSONDecodeError as error:
            yield number, None, f"不是 JSON：{error.msg}（第 {error.colno} 个字符）"
