"""The officer's list of service-care signals: evidence, the enterprise's open appeals, and a person's decision."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from web.pages.form import Form, form, written
from web.pages.gate import person, require
from web.services import desk
from web.signals.errors import BadReview
from web.signals.feature_switch import Switch
from web.signals.forbidden_uses import FORBIDDEN, LAWS
from web.signals.reviewing import MOST_NOTE, VERDICTS, Desk
from web.signals.rules import LEVELS
from web.tickets.lifecycle.machine import LIFE

bp = Blueprint("signals", __name__)


class ReviewForm(Form):
    """What a person decided, and why."""

    verdict: str = written("结论", 40)
    note: str = written("理由", MOST_NOTE)


def frame() -> dict[str, Any]:
    """Return what every page of the feature shows: what it must never be used for, and words."""
    return {"forbidden": FORBIDDEN, "laws": LAWS, "levels": LEVELS, "verdicts": VERDICTS}


def list_of() -> Desk:
    """Return the list of this application."""
    return Desk(desk().engine)


@bp.get("/officer/signals")
@require("signals.read")
def mine() -> str:
    """Show the officer's own list, or that the feature is off."""
    current = Switch(desk().engine).current()
    rows = list_of().mine(person().name) if current else []
    named = bool(current and person().name in current.officers)
    return render_template("signals/list.html", current=current, named=named, rows=rows, **frame())


@bp.get("/officer/signals/<case_id>")
@require("signals.read")
def case(case_id: str) -> str:
    """Show one case."""
    return _case_page(case_id)


@bp.post("/officer/signals/<case_id>/review")
@require("signals.read")
@form(ReviewForm, BadReview)
def review(case_id: str, problems: BadReview | None, given: ReviewForm) -> Any:
    """Keep the officer's decision."""
    try:
        if problems:
            raise problems
        list_of().review(person().name, case_id, given.verdict, given.note)
    except BadReview as error:
        return _case_page(case_id, given, error), error.status
    flash("审核结论已记下。系统不会据此做任何事，后续由您按结论联系或处理。")
    return redirect(url_for("signals.mine"), 303)


@bp.post("/officer/signals/<case_id>/spare")
@require("signals.read")
def spare(case_id: str) -> Any:
    """Leave an enterprise alone that asked for it."""
    list_of().spare(person().name, case_id)
    flash("已记下：这家企业不接受联系，不再收集它的信号。")
    return redirect(url_for("signals.mine"), 303)


def _case_page(case_id: str, given: ReviewForm | None = None, error: BadReview | None = None) -> str:
    opened = list_of().open(person().name, case_id)
    shown = {"opened": opened, "states": LIFE.states, "error": error, "form": given or ReviewForm()}
    return render_template("signals/case.html", **shown, **frame())
