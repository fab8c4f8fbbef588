"""The desk in a frame on other websites: the chat, its tabs, and the colour of each website."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, render_template, request, url_for

from web import clock
from web.knowledge.entries import Page
from web.knowledge.notices_ahead import upcoming
from web.services import desk
from web.sites import values
from web.sites.errors import SiteRefused
from web.sites.service import DEFAULT, Site

bp = Blueprint("panel", __name__)
ENTRIES_A_TAB = 10
KINDS = {"guides": "guide", "policies": "policy"}
FORMS = {"meetings": ("会议通知",), "activities": ("活动公告", "政策解读")}
SEARCHED = {"guides": "搜事项，如：开公司、社保", "policies": "搜政策，如：技改、高企"}
KEY_LENGTH = 32


@bp.before_app_request
def _check_origin() -> None:
    """Refuse questions that a page of another website sends by itself; programs send no such header."""
    if request.method != "POST" or not request.path.startswith("/api/v1/") or request.blueprint == "channels":
        return
    if request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none"):
        return
    raise SiteRefused("别的网站的页面不能直接调用；请用嵌入代码，或从自己的服务器调用")


@bp.get("/embed")
def embed() -> str:
    """Show the chat panel alone, for a frame on another site."""
    asked = request.args.get("ask", "")[: desk().settings.message_limit]
    return render_template("embed.html", asked=asked, **_frame("ask"))


@bp.get("/embed/<part>")
def tab(part: str) -> str:
    """Show another tab of the panel: a list, or how to reach people."""
    frame = _frame(part)
    if part in KINDS:
        return render_template("panel/list.html", **frame, **_listed(KINDS[part]), placeholder=SEARCHED[part])
    if part in FORMS:
        notices = upcoming(desk().entries.of_kind("notice"), clock.today(), FORMS[part])
        return render_template("panel/notices.html", **frame, notices=notices)
    if part == "contact":
        return render_template("panel/contact.html", **frame)
    return abort(404)


@bp.get("/sites/<key>.css")
def colours(key: str) -> Response:
    """Return a website's colour as a style sheet."""
    site = desk().sites.of_key(key[:KEY_LENGTH])
    return Response(render_template("panel/site.css", colour=site.colour), mimetype="text/css")


def _frame(part: str) -> dict[str, Any]:
    """Check who asks and return what all tabs need (SiteRefused)."""
    key = request.args.get("site", "")[:KEY_LENGTH]
    own = {values.origin_of(request.host_url), values.origin_of(desk().settings.public_url)}
    asking = "" if request.headers.get("Sec-Fetch-Site") == "same-origin" else request.referrer or ""
    admitted = desk().sites.admit(key, asking, own)
    g.frame_ancestors = admitted.ancestors
    site = admitted.site
    quick = [values.ENTRIES[name] for name in site.entries] if site.layout == "grid" else []
    return {"embedded": True, "site": site, "part": part, "tabs": _tabs(site), "quick": quick}


def _tabs(site: Site) -> list[tuple[str, str, str]]:
    """Return (name, title, address) of each tab; where there are tabs the chat is one of them."""
    if site.layout != "tabs" or site is DEFAULT:
        return []
    names = site.entries if "ask" in site.entries else ("ask", *site.entries)
    return [(name, values.ENTRIES[name], address(site, name)) for name in names]


def address(site: Site, name: str, **more: str | int) -> str:
    """Return the address of an entry point within the frame."""
    query: dict[str, Any] = ({"site": site.key} if site.key else {}) | more
    return url_for("panel.embed", **query) if name == "ask" else url_for("panel.tab", part=name, **query)


@bp.app_context_processor
def _for_pages() -> dict[str, Any]:
    return {
        "quick": [values.ENTRIES[name] for name in DEFAULT.entries],
        "entry_titles": values.ENTRIES,
        "panel_address": address,
    }


def _listed(kind: str) -> dict[str, Any]:
    q = request.args.get("q", "").strip()[:80]
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    page: Page = desk().entries.page(kind=kind, theme="", q=q, number=number, size=ENTRIES_A_TAB)
    return {"page": page, "q": q, "today": clock.today()}
