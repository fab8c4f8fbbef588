"""The form of an entry: its fields by kind, an entry as the texts of the form, and those texts as an entry."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from pydantic import ValidationError

from kb.bodies import PROPERTIES, Part, Rule, Unit
from kb.exchange.cells import from_lines, to_lines
from kb.exchange.columns import Column, all_columns, get_path, paths_of, set_path
from kb.files import MESSAGES
from kb.labels import label
from kb.models import Attachment, Entry, Grade
from web.curation.errors import InvalidEntry

Texts = dict[str, str]
FIELDS_KEPT = ("id", "kind", "status", "version", "updated_on", "topic")  # not for typing: the desk fills them in
GROUPS = {
    "基本": ("title", "summary", "theme", "department", "owner", "jurisdiction", "code", "doc_number"),
    "怎么问到它": ("aliases", "questions", "ways", "faq", "confused_with", "related"),
    "有效期与复核": ("effective_from", "effective_to", "review_by", "superseded_by", "status_note"),
    "依据、来源与附件": ("basis", "sources", "attachments"),
}
CONTENT = "内容"
CHOICES: dict[str, tuple[str, ...]] = {
    "ways.part": get_args(Part),
    "body.time.statutory.unit": get_args(Unit),
    "body.time.promised.unit": get_args(Unit),
    "sources.grade": get_args(Grade),
    "attachments.media": get_args(Attachment.__fields__["media"].outer_type_),
    "body.rules.op": get_args(Rule.__fields__["op"].outer_type_),
    "body.form": ("会议通知", "活动公告", "停办通知", "政策解读"),
}
HINTS = {
    "aliases": "一行一个：人们怎么叫它",
    "questions": "一行一个：人们怎么问",
    "ways.texts": "一行一个：人们怎么问这一部分",
    "body.properties": f"一行一个，可用：{'、'.join(PROPERTIES)}",
    "related": "一行一个条目编号",
    "effective_to": "到这一天为止有效；过期自动不再当作现行答案",
    "body.steps.after": "先做第几步，一行一个；空＝上一步",
}
LONG_TEXT_FIELDS = re.compile(
    r"summary|detail|note|\.a$|text|answer|content|sentence|difference|basis$|excluded|validity|renewal"
)
DAYS = {"effective_from", "effective_to", "review_by", "sources.seen", "body.window_from", "body.window_to"}
CELL = re.compile(r"^(.+)\.(\d{1,4})\.([a-z_]+)$")


@dataclass(frozen=True)
class Field:
    """One field of the form: dotted path, heading, how it is typed, choices, hint; a table has columns."""

    path: str
    title: str
    form: str
    choices: tuple[str, ...] = ()
    hint: str = ""
    columns: tuple[Field, ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]


@cache
def groups(kind: str) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """Return (group, fields) of the form for a kind, in the order of the page."""
    there = {column.path: column for column in all_columns() if column.path in paths_of(kind)}
    body = [_field(column) for path, column in there.items() if path.startswith("body.")]
    made = [(title, tuple(_field(there[path]) for path in paths if path in there)) for title, paths in GROUPS.items()]
    return (made[0], (CONTENT, tuple(body)), *made[1:])


def _field(column: Column) -> Field:
    path, form = column.path, str(column.shape)
    if path in CHOICES:
        form = "choice"
    elif path in DAYS:
        form = "day"
    elif form == "text" and LONG_TEXT_FIELDS.search(path):
        form = "long"
    columns = tuple(_field(inner) for inner in column.columns)
    required = column.shape == "text" and column.blank is None and path not in DAYS and path not in CHOICES
    return Field(path, column.heading, form, CHOICES.get(path, ()), HINTS.get(path, ""), columns, required)


def as_texts(entry: Entry) -> Texts:
    """Return the entry as the form holds it: one text a field, table cells as path.number.column."""
    plain = json.loads(entry.json())
    texts: Texts = {}
    for field in _fields(entry.kind):
        value = get_path(plain, field.path)
        if field.form == "table":
            for number, item in enumerate(value or ()):
                texts |= {
                    f"{field.path}.{number}.{cell.name}": _text(cell, item.get(cell.name)) for cell in field.columns
                }
        else:
            texts[field.path] = _text(field, value)
    return texts


def rows(field: Field, texts: Mapping[str, str]) -> list[int]:
    """Return the numbers of a table's rows that the texts hold, in order."""
    found = (CELL.match(name) for name in texts if name.startswith(f"{field.path}."))
    return sorted({int(match[2]) for match in found if match and match[1] == field.path})


def as_entry(base: Mapping[str, Any], texts: Mapping[str, str]) -> Entry:
    """Return the entry that the texts describe; `base` holds id, kind and what is not typed (InvalidEntry)."""
    data: dict[str, Any] = {**{name: base[name] for name in FIELDS_KEPT if name in base}, "body": {}}
    problems: dict[str, str] = {}
    for field in _fields(str(base["kind"])):
        try:
            value = _table(field, texts) if field.form == "table" else _value(field, texts.get(field.path, ""))
        except ValueError as error:
            problems[field.path] = str(error)
            continue
        if value is not None:
            set_path(data, field.path, value)
    if problems:
        raise InvalidEntry(problems)
    try:
        return Entry.parse_obj(data)
    except ValidationError as error:
        raise InvalidEntry(complaints(error)) from error


def complaints(error: ValidationError) -> dict[str, str]:
    """Return what is wrong, by the field's name in the form."""
    found: dict[str, str] = {}
    for item in error.errors():
        path = ".".join(str(part) for part in item["loc"] if part != "__root__")
        if item["type"].startswith("value_error.const"):
            said = f"只能是：{'、'.join(map(str, item['ctx']['permitted']))}"
        else:
            said = MESSAGES.get(item["type"], str(item["msg"]))
        found.setdefault(path or "title", said)
    return found


def named(path: str) -> str:
    """Return a form's field name as a person reads it: body.materials.0.name is 申请材料 第1项 材料名称."""
    return label(re.sub(r"\.(\d+)", lambda match: f"[{int(match[1]) + 1}]", path))


def _fields(kind: str) -> Iterator[Field]:
    for _, fields in groups(kind):
        yield from fields


def _text(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if field.form == "lines":
        return str(to_lines(value))
    if field.form == "flag":
        return "是" if value else "否"
    if field.form == "json" and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(field: Field, text: str) -> Any:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if field.form == "lines":
        return from_lines(text)
    if field.form == "flag":
        return text == "是"
    if field.form == "json":
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text


def _table(field: Field, texts: Mapping[str, str]) -> list[dict[str, Any]]:
    found = []
    for number in rows(field, texts):
        cells = {cell: texts.get(f"{field.path}.{number}.{cell.name}", "") for cell in field.columns}
        typed = any(text.strip() for cell, text in cells.items() if cell.form not in ("flag", "choice"))
        if typed:
            found.append(
                {cell.name: value for cell, text in cells.items() if (value := _value(cell, text)) is not None}
            )
    return found
