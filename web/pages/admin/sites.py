"""The admin's page of the websites that show the desk: who may, with which entry points, in which colour."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web.pages.form import Form, chosen, form, ticked, written
from web.pages.gate import person, require
from web.services import desk
from web.sites import values
from web.sites.errors import BadSite
from web.sites.service import Site

bp = Blueprint("sites", __name__)


class SiteForm(Form):
    """A website that shows the desk; without an id it is a new one."""

    id: str = written("网站", 64)
    name: str = written("网站的名字", 80)
    origins: str = written("网址", 8000)
    layout: str = written("摆放方式", 16, usual="tabs")
    entries: list[str] = chosen("入口", 16, items=20)
    colour: str = written("主色", 16)


class SwitchForm(Form):
    """Whether a website may show the desk."""

    active: bool = ticked("启用")


@bp.get("/admin/sites")
@require("sites.manage")
def page() -> str:
    """List the websites, with a form for another one."""
    return _page()


@bp.get("/admin/sites/<site_id>")
@require("sites.manage")
def site(site_id: str) -> str:
    """Show one website with its line of code and its form."""
    return _page(desk().sites.get(site_id))


@bp.post("/admin/sites")
@require("sites.manage")
@form(SiteForm, BadSite)
def save(problems: BadSite | None, given: SiteForm) -> Any:
    """Keep a website, a new one when the form names none."""
    try:
        if problems:
            raise problems
        kept = desk().sites.save(person().name, given.id, given.dict())
    except BadSite as error:
        return _page(desk().sites.get(given.id) if given.id else None, given.dict(), error), error.status
    flash(f"已保存“{kept.name}”。把下面的代码放到它的网页上即可。")
    return redirect(url_for("sites.site", site_id=kept.id), 303)


@bp.post("/admin/sites/<site_id>/key")
@require("sites.manage")
def renew(site_id: str) -> Any:
    """Give a website another key."""
    desk().sites.renew(person().name, site_id)
    flash("已换新的 key。请把网页上的代码一并换掉，旧代码不再显示咨询台。")
    return redirect(url_for("sites.site", site_id=site_id), 303)


@bp.post("/admin/sites/<site_id>/switch")
@require("sites.manage")
@form(SwitchForm)
def switch(site_id: str, given: SwitchForm) -> Any:
    """Let a website show the desk, or no longer."""
    kept = desk().sites.switch(person().name, site_id, given.active)
    flash(f"“{kept.name}”已{'启用' if given.active else '停用，它的网页上不再显示咨询台'}。")
    return redirect(url_for("sites.site", site_id=site_id), 303)


def _page(shown: Site | None = None, given: dict[str, Any] | None = None, error: BadSite | None = None) -> str:
    filled = given or (_form(shown) if shown else {"entries": list(values.ENTRIES), "layout": "tabs"})
    root = desk().settings.public_url or request.url_root
    choices = {"titles": values.ENTRIES, "layouts": values.LAYOUTS, "usual": values.COLOUR, "root": root.rstrip("/")}
    return render_template(
        "sites/page.html", sites=desk().sites.all(), shown=shown, form=filled, error=error, **choices
    )


def _form(shown: Site) -> dict[str, Any]:
    plain = {"name": shown.name, "layout": shown.layout, "colour": shown.colour, "entries": list(shown.entries)}
    return {**plain, "origins": "\n".join(shown.origins)}
