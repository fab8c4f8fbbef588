"""Entries into files: tables that can be edited and imported again, and documents for reading."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from kb.errors import BadFile
from kb.exchange.columns import Column, all_columns
from kb.exchange.native import ID, MAIN, main_row, plain, table_rows
from kb.exchange.pages import write_docx, write_html, write_markdown
from kb.files import dump_entry
from kb.models import Entry

ALWAYS = ("id", "kind", "title", "status")
SHEET_NAME_LIMIT = 31
LONGEST_CELL = 32_767  # what a spreadsheet cell holds


def write_entries(entries: Iterable[Entry], path: Path) -> int:
    """Write entries by the file's ending and return how many; an existing file is replaced only when all went well.

    xlsx, csv, jsonl and a folder (no ending: one YAML file an entry) can be imported again; md, html and docx are for
    reading. Raises BadFile for another ending.
    """
    everything = list(entries)
    if not path.suffix:
        path.mkdir(parents=True, exist_ok=True)
        for entry in everything:
            (path / f"{entry.id}.yaml").write_text(dump_entry(entry), encoding="utf-8")
        return len(everything)
    if path.suffix.lower() not in WRITERS:
        raise BadFile(f"{path.name}：不能导出为 {path.suffix}，可用 {'、'.join(WRITERS)}，或一个文件夹")
    fresh = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        WRITERS[path.suffix.lower()](everything, fresh)
        fresh.replace(path)
    except OSError as error:
        raise BadFile(f"{path}：写不了：{error.strerror}") from error
    finally:
        fresh.unlink(missing_ok=True)
    return len(everything)


def write_xlsx(entries: Sequence[Entry], path: Path) -> None:
    """Write a workbook: the sheet of entries, and one sheet for each kind of list they hold."""
    data = [plain(entry) for entry in entries]
    columns = [column for column in all_columns() if column.shape != "table"]
    rows = [main_row(item, columns) for item in data]
    used = _used(columns, rows)
    tables = [(MAIN, [columns[place].heading for place in used], [[row[place] for place in used] for row in rows])]
    for column in all_columns():
        inner = [row for item in data for row in table_rows(item, column)] if column.shape == "table" else []
        if inner:
            tables.append((column.heading, [ID, *(part.heading for part in column.columns)], inner))
    for _, _, cells in tables:
        _check_lengths(cells)  # before the workbook is begun: one left half written complains when it goes away
    book = Workbook(write_only=True)
    for name, headings, cells in tables:
        fill_sheet(book, name, headings, cells)
    book.save(path)


def _check_lengths(rows: Iterable[Sequence[str]]) -> None:
    for text in (text for row in rows for text in row if len(text) > LONGEST_CELL):
        raise BadFile(f"一格放不下 {len(text)} 个字：{text[:20]}…；请导出为 csv 或 jsonl")


def _used(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [place for place, column in enumerate(columns) if column.path in ALWAYS or any(row[place] for row in rows)]


def fill_sheet(book: Any, name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Add a sheet with bold headings that stay in sight; every cell is text (BadFile when one is too long)."""
    cells = list(rows)
    _check_lengths(cells)
    page = book.create_sheet(name[:SHEET_NAME_LIMIT])
    page.freeze_panes = "B2"
    extent = f"A1:{_letters(len(headings))}{len(cells) + 1}"
    page.calculate_dimension = lambda: extent  # without it, readers go through the whole sheet to learn its size
    for number in range(1, len(headings) + 1):
        page.column_dimensions[_letters(number)].width = 24
    page.append([_cell(page, text, Font(bold=True)) for text in headings])
    for row in cells:
        page.append([_cell(page, text) if text else None for text in row])


def _cell(page: Any, text: str, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    cell.number_format = "@"
    if font is not None:
        cell.font = font
    elif "\n" in text:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def write_csv(entries: Sequence[Entry], path: Path) -> None:
    """Write one table with a byte order mark, so that Excel opens it; lists of things are one JSON object a line."""
    columns = all_columns()
    rows = [main_row(plain(entry), columns) for entry in entries]
    used = _used(columns, rows)
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([columns[place].heading for place in used])
        writer.writerows([row[place] for place in used] for row in rows)


def write_jsonl(entries: Sequence[Entry], path: Path) -> None:
    """Write one JSON object a line; values that are the usual ones are left out."""
    with path.open("w", encoding="utf-8") as out:
        for entry in entries:
            data = json.loads(entry.json(exclude={"version"}, exclude_defaults=True))
            out.write(json.dumps({**data, "status": entry.status}, ensure_ascii=False) + "\n")


WRITERS: dict[str, Callable[[Sequence[Entry], Path], None]] = {
    ".xlsx": write_xlsx,
    ".csv": write_csv,
    ".jsonl": write_jsonl,
    ".md": write_markdown,
    ".html": write_html,
    ".docx": write_docx,
}
