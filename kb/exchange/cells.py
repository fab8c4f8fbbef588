"""Values in and out of table cells: exact both ways, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from typing import Any

from openpyxl.utils.escape import unescape

_FORMULA = re.compile(r"^'*[=+\-@\t\r＝＋－＠]")
_ESCAPED = re.compile(r"^'+[=+\-@\t\r＝＋－＠]")
_CONTROL = r"\x00-\x08\x0b-\x1f\ufffe\uffff"  # openpyxl's own escape takes line breaks too and leaves out half of these
_CODED = re.compile(rf"[{_CONTROL}]|_(?=x[0-9A-Fa-f]{{4}}[_{_CONTROL}])")  # and what would be read as a code


def guard(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: '=1+1 in place of =1+1."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """Undo `guard`; a text that was never guarded is left alone."""
    return text[1:] if _ESCAPED.match(text) else text


def to_cell(value: Any) -> str:
    """Return a plain value as the text of a cell."""
    if value is None:
        text = ""
    elif isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, float):
        text = f"{value:g}" if float(f"{value:g}") == value else repr(value)
    elif isinstance(value, (dt.date, dt.datetime)):
        text = value.isoformat()
    else:
        text = str(value)
    return _CODED.sub(lambda match: f"_x{ord(match[0]):04X}_", guard(text))


def from_cell(value: Any) -> str:
    """Return the text of a cell, whatever a spreadsheet made of it (numbers, dates), as `to_cell` had it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return unguard(str(unescape(text)).strip())


def to_lines(items: Iterable[Any]) -> str:
    """Return items one a line; one with line breaks of its own, or that looks like JSON, is written as JSON."""
    return "\n".join(_line(item) for item in items)


def _line(item: Any) -> str:
    if (
        isinstance(item, str)
        and item
        and not re.search(r"[\r\n]", item)
        and item[0] not in '"{['
        and item == item.strip()
    ):
        return item
    return json.dumps(item, ensure_ascii=False)


def from_lines(text: str) -> list[Any]:
    """Return the items of `to_lines`; blank lines are skipped."""
    return [_item(line.strip()) for line in text.split("\n") if line.strip()]


def _item(line: str) -> Any:
    if line[0] not in '"{[':
        return line
    try:
        return json.loads(line)
    except json.JSONDecodeError:
        return line
