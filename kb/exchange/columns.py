"""The columns of a table of entries, taken from the models: which field each holds, and how it is written in a cell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic.fields import SHAPE_SINGLETON, ModelField

from kb.bodies import BODIES, Value
from kb.exchange.cells import from_lines, to_cell, to_lines
from kb.labels import KINDS, LABELS, STATUSES
from kb.models import Entry

Shape = Literal["text", "number", "flag", "lines", "json", "table"]
EMPTY = "（空）"  # written for an empty text where a blank cell would mean the usual value
_LEFT_OUT = ("version", "body")  # the version is the store's count, not content
_WORDS = {"kind": KINDS, "status": STATUSES}


@dataclass(frozen=True)
class Column:
    """One column: dotted path, heading, shape; `blank` is the text that a blank cell stands for (None: no text)."""

    path: str
    heading: str
    shape: Shape
    blank: str | None = None
    columns: tuple[Column, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def write(self, value: Any) -> str:
        """Return the cell of a plain value; a table becomes one JSON object a line."""
        if self.shape in ("lines", "table"):
            return to_cell(to_lines(value or ()))
        if self.shape == "json":
            return to_cell(json.dumps(value, ensure_ascii=False))
        if value == "" and self.blank != "":
            return EMPTY
        return to_cell(_WORDS.get(self.path, {}).get(value, value) if isinstance(value, str) else value)

    def read(self, text: str) -> Any:
        """Return the plain value of a cell that is not blank (ValueError says what is wrong with it)."""
        if self.shape == "lines":
            return from_lines(text)
        if self.shape == "table":
            return [self._object(item) for item in from_lines(text)]
        if self.shape == "json":
            return _json(text)
        if self.shape == "flag":
            return _flag(text)
        if text == EMPTY:
            return ""
        return _unworded(self.path, text)

    def _object(self, item: Any) -> dict[str, Any]:
        if isinstance(item, dict):
            return item
        if any(column.name == "name" for column in self.columns):
            return {"name": str(item)}
        raise ValueError(f"每行要写成 {{…}}，不能只写“{str(item)[:20]}”")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _flag(text: str) -> bool:
    if text.lower() in ("是", "true", "yes", "1", "√"):
        return True
    if text.lower() in ("否", "false", "no", "0", "×"):
        return False
    raise ValueError("要写成“是”或“否”")


def _unworded(path: str, text: str) -> str:
    words = _WORDS.get(path, {})
    return next((key for key, word in words.items() if word == text), text)


@cache
def all_columns() -> tuple[Column, ...]:
    """Return the columns of every kind, those of the body after those that all kinds share."""
    common = [
        column for name, field in Entry.__fields__.items() if name not in _LEFT_OUT for column in _of(field, name)
    ]
    body: dict[str, Column] = {}
    for model in BODIES.values():
        for name, field in model.__fields__.items():
            for column in _of(field, f"body.{name}"):
                body.setdefault(column.path, column)
    return (*common, *body.values())


@cache
def paths_of(kind: str) -> frozenset[str]:
    """Return the paths of the columns that an entry of this kind has."""
    body = BODIES[kind].__fields__
    return frozenset(
        column.path
        for column in all_columns()
        if not column.path.startswith("body.") or column.path.split(".")[1] in body
    )


def _of(field: ModelField, path: str) -> Iterator[Column]:
    is_model = isinstance(field.type_, type) and issubclass(field.type_, Value)
    if field.shape != SHAPE_SINGLETON:
        inner = (
            tuple(column for name, item in field.type_.__fields__.items() for column in _of(item, f"{path}.{name}"))
            if is_model
            else ()
        )
        yield Column(path, LABELS[path], "table" if is_model else "lines", columns=inner)
    elif is_model:
        for name, item in field.type_.__fields__.items():
            yield from _of(item, f"{path}.{name}")
    elif field.type_ is bool:
        yield Column(path, LABELS[path], "flag")
    elif field.type_ in (int, float):
        yield Column(path, LABELS[path], "number")
    elif field.outer_type_ is Any:
        yield Column(path, LABELS[path], "json")
    else:
        yield Column(path, LABELS[path], "text", blank=None if field.required else field.default)


def get_path(data: Any, path: str) -> Any:
    """Return what stands at a dotted path of nested dicts, None when nothing does."""
    for part in path.split("."):
        if not isinstance(data, dict) or part not in data:
            return None
        data = data[part]
    return data


def set_path(data: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a dotted path, making the dicts on the way."""
    *parents, last = path.split(".")
    for part in parents:
        data = data.setdefault(part, {})
    data[last] = value
