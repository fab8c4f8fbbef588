"""The pages anyone may see: the chat, its panel for other sites, and the entries."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, render_template, request

from kb.labels import KINDS
from web import clock
from web.chat.feedback import REASONS
from web.knowledge.cards import parts, state_text, validity
from web.knowledge.print_sheet import has_sheet, sheet
from web.pages.api.schemas import EntriesQuery
from web.services import desk

bp = Blueprint("visitor", __name__)
PAGE_SIZE = 20

GRADES = {
    "法": "已核对条文",
    "法-地方": "已核对地方条文",
    "网": "公开网页",
    "转": "转引，未见官方页面",
    "数": "开放数据",
    "种": "需求资料",
    "忆": "未核实，以当地公布为准",
    "本地": "本地提供",
}


@bp.app_context_processor
def _common() -> dict[str, Any]:
    return {"settings": desk().settings, "kinds": KINDS, "reasons": REASONS}


@bp.get("/")
def home() -> str:
    """Show the chat as a full page."""
    return render_template("home.html", themes=desk().entries.themes()[:9])


@bp.get("/demo")
def demo() -> str:
    """Show an ordinary page that carries the widget."""
    return render_template("demo.html")


@bp.get("/widget.js")
def widget() -> Response:
    """Return the script that puts the button on any page."""
    return current_app.send_static_file("widget.js")


@bp.get("/entries")
def entries() -> str:
    """List the entries, with search and filters."""
    query = _query()
    page = desk().entries.page(kind=query.kind, theme=query.theme, q=query.q, number=query.page, size=PAGE_SIZE)
    return render_template("entries.html", page=page, query=query, themes=desk().entries.themes(), today=clock.today())


@bp.get("/entries/<entry_id>")
def entry(entry_id: str) -> str:
    """Show everything about one entry."""
    found = desk().entries.get(entry_id)
    today = clock.today()
    near = [*found.related, *(item.id for item in found.confused_with), found.superseded_by]
    return render_template(
        "entry.html",
        entry=found,
        parts=parts(found),
        state=found.state_on(today),
        state_text=state_text(found, today),
        validity=validity(found),
        titles=desk().entries.titles([entry_id for entry_id in near if entry_id]),
        grades=GRADES,
        sheet=sheet(found, desk().entries.get) if has_sheet(found) else None,
    )


def _query() -> EntriesQuery:
    """Return the filters of the address; one that cannot be used counts as not given."""
    given: dict[str, Any] = {name: request.args.get(name, "").strip()[:80] for name in ("kind", "theme", "q")}
    if given["kind"] not in KINDS:
        given["kind"] = ""
    page = request.args.get("page", 1, type=int)
    return EntriesQuery(**given, page=min(max(page, 1), 100_000))
