"""Judging answers: the sample of the day, second looks, how far people agree, and what goes out as data."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, jsonify, render_template, request
from pydantic import Field
from sqlalchemy.engine import Row

from kb.database import writing
from web import clock
from web.accounts import audit
from web.pages.api.operation import read_body
from web.pages.api.schemas import Request
from web.pages.gate import person, require
from web.pages.shown_turns import text_of, title_of
from web.review import labels, sample, training
from web.review.agreement import agreement
from web.review.filters import day as read_day
from web.review.reviews import Judged, Judgement, Reviews
from web.services import desk

bp = Blueprint("review", __name__)
ONE = dt.timedelta(days=1)


class JudgementBody(Request):
    """What the page sends for one turn."""

    verdict: str = Field(max_length=16)
    act: str = Field(default="", max_length=64)
    entry: str = Field(default="", max_length=80)
    note: str = Field(default="", max_length=500)


@bp.get("/operator/review")
@require("conversations.review")
def queue() -> str:
    """Show the sample of a day, the turns that wait for a second look, or those that people do not agree on."""
    day = min(read_day(request.args.get("day", "")) or clock.today() - ONE, clock.today() - ONE)
    look = request.args.get("look", "")
    look = look if look in ("second", "open") else "sample"
    reviews = Reviews(desk().engine)
    rows = _rows(reviews, look, day)
    mine = _mine(reviews, rows)
    shown = {"rows": rows, "mine": mine, "day": day, "look": look, "names": labels, "yesterday": clock.today() - ONE}
    entries = [(entry.id, entry.title) for entry in desk().entries.all()]
    return render_template("operator/review.html", **shown, entries=entries, text_of=text_of, title_of=title_of())


@bp.post("/operator/review/<turn_id>")
@require("conversations.review")
def judge(turn_id: str) -> Response:
    """Keep a judgement; the answer says which look it was."""
    body = read_body(JudgementBody)
    known = {entry.id for entry in desk().entries.all()} if body.entry else set()
    said = Judgement(body.verdict, body.act, body.entry, body.note)
    look = Reviews(desk().engine).judge(turn_id, person().name, said, known)
    return jsonify({"ok": True, "look": look, "verdict": labels.VERDICTS[body.verdict]})


@bp.get("/operator/review/results")
@require("conversations.review")
def results() -> str:
    """Show how far people agree, what they do not agree on, and what is ready to go out."""
    judged = _judged()
    open_ones = [one for one in judged if len(one.looks) > 1 and not one.agreed]
    shown = {"judged": judged, "open": open_ones[:100], "agreement": agreement(judged), "names": labels}
    ready = [one for one in judged if one.agreed]
    return render_template("operator/results.html", **shown, ready=ready, title_of=title_of())


@bp.get("/operator/review/training.yml")
@require("conversations.review")
def training_yml() -> Response:
    """Give the agreed acts as training data of the dialogue."""
    return _export("training.yml", training.rasa_yaml(_judged()), "application/yaml")


@bp.get("/operator/review/gold.jsonl")
@require("conversations.review")
def gold_jsonl() -> Response:
    """Give the agreed entries as gold questions."""
    return _export("gold.jsonl", training.gold_jsonl(_judged()), "application/jsonl")


def _judged() -> list[Judged]:
    return Reviews(desk().engine).judged()


def _rows(reviews: Reviews, look: str, day: dt.date) -> list[tuple[Row, str]]:
    """Return the turns to judge, each with why it was picked."""
    me = person().name
    if look == "second":
        return [(row, "") for row in reviews.waiting(me)]
    if look == "open":
        mine = [one for one in reviews.judged() if any(seen.reviewer == me for seen in one.looks)]
        return [(one.turn, "") for one in mine if len(one.looks) > 1 and not one.agreed]
    return [(row, sample.REASONS[reason]) for row, reason in sample.of_day(desk().engine, day)]


def _mine(reviews: Reviews, rows: list[tuple[Row, str]]) -> dict[str, Row]:
    """Return this person's own judgements of the shown turns; nobody else's are shown before."""
    return reviews.of_person(person().name, [row.id for row, _ in rows])


def _export(name: str, content: str, mimetype: str) -> Response:
    with writing(desk().engine) as connection:
        audit.record(connection, person().name, "review.export", "reviews", None, {"file": name})
    response = Response(content, mimetype=f"{mimetype}; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=reviewed-{clock.today():%Y%m%d}-{name}"
    return response
