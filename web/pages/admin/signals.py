"""The admin's page of service-care signals: the switch with its record, the rules, and numbers without names."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from web.accounts.people import Person
from web.pages.form import Form, chosen, form, ticked, written
from web.pages.gate import person, require
from web.pages.officer.signals import frame, list_of
from web.services import desk
from web.signals.errors import BadActivation
from web.signals.evaluating import evaluate
from web.signals.feature_switch import Switch

bp = Blueprint("signals_admin", __name__)


class ActivationForm(Form):
    """The record of the impact assessment, without which the feature stays off."""

    document: str = written("影响评估的文件编号", 200)
    assessed_by: str = written("评估负责人", 80)
    assessed_on: str = written("评估日期", 16)
    expires_on: str = written("有效期至", 16)
    scope: str = written("使用范围", 5000)
    officers: list[str] = chosen("看名单的诉求办理员", 64)
    forbidden: str = written("已知悉禁止用途", 8)


class RuleForm(Form):
    """One signal as it is to be."""

    name: str = written("信号", 80)
    weight: str = written("权重", 16)
    days: str = written("天数", 16)
    enabled: bool = ticked("使用")


@bp.get("/admin/signals")
@require("signals.manage")
def page() -> str:
    """Show whether the feature is on, its rules and its numbers."""
    return _page()


@bp.post("/admin/signals/on")
@require("signals.manage")
@form(ActivationForm, BadActivation)
def turn_on(problems: BadActivation | None, given: ActivationForm) -> Any:
    """Turn the feature on with the record of its impact assessment."""
    known = [one.name for one in _officers()]
    try:
        if problems:
            raise problems
        _switch().turn_on(person().name, given.dict(), given.officers, known)
    except BadActivation as error:
        return _page(given, error), error.status
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
@form(RuleForm, BadActivation)
def change(problems: BadActivation | None, given: RuleForm) -> Any:
    """Change one signal."""
    try:
        if problems:
            raise problems
        _switch().change(person().name, given.name, given.weight, given.days, given.enabled)
    except BadActivation as error:
        return _page(error=error), error.status
    flash("信号已修改，下一次整理名单时生效。")
    return redirect(url_for("signals_admin.page"), 303)


def _switch() -> Switch:
    return Switch(desk().engine)


def _officers() -> list[Person]:
    return [one for one in desk().accounts.people.all() if one.active and one.may("signals.read")]


def _page(given: ActivationForm | None = None, error: BadActivation | None = None) -> str:
    switch = _switch()
    by_industry, by_ownership = list_of().report()
    return render_template(
        "signals/admin.html",
        current=switch.current(),
        history=switch.history(),
        rules=switch.rules(),
        officers=_officers(),
        shares=(("按行业", by_industry), ("按所有制", by_ownership)),
        form=given or ActivationForm(),
        error=error,
        **frame(),
    )
