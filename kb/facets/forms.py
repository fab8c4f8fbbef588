"""The forms that a part of an entry takes, as frozen values: `line` says one as a text, cards and tables lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.bodies import Article, Question, Step, TimeLimit


@dataclass(frozen=True)
class Text:
    """Paragraphs; empty ones do not count."""

    paragraphs: tuple[str, ...]

    @classmethod
    def of(cls, *paragraphs: str) -> Text:
        """Return the paragraphs as a form."""
        return cls(paragraphs)


@dataclass(frozen=True)
class Points:
    """A list of texts, with numbers in the line or without."""

    items: tuple[str, ...]
    numbered: bool = True


@dataclass(frozen=True)
class Pair:
    """A labelled value. `said` is what the line has in place of label：value, or of nothing for an empty value."""

    label: str
    value: str
    said: str | None = None


@dataclass(frozen=True)
class Pairs:
    """Labelled values, and what joins them in the line."""

    pairs: tuple[Pair, ...]
    joint: str = "；"


@dataclass(frozen=True)
class Column:
    """A column of cards. `said` is how the line has a cell (empty: not at all), `label` the heading in documents."""

    heading: str
    said: str = "{}"
    label: str = ""


@dataclass(frozen=True)
class Row:
    """One thing, its name first; `required` is false for a thing that only some need."""

    cells: tuple[str, ...]
    required: bool = True

    @property
    def shown(self) -> tuple[str, ...]:
        """The cells of a table."""
        return self.cells[0] + ("" if self.required else "（按需）"), *self.cells[1:]


@dataclass(frozen=True)
class Table:
    """Things in rows, with what a line begins with and what stands above a card's table.

    In documents it is a table when its columns have labels, else a line.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lead: str = ""
    note: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """The headings in documents."""
        return tuple(column.label for column in self.columns if column.label)


@dataclass(frozen=True)
class Steps:
    """Steps in order."""

    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Times:
    """Statutory and promised time side by side, and what does not count."""

    limit: TimeLimit


@dataclass(frozen=True)
class Questions:
    """Questions with answers; each is a facet of its own."""

    items: tuple[Question, ...]


@dataclass(frozen=True)
class Articles:
    """Articles of a law; each is a facet of its own."""

    items: tuple[Article, ...]


Whole = Text | Points | Pairs | Table | Steps | Times
Form = Whole | Questions | Articles


def line(form: Whole) -> str:
    """Return all that the form holds as one line, empty when that is nothing."""
    match form:
        case Text(paragraphs):
            return " ".join(filter(None, paragraphs))
        case Points(items, numbered):
            return listed(items) if numbered else "；".join(items)
        case Pairs(pairs, joint):
            return joint.join(filter(None, map(pair_line, pairs)))
        case Table(columns, rows, lead):
            return lead + listed([_row_line(columns, row) for row in rows])
        case Steps(steps):
            return listed([f"{one.name}{one.detail and f'：{one.detail}'}{_aside(one.time)}" for one in steps])
        case Times(limit):
            known = {"法定时限": limit.statutory.text, "承诺时限": limit.promised.text, "不计入": limit.excluded}
            return line(Pairs(tuple(Pair(*one) for one in known.items())))


def pair_line(pair: Pair) -> str:
    """Return what the line says of one labelled value."""
    if pair.said is None:
        return f"{pair.label}：{pair.value}" if pair.value else ""
    return pair.said


def _row_line(columns: Sequence[Column], row: Row) -> str:
    cells = zip(columns[1:], row.cells[1:], strict=True)
    more = "，".join(column.said.format(cell) for column, cell in cells if column.said and cell)
    return row.cells[0] + _aside(more) + ("" if row.required else "［按需］")


def _aside(text: str) -> str:
    return f"（{text}）" if text else ""


def listed(items: Sequence[str]) -> str:
    """Return items in one line: a single one as it is, more with numbers."""
    if len(items) == 1:
        return items[0]
    return "".join(f"{number}. {item.rstrip('。；')}；" for number, item in enumerate(items, start=1)).rstrip("；")
