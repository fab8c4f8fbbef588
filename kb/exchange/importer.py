"""One file of any known form into entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kb.errors import BadEntries, BadFile
from kb.exchange.answers import read_answers
from kb.exchange.documents import DOCUMENTS, open_document
from kb.exchange.file_guard import read_text
from kb.exchange.import_report import Problem, Reading
from kb.exchange.mapped_rows import read_mapped
from kb.exchange.mapping import FieldMapping
from kb.exchange.native import HELP, build, is_native, read_sheets
from kb.exchange.outline import read_document
from kb.exchange.sheets import Sheet, read_csv, read_json, read_xlsx
from kb.files import read_file

TABLES: dict[str, Callable[[Path], list[Sheet]]] = {
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
}
LINES = (".jsonl", ".json")
ENTRIES = (".yaml", ".yml")
FORMS = tuple(dict.fromkeys((*TABLES, *LINES, *ENTRIES, *DOCUMENTS)))


def read_entries(
    path: Path, mapping: FieldMapping | None = None, on_row: Callable[[int], None] | None = None
) -> Reading:
    """Read a file by its ending; rows that cannot be used are told in the Reading, the rest is in its entries.

    `on_row` is called with the number of rows just looked at.
    Raises BadFile when the file as a whole cannot be read, BadMapping when the mapping does not fit it.
    """
    ending = path.suffix.lower()
    reading = Reading(on_row=on_row)
    if ending in ENTRIES:
        _read_yaml(path, reading)
    elif ending in LINES:
        _read_lines(path, mapping, reading)
    elif ending in DOCUMENTS and not (ending == ".txt" and "\t" in read_text(path)):
        read_document(open_document(path), path.name, reading)
    elif ending in TABLES:
        _read_tables(TABLES[ending](path), mapping, path.name, reading)
    else:
        raise BadFile(f"{path.name}：不支持 {ending or '没有后缀'} 的文件，可用 {'、'.join(FORMS)}")
    return reading


def _read_yaml(path: Path, reading: Reading) -> None:
    reading.row()
    try:
        reading.take(read_file(path), path.name, 0)
    except OSError as error:
        raise BadFile(f"{path.name}：读不了：{error.strerror}") from error
    except BadEntries as error:
        reading.problems += [
            Problem(path.name, item.line or 0, "", item.field, item.problem) for item in error.problems
        ]


def _read_lines(path: Path, mapping: FieldMapping | None, reading: Reading) -> None:
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, item, complaint in read_json(path):
        if isinstance(item, dict):
            rows.append((number, item))
        else:
            reading.row()
            reading.problems.append(Problem(path.name, number, "", "", complaint or "每行要是一个 JSON 对象 {…}"))
    if mapping is not None:
        read_mapped(rows, mapping, path.name, reading)
    elif rows and not any("kind" in row for _, row in rows):
        headings = tuple(dict.fromkeys(name for _, row in rows for name in row))
        cells = [(number, tuple(row.get(name) for name in headings)) for number, row in rows]
        _read_tables([Sheet(path.stem, headings, cells)], None, path.name, reading)
    else:
        for number, row in rows:
            reading.row()
            build({key: value for key, value in row.items() if key != "version"}, path.name, number, reading)


def _read_tables(sheets: list[Sheet], mapping: FieldMapping | None, source: str, reading: Reading) -> None:
    if mapping is not None:
        for sheet in sheets:
            if not mapping.columns.isdisjoint(sheet.headings):
                read_mapped(sheet.records(), mapping, _named(source, sheet, sheets), reading)
    elif any(is_native(sheet) for sheet in sheets):
        read_sheets(sheets, source, reading)
    else:
        known = [read_answers(sheet, _named(source, sheet, sheets), reading) for sheet in sheets if sheet.name != HELP]
        if not any(known):
            raise BadFile(f"{source}：认不出这些列：{_headings(sheets)}；别的系统导出的表请配映射文件（--mapping）")


def _named(source: str, sheet: Sheet, sheets: Iterable[Sheet]) -> str:
    return source if len(list(sheets)) == 1 else f"{source}·{sheet.name}"


def _headings(sheets: list[Sheet]) -> str:
    return "、".join(heading[:20] for heading in (sheets[0].headings if sheets else ())[:12] if heading)
