"""The enterprise's own profile: made on a page, entered from the chat or with its key, corrected, exported, deleted."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import wraps
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, session, url_for

from kb.matching.fields import Field, declared
from kb.matching.values import words
from web.errors import InvalidField, WebError
from web.pages.enterprise.profile_form import ITEMS, SHORT_LIST, ProfileForm, given_values, profile_form
from web.pages.form import Form, chosen, form, ticked, written
from web.profiles.contacts import CHANNELS, PURPOSES, NewContact
from web.profiles.errors import BadProfile, UnknownProfile
from web.profiles.service import Profile, Proven
from web.push.commands import number_of
from web.rate_limit import limited
from web.services import serving

bp = Blueprint("mine", __name__)
KEPT_AS = "profile"
HOURS = 2


class KeyForm(Form):
    """The key that was given out once."""

    key: str = written("进入码", 64)


class DeletionForm(Form):
    """Whether it is meant."""

    sure: bool = ticked("确认删除")


class ContactForm(Form):
    """A contact, and what it may be used for."""

    channel: str = written("渠道", 16)
    address: str = written("号码、邮箱或帐号", 200)
    name: str = written("姓名", 40)
    role: str = written("职务", 40)
    purposes: list[str] = chosen("同意用于", 16, items=20)


@bp.after_request
def private(response: Response) -> Response:
    """Keep the pages out of caches, and their addresses, which may hold a one-time link, to this site."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def own() -> Profile | None:
    """Return the profile that this browser has shown to be its own within two hours, None when there is none."""
    if "own_profile" not in g:
        kept, until = session.get(KEPT_AS, ("", 0))
        try:
            g.own_profile = serving().profiles.get(kept) if kept and until > time.time() else None
        except UnknownProfile:
            g.own_profile = None
    found: Profile | None = g.own_profile
    return found


def owner(view: Any) -> Any:
    """Let only the owner of a profile into a view, which gets the profile; others are asked to show who they are."""

    @wraps(view)
    def guarded(**path: Any) -> Any:
        profile = own()
        return redirect(url_for("mine.home"), 303) if profile is None else view(profile, **path)

    return guarded


def prove(profile_id: str) -> None:
    """Let this browser work on a profile for two hours."""
    session[KEPT_AS] = [profile_id, int(time.time()) + HOURS * 3600]
    g.pop("own_profile", None)


@bp.get("/mine")
def home() -> str:
    """Show the profile, or ask whose it is."""
    return _page()


@bp.post("/mine/enter")
@limited
@form(KeyForm)
def enter(problems: InvalidField | None, given: KeyForm) -> Any:
    """Open the pages with the key that was given out once."""
    try:
        if problems:
            raise problems
        prove(serving().profiles.open(given.key).id)
    except WebError as error:
        return _page(error), error.status
    return redirect(url_for("mine.home"), 303)


@bp.get("/mine/door/<token>")
def door(token: str) -> str:
    """Ask to go in: a link that somebody's program has only looked at is not used up."""
    return render_template("mine/door.html", token=token[:64])


@bp.post("/mine/door/<token>")
@limited
def go_in(token: str) -> Any:
    """Use up a one-time link from the chat."""
    try:
        prove(serving().ways.enter(token[:64]))
    except UnknownProfile as error:
        return _page(error), error.status
    return redirect(url_for("mine.home"), 303)


@bp.post("/mine/leave")
def leave() -> Any:
    """Forget in this browser whose pages they were."""
    session.pop(KEPT_AS, None)
    return redirect(url_for("mine.home"), 303)


@bp.get("/mine/new")
def new() -> str:
    """Show the form of a new profile."""
    return _form({})


@bp.post("/mine/new")
@limited
@form(profile_form, BadProfile)
def make(problems: BadProfile | None, given: ProfileForm) -> Any:
    """Keep a new profile and show its key, this once."""
    try:
        if problems:
            raise problems
        profile, key = serving().profiles.create(given_values(given))
    except WebError as error:
        return _form(given.dict(), error), error.status
    prove(profile.id)
    session["new_key"] = key
    return redirect(url_for("mine.home"), 303)


