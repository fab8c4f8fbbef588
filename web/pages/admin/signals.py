"""The admin's page of service-care signals: the switch with its record, the rules, and numbers without names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web.accounts.people import Person
from web.pages.gate import person, require
from web.pages.officer.signals import frame, list_of
from web.services import desk
from web.signals.errors import BadActivation
from web.signals.evaluating import evaluate
from web.signals.feature_switch import Switch

bp = Blueprint("signals_admin", __name__)


@bp.get("/admin/signals")
@require("signals.manage")
def page() -> str:
    """Show whether the feature is on, its rules and its numbers."""
    return _page()


@bp.post("/admin/signals/on")
@require("signals.manage")
def turn_on() -> Any:
    """Turn the feature on with the record of its impact assessment."""
    known = [one.name for one in _officers()]
    form = request.form
    try:
        _switch().turn_on(person().name, form.to_dict(), form.getlist("officers"), known)
    except BadActivation as error:
        return _page(error), error.status
    evaluate(desk().engine, desk().entries.titles)
    flash("服务关注提示已启用，到期自动停用。")
    return redirect(url_for("signals_admin.page"), 303)


@bp.post("/admin/signals/off")
@require("signals.manage")
def turn_off() -> Any:
    """Turn the feature off and delete what it kept about enterprises."""
    _switch().turn_off(person().name)
    evaluate(desk().engine, desk().entries.titles)
    flash("服务关注提示已停用，名单和证据已全部删除。")
    return redirect(url_for("signals_admin.page"), 303)


@bp.post("/admin/signals/rules")
@require("signals.manage")
def change() -> Any:
    """Change one signal."""
    form = request.form
    name, weight, days = (form.get(field, "") for field in ("name", "weight", "days"))
    try:
        _switch().change(person().name, name, weight, days, form.get("enabled") == "on")
    except BadActivation as error:
        return _page(error), error.status
    flash("信号已修改，下一次整理名单时生效。")
    return redirect(url_for("signals_admin.page"), 303)


def _switch() -> Switch:
    return Switch(desk().engine)


def _officers() -> list[Person]:
    return [one for one in desk().accounts.people.all() if one.active and one.may("signals.read")]


def _page(error: BadActivation | None = None) -> str:
    switch = _switch()
    by_industry, by_ownership = list_of().report()
    return render_template(
        "signals/admin.html",
        current=switch.current(),
        history=switch.history(),
        rules=switch.rules(),
        officers=_officers(),
        shares=(("按行业", by_industry), ("按所有制", by_ownership)),
        form=request.form if error else {},
        error=error,
        **frame(),
    )
