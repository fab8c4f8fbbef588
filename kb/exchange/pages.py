"""Entries as documents for reading: Markdown, HTML and Word, each entry a chapter with its parts in order."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx

from kb.bodies import PolicyBody
from kb.facets import HEADINGS, Facet, facets
from kb.facets.declarations import PARTS
from kb.facets.forms import Table
from kb.labels import KINDS, LABELS, STATUSES
from kb.models import Entry


def _tables(entry: Entry) -> dict[str, Table]:
    """Return the parts that documents have as tables, by name; they come after the other parts."""
    forms = {part.name: part.of(entry) for part in PARTS[entry.kind]}
    return {name: form for name, form in forms.items() if isinstance(form, Table) and form.labels and form.rows}


def _facts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield LABELS["id"], entry.id
    yield LABELS["kind"], KINDS[entry.kind]
    yield LABELS["status"], STATUSES[entry.status] + (f"（{entry.status_note}）" if entry.status_note else "")
    for name in (
        "aliases",
        "department",
        "owner",
        "jurisdiction",
        "doc_number",
        "effective_from",
        "effective_to",
        "review_by",
    ):
        value = getattr(entry, name)
        if value:
            yield LABELS[name], "、".join(value) if isinstance(value, tuple) else str(value)


def _texts(entry: Entry) -> list[Facet]:
    tables = _tables(entry)
    return [facet for facet in facets(entry) if facet.name not in tables]


def write_markdown(entries: Sequence[Entry], path: Path) -> None:
    """Write one Markdown document."""
    with path.open("w", encoding="utf-8") as out:
        for entry in entries:
            out.write("\n".join(_markdown(entry)) + "\n\n")


def _markdown(entry: Entry) -> Iterator[str]:
    yield f"# {_safe(entry.title)}\n"
    for name, value in _facts(entry):
        yield f"- {name}：{_safe(value)}"
    chapter = ""
    for facet in _texts(entry):
        if facet.name == "article" and isinstance(entry.body, PolicyBody):
            article = next(item for item in entry.body.articles if f"article-{item.number}" == facet.key)
            if article.chapter != chapter:
                chapter = article.chapter
                yield f"\n## {_safe(chapter)}"
            yield f"\n{_safe(facet.heading)} {_safe(facet.text)}"
        else:
            yield f"\n## {_safe(facet.heading)}\n\n{_safe(facet.text)}"
    for name, table in _tables(entry).items():
        yield f"\n## {HEADINGS[name]}\n"
        yield f"| {' | '.join(table.labels)} |\n|{'---|' * len(table.labels)}"
        for row in table.rows:
            cells = (_safe(text).replace("|", "｜").replace("\n", " ") for text in row.shown)
            yield f"| {' | '.join(cells)} |"


def _safe(text: str) -> str:
    return text.replace("<", "&lt;").replace("\n", "\n\n")


def write_html(entries: Sequence[Entry], path: Path) -> None:
    """Write one HTML page without scripts or outside links to assets."""
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<!doctype html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>知识库</title></head>\n<body>\n'
        )
        for entry in entries:
            out.write("\n".join(_html(entry)) + "\n")
        out.write("</body>\n</html>\n")


def _html(entry: Entry) -> Iterator[str]:
    yield f'<article id="{html.escape(entry.id)}">\n<h1>{html.escape(entry.title)}</h1>\n<ul>'
    yield from (f"<li>{name}：{html.escape(value)}</li>" for name, value in _facts(entry))
    yield "</ul>"
    for facet in _texts(entry):
        text = html.escape(facet.text).replace("\n", "<br>")
        yield f"<h2>{html.escape(facet.heading)}</h2>\n<p>{text}</p>"
    for name, table in _tables(entry).items():
        yield f"<h2>{HEADINGS[name]}</h2>\n<table>\n<tr>"
        yield "".join(f"<th>{label}</th>" for label in table.labels) + "</tr>"
        for row in table.rows:
            yield "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row.shown) + "</tr>"
        yield "</table>"
    yield "</article>"


def write_docx(entries: Sequence[Entry], path: Path) -> None:
    """Write one Word document."""
    document = docx.Document()
    for number, entry in enumerate(entries):
        if number:
            document.add_page_break()
        document.add_heading(entry.title, level=1)
        for name, value in _facts(entry):
            document.add_paragraph(f"{name}：{value}", style="List Bullet")
        for facet in _texts(entry):
            document.add_heading(facet.heading, level=2)
            document.add_paragraph(facet.text)
        for name, table in _tables(entry).items():
            document.add_heading(HEADINGS[name], level=2)
            drawn = document.add_table(rows=1, cols=len(table.labels), style="Table Grid")
            _fill(drawn.rows[0].cells, table.labels)
            for row in table.rows:
                _fill(drawn.add_row().cells, row.shown)
    document.save(str(path))


def _fill(cells: Sequence[object], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text  # type: ignore[attr-defined]
