"""The flow picture of an entry, its printable sheet and the PDF of it."""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template

from kb.models import Entry
from web import clock
from web.knowledge.cards import state_text, validity
from web.knowledge.flow_picture import picture
from web.knowledge.print_sheet import NoPdf, has_sheet, pdf, sheet
from web.services import desk

bp = Blueprint("sheets", __name__)


@bp.get("/entries/<entry_id>/flow.svg")
def flow(entry_id: str) -> Response:
    """Return the flow picture alone."""
    return Response(picture(_entry(entry_id)), mimetype="image/svg+xml")


@bp.get("/entries/<entry_id>/sheet")
def page(entry_id: str) -> str:
    """Show picture and table, ready for A4."""
    return _page(_entry(entry_id), for_pdf=False)


@bp.get("/entries/<entry_id>/sheet.pdf")
def download(entry_id: str) -> Response:
    """Return the sheet as a PDF."""
    entry = _entry(entry_id)
    try:
        made = pdf(_page(entry, for_pdf=True))
    except NoPdf as error:
        abort(503, str(error))
    name = quote(f"{entry.title}-一图一表.pdf", safe="")
    return Response(
        made, mimetype="application/pdf", headers={"Content-Disposition": f"inline; filename*=UTF-8''{name}"}
    )


def _entry(entry_id: str) -> Entry:
    entry = desk().entries.get(entry_id)
    if not has_sheet(entry):
        abort(404, "这个条目没有流程图")
    return entry


def _page(entry: Entry, *, for_pdf: bool) -> str:
    return render_template(
        "sheet.html",
        sheet=sheet(entry, desk().entries.get),
        entry=entry,
        state_text=state_text(entry, clock.today()),
        validity=validity(entry),
        today=clock.today(),
        for_pdf=for_pdf,
    )
