"""An entry as a card: its parts kept as rows, steps and pairs so that a page can lay them out.

A part is a dict with `name` (a key of kb.facets.HEADINGS), `heading` and `format`; the rest depends on the format:
text (`text`), list (`items`), steps (`items` of name, detail, actor, time, after), table (`columns`, `rows`, `note`),
time (`statutory`, `promised`, `excluded`), pairs (`items` of label, value), faq (`items` of key, q, a, basis),
image (`url`, `text`, `links` of label, url).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from kb.facets import HEADINGS
from kb.facets.declarations import PARTS
from kb.facets.forms import Articles, Form, Pairs, Points, Questions, Steps, Table, Text, Times
from kb.models import Entry
from web.knowledge.print_sheet import has_sheet

Part = dict[str, Any]
BESIDE = {"audience", "basis", "article"}  # on a card they stand in the source line, or only when asked for


def parts(entry: Entry) -> list[Part]:
    """Return what the entry has to say, in reading order; empty parts are left out."""
    found = ((part, _laid_out(part.of(entry))) for part in PARTS[entry.kind])
    return [{"name": part.name, "heading": part.heading, **data} for part, data in found if data]


def card(entry: Entry, facet: str, key: str, day: dt.date) -> dict[str, Any]:
    """Return the message item that shows `entry`, opened at `facet`; of a law only the article asked for."""
    beside = BESIDE - ({facet} - {"article"})
    found = parts(entry)
    shown = [part for part in found if part["name"] not in beside]
    if has_sheet(entry):
        shown.append(_picture(entry))
    articles = (row for part in found if part["name"] == "article" for row in part["items"])
    if article := next((row for row in articles if key == f"article-{row['label']}"), None):
        shown.insert(0, {"name": "article", "heading": HEADINGS["article"], "format": "pairs", "items": [article]})
    return {
        "type": "guide",
        "entry_id": entry.id,
        "version": entry.version,
        "kind": entry.kind,
        "title": entry.title,
        "facet": facet,
        "key": key,
        "url": f"/entries/{entry.id}",
        "state": entry.state_on(day),
        "state_text": state_text(entry, day),
        "validity": validity(entry),
        "updated_on": entry.updated_on.isoformat() if entry.updated_on else None,
        "basis": [basis.text for basis in entry.basis],
        "fields": shown,
    }


def _picture(entry: Entry) -> Part:
    address = f"/entries/{entry.id}"
    return {
        "name": "flow",
        "heading": "一图一表",
        "format": "image",
        "url": f"{address}/flow.svg",
        "text": f"{entry.title}流程图",
        "links": [
            {"label": "打印一图一表", "url": f"{address}/sheet"},
            {"label": "下载 PDF", "url": f"{address}/sheet.pdf"},
        ],
    }


def state_text(entry: Entry, day: dt.date) -> str:
    """Return the warning that belongs above an entry that is not in force; empty for one that is."""
    note = f"（{entry.status_note}）" if entry.status_note else ""
    return {
        "future": f"尚未生效：自 {entry.effective_from} 起施行。",
        "expired": "已失效"
        + (f"：有效期到 {entry.effective_to}" if entry.effective_to else "")
        + f"{note}，仅供查阅。",
        "abolished": f"已废止{note}，仅供查阅。",
        "superseded": f"已被新的内容替代{note}，仅供查阅。",
        "draft": "草稿，尚未发布。",
    }.get(entry.state_on(day), "")


def validity(entry: Entry) -> str:
    """Return from when to when the entry holds, in words; empty when neither day is known."""
    if entry.effective_from and entry.effective_to:
        return f"{entry.effective_from} 至 {entry.effective_to}"
    if entry.effective_from:
        return f"{entry.effective_from} 起"
    return f"至 {entry.effective_to}" if entry.effective_to else ""


def _laid_out(form: Form) -> Part | None:
    """Return the format of a form and what it holds, None when that is nothing."""
    held: Part
    match form:
        case Text(paragraphs):
            name, held = "text", {"text": "\n".join(filter(None, paragraphs))}
        case Points(points):
            name, held = "list", {"items": list(points)}
        case Pairs(pairs):
            name, held = "pairs", {"items": [{"label": one.label, "value": one.value} for one in pairs if one.value]}
        case Articles(articles):
            name, held = "pairs", {"items": [{"label": one.number, "value": one.text} for one in articles]}
        case Table():
            name, held = "table", _table(form)
        case Steps(steps):
            name, held = "steps", {"items": [{**one.dict(), "after": list(one.after)} for one in steps]}
        case Times(limit):
            texts = {"statutory": limit.statutory.text, "promised": limit.promised.text}
            name, held = "time", {**texts, "excluded": limit.excluded}
        case Questions(questions):
            rows = [
                {"key": f"faq-{n}", "q": one.q, "a": one.a, "basis": one.basis} for n, one in enumerate(questions, 1)
            ]
            name, held = "faq", {"items": rows}
    return {"format": name, **held} if any(held.values()) else None


def _table(table: Table) -> Part:
    """Return columns and rows without the columns that are empty in every row."""
    rows = [row.shown for row in table.rows]
    used = [number for number in range(len(table.columns)) if any(row[number] for row in rows)]
    columns = [table.columns[number].heading for number in used]
    note = {"note": table.note} if rows and table.note else {}
    return {"columns": columns, "rows": [[row[number] for number in used] for row in rows], **note}
