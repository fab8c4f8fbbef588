"""Current conversations: watching one, taking it over, speaking in it, handing it back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from pydantic import Field

from web.chat.staff_hours import closed_text, staffed
from web.errors import WebError
from web.pages.api.operation import read_body
from web.pages.api.schemas import Request
from web.pages.gate import person, require
from web.pages.shown_turns import text_of, title_of
from web.review import labels, transcript
from web.services import desk

bp = Blueprint("live", __name__)


class SayBody(Request):
    """What a person of the staff says."""

    text: str = Field(max_length=5000)


@bp.get("/operator/live")
@require("conversations.join")
def current() -> str:
    """List the conversations of the last half hour."""
    open_now = staffed(desk().settings)
    shown = {"talks": desk().live.current(), "names": labels, "me": person().name}
    return render_template(
        "operator/live.html", **shown, open_now=open_now, closed=closed_text(desk().settings), part=_part()
    )


@bp.get("/operator/live/<conversation_id>")
@require("conversations.join")
def watch(conversation_id: str) -> str:
    """Show one conversation as it goes on."""
    talk = transcript.read(desk().engine, conversation_id)
    held = desk().live.holder(conversation_id)
    shown = {"talk": talk, "held": held, "names": labels, "text_of": text_of, "title_of": title_of(), "part": _part()}
    return render_template("operator/watch.html", **shown, mine=bool(held and held.holder == person().name))


@bp.post("/operator/live/<conversation_id>/take")
@require("conversations.join")
def take(conversation_id: str) -> Any:
    """Take the conversation over."""
    return _done(conversation_id, lambda: desk().live.take(conversation_id, person()))


@bp.post("/operator/live/<conversation_id>/say")
@require("conversations.join")
def say(conversation_id: str) -> Response:
    """Say something to the visitor."""
    desk().live.say(conversation_id, person(), read_body(SayBody).text)
    return jsonify({"ok": True})


@bp.post("/operator/live/<conversation_id>/hand-back")
@require("conversations.join")
def hand_back(conversation_id: str) -> Any:
    """Let the bot answer again."""
    return _done(conversation_id, lambda: desk().live.hand_back(conversation_id, person()))


def _done(conversation_id: str, change: Any) -> Any:
    try:
        change()
    except WebError as error:
        if error.status != 409:
            raise
        flash(error.detail)
    return redirect(url_for("live.watch", conversation_id=conversation_id), 303)


def _part() -> bool:
    """Say whether only the changing part of the page is wanted."""
    return request.args.get("part") == "1"
