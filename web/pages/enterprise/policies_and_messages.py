"""What an enterprise gets: policies matched for it, subscriptions, messages; unsubscribing by a signed link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from kb.matching.fields import declared
from kb.matching.next_question import next_question
from kb.matching.policies import CAUTION, STANDINGS, WINDOWS, match, policies, reaching
from web import clock
from web.errors import InvalidField, WebError
from web.outbox import NAMES, WIDGET
from web.pages.enterprise.profile import owner, private
from web.pages.form import Form, form, ticked, written
from web.profiles.errors import UnknownProfile
from web.profiles.service import Profile, Proven
from web.push import widget
from web.push.quiet_hours import FREQUENCIES, read_quiet
from web.rate_limit import limited
from web.services import serving

bp = Blueprint("mine_news", __name__)
bp.after_request(private)
RESULTS = {"met": "符合", "not_met": "不符合", "unknown": "资料不全"}


class AnswerForm(Form):
    """The answer to the one question."""

    field: str = written("哪一项", 40)
    value: str = written("回答", 200)


class UnwantedForm(Form):
    """An entry or a theme to hear no more of, or of which to hear again."""

    kind: str = written("哪一种", 16)
    name: str = written("名称", 80)
    again: bool = ticked("恢复")


class SubscriptionForm(Form):
    """A channel, how often, and when not."""

    channel: str = written("渠道", 16)
    frequency: str = written("频率", 16)
    quiet_from: str = written("免打扰开始", 16)
    quiet_to: str = written("免打扰结束", 16)


class ChannelForm(Form):
    """The channel to end."""

    channel: str = written("渠道", 16, usual=WIDGET)


@bp.get("/mine/policies", endpoint="policies")
@owner
def policies_page(profile: Profile) -> str:
    """Show every policy with conditions: what is met, what is missing, what is not known, and one question."""
    return _policies(profile)


@bp.post("/mine/policies/answer")
@limited
@owner
@form(AnswerForm)
def answer(profile: Profile, problems: InvalidField | None, given: AnswerForm) -> Any:
    """Take the answer to the one question and rank anew."""
    try:
        if problems:
            raise problems
        serving().profiles.change(Proven(profile.id), {given.field: given.value})
    except WebError as error:
        return _policies(profile, given.value, error), error.status
    flash("已记下，重新排过了。")
    return redirect(url_for("mine_news.policies"), 303)


@bp.post("/mine/unwanted")
@limited
@owner
@form(UnwantedForm)
def refuse(profile: Profile, given: UnwantedForm) -> Any:
    """Hear no more of an entry, or of its whole theme; or of what was refused again."""
    if given.kind not in ("entry", "theme") or not given.name:
        abort(422)
    if given.again:
        serving().wishes.allow(profile.id, given.kind, given.name)  # type: ignore[arg-type]
        flash("已恢复，以后会推送。")
    else:
        serving().wishes.refuse(profile.id, given.kind, given.name)  # type: ignore[arg-type]
        flash("知道了，不再推送。")
    return redirect(url_for("mine_news.policies"), 303)


@bp.get("/mine/subscriptions")
@owner
def subscriptions(profile: Profile) -> str:
    """Show what is subscribed and offer to change it."""
    return _subscriptions(profile)


@bp.post("/mine/subscriptions")
@limited
@owner
@form(SubscriptionForm)
def subscribe(profile: Profile, problems: InvalidField | None, given: SubscriptionForm) -> Any:
    """Take a channel up, or change how often and when."""
    try:
        if problems:
            raise problems
        quiet = read_quiet(given.quiet_from, given.quiet_to)
        serving().wishes.subscribe(profile.id, given.channel, given.frequency, quiet)
    except WebError as error:
        return _subscriptions(profile, given, error), error.status
    flash("已保存。")
    return redirect(url_for("mine_news.subscriptions"), 303)


@bp.post("/mine/subscriptions/end")
@limited
@owner
@form(ChannelForm)
def end(profile: Profile, given: ChannelForm) -> Any:
    """End one channel."""
    serving().wishes.unsubscribe(profile.id, given.channel or WIDGET)
    flash("已退订，还没发出的也不会再发。")
    return redirect(url_for("mine_news.subscriptions"), 303)


@bp.get("/mine/messages")
@owner
def messages(profile: Profile) -> str:
    """Show the messages of the widget."""
    return render_template("mine/messages.html", profile=profile, found=widget.of(serving().engine, profile.id))


@bp.get("/m/<batch>")
def opened(batch: str) -> Any:
    """Note that a message was opened and go to what it tells of."""
    entry_id = serving().log.open(batch[:64])
    if entry_id is None:
        abort(404)
    return redirect(url_for("visitor.entry", entry_id=entry_id), 303)


@bp.get("/unsubscribe/<token>")
def leaving(token: str) -> Any:
    """Ask whether a channel shall be ended; programs that only look at the link change nothing."""
    try:
        _, channel = serving().subscriber(token)
    except UnknownProfile as error:
        return render_template("mine/unsubscribe.html", error=error, token=""), error.status
    return render_template("mine/unsubscribe.html", token=token, channel=NAMES.get(channel, channel), done=False)


@bp.post("/unsubscribe/<token>")
@limited
def left(token: str) -> Any:
    """End the channel of a signed link, in one step."""
    try:
        profile_id, channel = serving().subscriber(token)
    except UnknownProfile as error:
        return render_template("mine/unsubscribe.html", error=error, token=""), error.status
    serving().wishes.unsubscribe(profile_id, channel)
    return render_template("mine/unsubscribe.html", token=token, channel=NAMES.get(channel, channel), done=True)


def _policies(profile: Profile, typed: str = "", error: WebError | None = None) -> str:
    day, values = clock.today(), profile.values
    entries = [entry for entry in serving().entries.all() if entry.kind == "policy"]
    found = match(values, policies(entries, day))
    question = next_question(found, values)
    refused = serving().wishes.refused(profile.id)
    return render_template(
        "mine/policies.html",
        profile=profile,
        reaching=reaching(found),
        others=[one for one in found if one not in reaching(found)],
        question=question,
        field=declared().by_name[question.field] if question else None,
        themes={entry.id: entry.theme for entry in entries},
        titles={entry.id: entry.title for entry in entries},
        refused=refused,
        standings=STANDINGS,
        windows=WINDOWS,
        results=RESULTS,
        caution=CAUTION,
        typed=typed,
        error=error,
    )


def _subscriptions(profile: Profile, given: SubscriptionForm | None = None, error: WebError | None = None) -> str:
    agreed = {one.channel for one in profile.contacts if one.agrees("policy")}
    open_to = {name: title for name, title in NAMES.items() if name == WIDGET or name in agreed}
    found = serving().wishes.of(profile.id)
    return render_template(
        "mine/subscriptions.html",
        profile=profile,
        found=found,
        channels=open_to,
        names=NAMES,
        frequencies=FREQUENCIES,
        given=given.dict() if given else {},
        error=error,
    )
