"""Versions of an entry at the curators' desk: side by side, and the steps from draft to published and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from kb.diff import diff
from web import clock
from web.curation.editing import findings
from web.curation.errors import CurationError, InvalidEntry
from web.curation.previewing import preview as make_preview
from web.pages.form import Form, form, whole, written
from web.pages.gate import person, require
from web.services import curation
from web.services import desk as site

bp = Blueprint("curator_versions", __name__)
MOST_VERSIONS = 2**31 - 1


class StepForm(Form):
    """The version that the page showed, and what the step needs: a reason, a time, or the version to go back to."""

    version: int = whole("版本", 0, MOST_VERSIONS, usual=0)
    note: str = written("要改什么", 500)
    publish_at: str = written("定时发布", 40)
    to: int = whole("退回到的版本", 0, MOST_VERSIONS, usual=0)


@bp.get("/curator/entries/<entry_id>/versions")
@require("entries.read")
def versions(entry_id: str) -> Any:
    """Show the entry's versions, the steps that may be taken, and two versions side by side."""
    return _versions(entry_id)


@bp.post("/curator/entries/<entry_id>/submit")
@require("entries.edit")
@form(StepForm, CurationError)
def submit(entry_id: str, given: StepForm) -> Any:
    """Hand the draft in for review."""
    return _stepped(entry_id, "已提交审核。", lambda: curation().editing.submit(person(), entry_id, given.version))


@bp.post("/curator/entries/<entry_id>/return")
@require("entries.publish")
@form(StepForm, CurationError)
def give_back(entry_id: str, problems: CurationError | None, given: StepForm) -> Any:
    """Give a version back to its author."""

    def step() -> None:
        curation().editing.give_back(person(), entry_id, given.version, given.note)

    return _stepped(entry_id, "已退回。", step, given, problems)


@bp.post("/curator/entries/<entry_id>/publish")
@require("entries.publish")
@form(StepForm, CurationError)
def publish(entry_id: str, problems: CurationError | None, given: StepForm) -> Any:
    """Publish a version that somebody else wrote, now or later."""
    later = given.publish_at

    def step() -> None:
        curation().editing.publish(person(), entry_id, given.version, _moment(later) if later else None)

    said = "已定时，到点自动发布。" if later else "已发布，几秒内对访客生效。"
    return _stepped(entry_id, said, step, given, problems)


@bp.post("/curator/entries/<entry_id>/unplan")
@require("entries.publish")
def unplan(entry_id: str) -> Any:
    """Take planned publishing back."""
    return _stepped(entry_id, "已取消定时发布。", lambda: curation().editing.unplan(person(), entry_id))


@bp.post("/curator/entries/<entry_id>/roll-back")
@require("entries.edit")
@form(StepForm, CurationError)
def roll_back(entry_id: str, given: StepForm) -> Any:
    """Store an earlier version's content as a new draft."""
    said = f"第 {given.to} 版的内容已成为新草稿，提交审核后生效。"
    return _stepped(entry_id, said, lambda: curation().editing.roll_back(person(), entry_id, given.to, given.version))


def _stepped(
    entry_id: str,
    said: str,
    step: Callable[[], Any],
    given: StepForm | None = None,
    problems: CurationError | None = None,
) -> Any:
    try:
        if problems:
            raise problems
        step()
    except CurationError as error:
        return _versions(entry_id, given, error)
    flash(said)
    return redirect(url_for(".versions", entry_id=entry_id), 303)


def _versions(entry_id: str, given: StepForm | None = None, error: CurationError | None = None) -> Any:
    desk = curation()
    history = desk.store.history(entry_id)
    newest = desk.store.latest(entry_id)
    public = next((one.version for one in history if one.status == "published"), 0)
    right = request.args.get("right", newest.version, type=int) or newest.version
    usual = public if public and public != right else max(1, right - 1)
    left = request.args.get("left", usual, type=int) or usual
    changes = diff(desk.store.get(entry_id, left), desk.store.get(entry_id, right)) if left != right else []
    planned = desk.editing.planned(entry_id)
    shown = {"entry": newest, "history": history, "left": left, "right": right, "changes": changes}
    page = render_template(
        "curator/versions.html",
        **shown,
        planned=planned[0] if planned else None,
        public=public,
        preview=make_preview(newest, request.args.get("key", ""), site().entries.get),
        findings=findings(newest),
        me=person(),
        index=desk.publisher.state(),
        effects=desk.effects.latest(3, entry_id),
        typed=given or StepForm(),
        error=error,
    )
    return page, error.status if error else 200


def _moment(text: str) -> dt.datetime:
    try:
        local = dt.datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)
    except ValueError as error:
        raise InvalidEntry({"publish_at": "时间要写成 2026-11-22 14:30"}) from error
    return local.astimezone(dt.timezone.utc).replace(tzinfo=None)
