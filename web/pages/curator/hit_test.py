"""The hit test: a question, what a visitor would see, why, and the knobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from pydantic import create_model

from retriever.search import tuning
from web.curation import hit_test as test
from web.curation.errors import CurationError
from web.errors import SearchDown
from web.pages.form import Form, form, ticked, written
from web.pages.gate import person, require
from web.services import curation, desk

bp = Blueprint("curator_search", __name__)
LONGEST_TRIED_QUESTION = 500
ENTRY, KNOB = 80, 40


class TrialForm(Form):
    """A question to try beside the knobs."""

    q: str = written("问题", LONGEST_TRIED_QUESTION)
    act: str = written("意图", 40)
    entry: str = written("正在谈的条目", ENTRY)
    reset: bool = ticked("恢复系统设置")


KNOBS: Any = {name: (str, written(title, KNOB)) for name, title in test.KNOBS.items()}
KnobsForm = create_model("KnobsForm", __base__=TrialForm, **KNOBS)


@bp.get("/curator/hit-test")
@require("search.tune")
def hits() -> Any:
    """Try a question with the knobs of the form."""
    return _page(request.args)


@bp.post("/curator/hit-test/apply")
@require("search.tune")
@form(KnobsForm, CurationError)
def apply(problems: CurationError | None, given: TrialForm) -> Any:
    """Put the knobs of the form in force for everybody."""
    settings = desk().settings
    try:
        if problems:
            raise problems
        trial = None if given.reset else test.tuning_of(given.dict(), settings)
        test.apply(desk().engine, person(), settings, trial)
    except CurationError as error:
        return _page(given.dict(), error)
    flash("已恢复为系统设置的参数。" if trial is None else "已生效：网页与对话都按新的参数检索。")
    return redirect(url_for(".hits", q=given.q), 303)


def _page(given: Mapping[str, str], error: Any = None) -> Any:
    settings = desk().settings
    question, act = given.get("q", "").strip()[:LONGEST_TRIED_QUESTION], given.get("act", "")
    act = act if act in test.ACTS else ""
    tried, trial = None, tuning.in_force(settings)
    try:
        if error is None:
            trial = test.tuning_of(given, settings)
        if question and error is None:
            searcher, rehearsal = curation().searcher(), curation().rehearsal
            tried = test.hit_test(question, act, given.get("entry", "")[:ENTRY], searcher, rehearsal, trial)
    except (CurationError, SearchDown) as wrong:
        error = wrong
    said = tried.said if tried else None
    card = desk().entries.card(said.entry, said.version, said.facet, said.key) if said and said.entry else None
    shown = {"q": question, "act": act, "entry": given.get("entry", ""), "tried": tried, "card": card}
    page = render_template(
        "curator/hits.html",
        **shown,
        knobs=test.KNOBS,
        values=test.knobs(trial),
        in_force=test.knobs(tuning.in_force(settings)),
        usual=test.knobs(tuning.usual(settings)),
        acts=test.ACTS,
        bands=test.BANDS,
        outcomes=test.OUTCOMES,
        found_by=test.FOUND_BY,
        error=error,
    )
    return page, error.status if error else 200
