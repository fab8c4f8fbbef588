"""Empty tables to fill in and import: our own columns with an explanation, or question and answer."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

from kb.bodies import PROPERTIES
from kb.errors import BadFile
from kb.exchange.columns import EMPTY, Column, all_columns, paths_of
from kb.exchange.export import fill_sheet
from kb.exchange.native import HELP, ID, MAIN
from kb.labels import KINDS, STATUSES

QUESTIONS = ("问题", "答复", "相似问法")
ALLOWED = {
    "kind": "、".join(KINDS.values()),
    "status": "、".join(STATUSES.values()) + "；空＝已发布",
    "id": "字母、数字和 . _ -，最多80个字符；编号已有的条目会被更新",
    "body.properties": "、".join(PROPERTIES),
}
HOW = {
    "text": "文字",
    "number": "数字",
    "flag": "是 或 否",
    "lines": "每行一项（单元格内换行用 Alt+Enter）",
    "json": "文字、数字，或 JSON",
}


def write_template(path: Path, kind: str = "") -> None:
    """Write an empty table, xlsx or csv (BadFile for another ending).

    `kind` is a kind of entry, empty for all of them, or `qa` for a sheet of questions and answers.
    """
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise BadFile(f"{path.name}：模板只能是 .xlsx 或 .csv")
    columns = [column for column in all_columns() if not kind or kind == "qa" or column.path in paths_of(kind)]
    headings = QUESTIONS if kind == "qa" else [column.heading for column in columns]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerow(headings)
        return
    book = Workbook(write_only=True)
    if kind == "qa":
        fill_sheet(book, "问答", QUESTIONS, [])
        fill_sheet(book, HELP, ("列", "怎么填"), [("问题", "必填"), ("答复", "必填"), ("相似问法", HOW["lines"])])
    else:
        fill_sheet(book, MAIN, [column.heading for column in columns if column.shape != "table"], [])
        for column in columns:
            if column.shape == "table":
                fill_sheet(book, column.heading, [ID, *(part.heading for part in column.columns)], [])
        fill_sheet(book, HELP, ("表", "列", "用于", "怎么填"), _explained(columns))
    book.save(path)


def _explained(columns: list[Column]) -> Iterator[tuple[str, str, str, str]]:
    for column in columns:
        kinds = [word for kind, word in KINDS.items() if column.path in paths_of(kind)]
        used = "所有类型" if len(kinds) == len(KINDS) else "、".join(kinds)
        if column.shape == "table":
            yield column.heading, ID, used, f"写“{MAIN}”表里的编号，一行一项"
            for part in column.columns:
                yield column.heading, part.heading, used, _how(part)
        else:
            yield MAIN, column.heading, used, _how(column)


def _how(column: Column) -> str:
    if column.path in ALLOWED:
        return ALLOWED[column.path]
    usual = f"；空＝{column.blank}，要留空请写{EMPTY}" if column.blank else ""
    return ("日期，如 2026-11-22" if column.name in _DAYS else HOW[column.shape]) + usual


_DAYS = (
    "effective_from",
    "effective_to",
    "review_by",
    "updated_on",
    "seen",
    "window_from",
    "window_to",
    "valid_from",
    "valid_to",
)