@bp.get("/mine/edit")
@owner
def edit(profile: Profile) -> str:
    """Show the form with what is known."""
    shown = {name: _raw(declared().by_name[name], value) for name, value in profile.values.items()}
    return _form({"name": profile.name, "code": profile.code, **shown}, profile=profile)


@bp.post("/mine/edit")
@limited
@owner
@form(profile_form, BadProfile)
def change(profile: Profile, problems: BadProfile | None, given: ProfileForm) -> Any:
    """Correct the profile; what was emptied is forgotten."""
    try:
        if problems:
            raise problems
        serving().profiles.change(Proven(profile.id), given_values(given, profile), version=given.version)
    except WebError as error:
        return _form(given.dict(), error, profile), error.status
    flash("已更正。")
    return redirect(url_for("mine.home"), 303)


@bp.get("/mine/export")
@owner
def export(profile: Profile) -> Response:
    """Send everything that is kept, as JSON."""
    kept = serving().profiles.export(Proven(profile.id))
    kept["subscriptions"] = [one.text for one in serving().wishes.of(profile.id)]
    kept["not_interested"] = [list(one) for one in serving().wishes.refused(profile.id)]
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    name = f"attachment; filename=profile-{number_of(profile.id)}.json"
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


@bp.post("/mine/delete")
@limited
@owner
@form(DeletionForm)
def delete(profile: Profile, given: DeletionForm) -> Any:
    """Delete the profile with its contacts, subscriptions and messages."""
    if not given.sure:
        flash("请先勾选“确认删除”。")
        return redirect(url_for("mine.home"), 303)
    serving().profiles.delete(Proven(profile.id))
    session.pop(KEPT_AS, None)
    g.pop("own_profile", None)
    flash("企业信息、联系方式、订阅和消息都已删除。")
    return redirect(url_for("mine.home"), 303)


@bp.post("/mine/key")
@limited
@owner
def key(profile: Profile) -> Any:
    """Give out a new key; the one before opens nothing any more."""
    session["new_key"] = serving().profiles.new_key(profile.id, actor="企业本人")
    return redirect(url_for("mine.home"), 303)


@bp.post("/mine/contacts")
@limited
@owner
@form(ContactForm, BadProfile)
def add_contact(profile: Profile, problems: BadProfile | None, given: ContactForm) -> Any:
    """Add a contact, with consent where it was ticked."""
    purposes = [one for one in given.purposes if one in PURPOSES]
    person = NewContact(given.channel, given.address, given.name, given.role, purposes, bool(purposes))
    try:
        if problems:
            raise problems
        serving().profiles.keep_contact(Proven(profile.id), person)
    except WebError as error:
        return _page(error, given.dict()), error.status
    return redirect(url_for("mine.home") + "#contacts", 303)


@bp.post("/mine/contacts/<contact_id>/remove")
@limited
@owner
def remove_contact(profile: Profile, contact_id: str) -> Any:
    """Delete a contact."""
    try:
        serving().profiles.remove_contact(Proven(profile.id), contact_id)
    except WebError as error:
        return _page(error), error.status
    return redirect(url_for("mine.home") + "#contacts", 303)


def _page(error: WebError | None = None, given: Mapping[str, Any] | None = None) -> str:
    profile = own()
    if profile is None:
        return render_template("mine/enter.html", error=error)
    return render_template(
        "mine/home.html",
        profile=profile,
        number=number_of(profile.id),
        shown=profile.shown(declared()),
        channels=CHANNELS,
        purposes=PURPOSES,
        new_key=session.pop("new_key", ""),
        given=given or {},
        error=error,
    )


def _form(given: dict[str, Any], error: WebError | None = None, profile: Profile | None = None) -> str:
    fields = [field for field in declared() if not field.derived_from]
    return render_template(
        "mine/form.html", fields=fields, given=given, error=error, profile=profile, short=SHORT_LIST, most=ITEMS
    )


def _raw(field: Field, value: Any) -> Any:
    if field.type == "set":
        return {name: "yes" if name in value.yes else "no" if name in value.no else "" for name in field.choices}
    return words(field, value)
