"""Statistics of the appeals: a month on the page, on paper, as PDF, CSV and xlsx, and the data pool."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, abort, render_template, request

from kb.database import writing
from kb.exchange.cells import to_cell
from kb.exchange.workbook import sheets
from web import clock
from web.accounts import audit
from web.assets import VENDOR
from web.knowledge.print_sheet import NoPdf, pdf
from web.knowledge.topics import topics
from web.pages.gate import person, require
from web.pages.officer.home import frame, tickets
from web.services import desk, masked
from web.tickets.statistics.figures import Period
from web.tickets.statistics.monthly_report import Table, tables, topic_tables

bp = Blueprint("officer_report", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
FIRST = 2000
APPEAL_CHARACTERS = 60  # characters of an appeal that stand for it in a table


@bp.get("/officer/statistics")
@require("tickets.read")
def statistics() -> str:
    """Show a month."""
    period = _period()
    charts = (VENDOR / "echarts.min.js").is_file()
    return render_template("officer/statistics.html", **_shown(period), charts=charts, **frame())


@bp.get("/officer/statistics/sheet")
@require("tickets.read")
def sheet() -> str:
    """Show the monthly report, ready for A4."""
    return _sheet(_period(), for_pdf=False)


@bp.get("/officer/statistics.pdf")
@require("tickets.read")
def statistics_pdf() -> Response:
    """Return the monthly report as a PDF."""
    period = _period()
    try:
        made = pdf(_sheet(period, for_pdf=True))
    except NoPdf as error:
        abort(503, str(error))
    _note(f"{_name(period)}.pdf")
    return _file(made, "application/pdf", f"{_name(period)}.pdf")


@bp.get("/officer/statistics.csv")
@require("tickets.read")
def statistics_csv() -> Response:
    """Return one table as CSV."""
    period, wanted = _period(), request.args.get("table", "total")
    table = next((one for one in _tables(period) if one.name == wanted), None)
    if table is None:
        abort(404)
    _note(f"{_name(period)}-{table.name}.csv")
    out = io.StringIO()
    csv.writer(out).writerows([[to_cell(value) for value in row] for row in (table.columns, *table.rows)])
    return _file("\ufeff" + out.getvalue(), CSV, f"{_name(period)}-{table.name}.csv")


@bp.get("/officer/statistics.xlsx")
@require("tickets.read")
def statistics_xlsx() -> Response:
    """Return all tables as one workbook."""
    period = _period()
    _note(f"{_name(period)}.xlsx")
    made = sheets((table.title, table.columns, table.rows) for table in _tables(period))
    return _file(made, XLSX, f"{_name(period)}.xlsx")


@bp.get("/officer/pool.<form>")
@require("tickets.read")
def pool(form: str) -> Response:
    """Return the month's appeals without personal fields, one record a line."""
    period, source = _period(), tickets().pool
    if form not in ("jsonl", "csv"):
        abort(404)
    _note(f"pool-{_name(period)}.{form}")
    lines = source.jsonl(period) if form == "jsonl" else source.csv(period)
    return _file(lines, CSV if form == "csv" else "application/x-ndjson", f"pool-{_name(period)}.{form}")


def _period() -> Period:
    """Return the month of the address, this one where there is none that can be read."""
    try:
        day = dt.datetime.strptime(request.args.get("month", ""), "%Y-%m").date()
    except ValueError:
        day = clock.today()
    if not FIRST < day.year < clock.today().year + 2:
        day = clock.today()
    return Period.month(day.year, day.month)


def _tables(period: Period) -> list[Table]:
    found = topics(_texts(period), _texts(period.before), desk().meaning)
    return [*tables(tickets().statistics.report(period)), *topic_tables(found)]


def _texts(period: Period) -> list[str]:
    return [masked(text)[:APPEAL_CHARACTERS] for text in tickets().statistics.texts(period)]


def _shown(period: Period) -> dict[str, Any]:
    found = _tables(period)
    later = period.end.strftime("%Y-%m") if period.end <= clock.today() else ""
    return {
        "tables": found,
        "total": dict(found[0].rows),
        "month": period.start.strftime("%Y-%m"),
        "earlier": period.before.start.strftime("%Y-%m"),
        "later": later,
    }


def _sheet(period: Period, *, for_pdf: bool) -> str:
    made = clock.local(clock.now())
    return render_template(
        "officer/report.html", **_shown(period), for_pdf=for_pdf, made=made, desk_name=desk().settings.desk_name
    )


def _name(period: Period) -> str:
    return f"appeals-{period.start:%Y-%m}"


def _note(what: str) -> None:
    with writing(desk().engine) as connection:
        audit.record(connection, person().name, "tickets.export", "tickets", None, {"file": what})


def _file(content: str | bytes | Iterable[str], mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
