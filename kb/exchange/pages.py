"""Entries as documents for reading: Markdown, HTML and Word, each entry a chapter with its parts in order."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from pathlib import Path

import docx

from kb.bodies import Material, PolicyBody
from kb.facets import Facet, facets
from kb.labels import KINDS, LABELS, STATUSES
from kb.models import Entry

MATERIAL_HEADINGS = tuple(LABELS[f"body.materials.{name}"] for name in ("name", "form", "origin", "waivable", "note"))


def _materials(entry: Entry) -> tuple[Material, ...]:
    return getattr(entry.body, "materials", ())


def _material_row(item: Material) -> tuple[str, ...]:
    return item.name + ("" if item.required else "（按需）"), item.form, item.origin, item.waivable, item.note


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


def _parts(entry: Entry) -> list[Facet]:
    return [facet for facet in facets(entry) if facet.name != "materials" or not _materials(entry)]


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
    for facet in _parts(entry):
        if facet.name == "article" and isinstance(entry.body, PolicyBody):
            article = next(item for item in entry.body.articles if f"article-{item.number}" == facet.key)
            if article.chapter != chapter:
                chapter = article.chapter
                yield f"\n## {_safe(chapter)}"
            yield f"\n{_safe(facet.heading)} {_safe(facet.text)}"
        else:
            yield f"\n## {_safe(facet.heading)}\n\n{_safe(facet.text)}"
    if _materials(entry):
        yield f"\n## {LABELS['body.materials']}\n"
        yield f"| {' | '.join(MATERIAL_HEADINGS)} |\n|{'---|' * len(MATERIAL_HEADINGS)}"
        for item in _materials(entry):
            cells = (_safe(text).replace("|", "｜").replace("\n", " ") for text in _material_row(item))
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
    for facet in _parts(entry):
        text = html.escape(facet.text).replace("\n", "<br>")
        yield f"<h2>{html.escape(facet.heading)}</h2>\n<p>{text}</p>"
    if _materials(entry):
        yield f"<h2>{LABELS['body.materials']}</h2>\n<table>\n<tr>"
        yield "".join(f"<th>{name}</th>" for name in MATERIAL_HEADINGS) + "</tr>"
        for item in _materials(entry):
            yield "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in _material_row(item)) + "</tr>"
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
        for facet in _parts(entry):
            document.add_heading(facet.heading, level=2)
            document.add_paragraph(facet.text)
        if _materials(entry):
            document.add_heading(LABELS["body.materials"], level=2)
            table = document.add_table(rows=1, cols=len(MATERIAL_HEADINGS), style="Table Grid")
            _fill(table.rows[0].cells, MATERIAL_HEADINGS)
            for item in _materials(entry):
                _fill(table.add_row().cells, _material_row(item))
    document.save(str(path))


def _fill(cells: Sequence[object], texts: Sequence[str]) -> None:
    for cell, text in zip(cells, texts, strict=True):
        cell.text = text  # type: ignore[attr-defined]
