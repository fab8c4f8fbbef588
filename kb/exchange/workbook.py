"""A table as a workbook that opens in any spreadsheet program, harmless whatever its cells hold."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from kb.exchange.cells import to_cell
from kb.exchange.export import fill_sheet


def workbook(name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return an xlsx file with one sheet; every cell is text that no program takes for a formula."""
    return sheets([(name, headings, rows)])


def sheets(tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """Return an xlsx file with a sheet for each (name, headings, rows), in their order."""
    book, out = Workbook(write_only=True), io.BytesIO()
    for name, headings, rows in tables:
        fill_sheet(book, name, headings, ([to_cell(value) for value in row] for row in rows))
    book.save(out)
    return out.getvalue()
