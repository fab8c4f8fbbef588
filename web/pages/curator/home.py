"""The curators' room: what is to be done, the quality of the whole, and files that entries link to."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from kb.checks import SEVERITIES, check
from kb.labels import KINDS, STATUSES, label
from web import clock
from web.curation.files import HEADERS
from web.pages.gate import person, require
from web.services import curation

bp = Blueprint("curator", __name__)
ROWS_SHOWN = 5
FINDINGS = 200


@bp.app_context_processor
def words() -> dict[str, Any]:
    """Give templates the words for kinds, statuses and fields."""
    return {"kind_words": KINDS, "status_words": STATUSES, "field_label": label}


@bp.get("/curator")
@require("entries.read")
def home() -> str:
    """Show what is to be done, most pressing first."""
    desk, day = curation(), clock.today()
    items = desk.shelf.items()
    lists = {
        mark: [item for item in items if item.marked(mark, day)] for mark in ("overdue", "expiring", "low", "never")
    }
    waiting = [item for item in items if item.status == "in_review"]
    rows, total = desk.queue.page()
    findings = [one for one in check(desk.store.entries(), today=day) if one.severity != "提示"]
    return render_template(
        "curator/home.html",
        rows=rows[:ROWS_SHOWN],
        total=total,
        waiting=waiting,
        planned=desk.editing.planned(),
        findings=findings,
        lists=lists,
        shown=ROWS_SHOWN,
        me=person(),
        index=desk.publisher.state(),
    )


@bp.get("/curator/quality")
@require("entries.read")
def quality() -> str:
    """Show what the rules find, and which entries are to be looked at again in which month."""
    desk, day = curation(), clock.today()
    severity, rule = request.args.get("severity", ""), request.args.get("rule", "")
    findings = check(desk.store.entries(), today=day)
    rules = Counter((one.severity, one.rule) for one in findings)
    wanted = [one for one in findings if severity in ("", one.severity) and rule in ("", one.rule)]
    months: dict[str, list[Any]] = {}
    for item in sorted((one for one in desk.shelf.items() if one.review_by), key=lambda one: (one.review_by, one.id)):
        months.setdefault(f"{item.review_by:%Y-%m}", []).append(item)
    shown = {"findings": wanted[:FINDINGS], "total": len(wanted), "rules": rules, "severities": SEVERITIES}
    return render_template("curator/quality.html", **shown, severity=severity, rule=rule, months=months, today=day)


@bp.get("/files/<file_id>")
def file(file_id: str) -> Response:
    """Hand out a file of an entry as a download, never as a page."""
    found, content = curation().files.open(file_id)
    name = quote(found.name, safe="")
    return Response(content, headers={**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"})
