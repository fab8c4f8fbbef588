"""一图一表: one picture and one table for an entry, on a page, on A4 paper, as a PDF.

Only this file knows `weasyprint`; it is imported when a PDF is asked for, since it needs Debian's Pango.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.bodies import GuideBody, Material, PackageBody, PolicyBody
from kb.models import Entry
from kb.packages import Lookup, Schedule, merge_materials, schedule
from web.knowledge.flow_picture import picture

STATIC = Path(__file__).parent.parent / "static"
PDF_STYLES = ("sheet.css",)


class NoPdf(Exception):
    """PDFs cannot be made on this machine; the message says what to install."""


@dataclass(frozen=True)
class Row:
    """One material with the items that need it; `needed_by` is empty for an entry that is no package."""

    material: Material
    needed_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What stands on the sheet. `plan` and `critical` are there for packages only."""

    entry: Entry
    svg: str
    rows: tuple[Row, ...]
    plan: Schedule | None = None
    critical: tuple[str, ...] = ()


def sheet(entry: Entry, lookup: Lookup) -> Sheet:
    """Return the sheet of an entry; `lookup` returns an entry by id (UnknownEntry)."""
    body = entry.body
    if isinstance(body, PackageBody):
        plan = schedule(body.components)
        rows = tuple(Row(one.material, one.needed_by) for one in merge_materials(entry, lookup))
        critical = tuple(body.components[number - 1].name for number in plan.critical)
        return Sheet(entry, picture(entry), rows, plan, critical)
    materials = body.materials if isinstance(body, (GuideBody, PolicyBody)) else ()
    return Sheet(entry, picture(entry), tuple(Row(material) for material in materials))


def has_sheet(entry: Entry) -> bool:
    """Say whether an entry has steps or items to draw."""
    body = entry.body
    return isinstance(body, PackageBody) or (isinstance(body, (GuideBody, PolicyBody)) and bool(body.steps))


def pdf(html: str) -> bytes:
    """Return the A4 PDF of a sheet's page; nothing outside the static folder is ever read. Raises NoPdf."""
    try:
        from weasyprint import CSS, HTML
    except OSError as error:
        raise NoPdf(
            "这台机器缺少 Pango，不能生成 PDF；请安装：apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        ) from error
    styles = [CSS(filename=str(STATIC / name)) for name in PDF_STYLES]
    made: bytes = HTML(string=html, url_fetcher=_refuse()).write_pdf(stylesheets=styles)
    return made


def _refuse() -> Callable[..., Any]:
    from weasyprint.urls import URLFetchingError

    def fetcher(url: str, *_: Any, **__: Any) -> Any:
        raise URLFetchingError(f"{url} 不读取")

    return fetcher
