"""The staff's own doors: sign in and out, one-time links, one's own account."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound

from web import clock
from web.accounts import links, oidc
from web.accounts.errors import BadAccount, LinkInvalid, SignInFailed, TooManyTries, WeakPassword
from web.accounts.service import Accounts
from web.errors import WebError
from web.pages import gate, navigation
from web.pages.form import Form, form, ticked, written
from web.pages.gate import anyone, require
from web.services import desk

bp = Blueprint("accounts", __name__)
INTENT = "oidc"
UNEQUAL = "两次输入的新密码不一样"
ROOM = 4096  # a password too long for an account is refused by the rule for passwords, not by the form


class SignInForm(Form):
    """Name and password, and the page to go on to."""

    name: str = written("登录名", 200)
    password: str = written("密码", ROOM, trim=False)
    next: str = written("要去的页面", 2000)


class JoinForm(Form):
    """A new password, twice; the first admin chooses both names."""

    name: str = written("登录名", 200)
    shown_name: str = written("姓名", 200)
    new: str = written("新密码", ROOM, trim=False)
    again: str = written("再输入一次", ROOM, trim=False)


class PasswordForm(Form):
    """The password so far, and a new one, twice."""

    old: str = written("现在的密码", ROOM, trim=False)
    new: str = written("新密码", ROOM, trim=False)
    again: str = written("再输入一次", ROOM, trim=False)


class IdentityForm(Form):
    """What somebody goes to the identity service for."""

    next: str = written("要去的页面", 2000)
    link: str = written("链接", 64)
    bind: bool = ticked("关联")


@bp.app_context_processor
def _common() -> dict[str, Any]:
    return {"local": clock.local}


@bp.get("/account/sign-in")
@anyone
def sign_in() -> Any:
    """Show the sign-in page, or pass on somebody who is signed in."""
    if gate.signed_in():
        return _onward(request.args.get("next", ""))
    return _sign_in_page(next_page=request.args.get("next", ""))


@bp.post("/account/sign-in")
@anyone
@form(SignInForm, BadAccount)
def signing_in(problems: BadAccount | None, given: SignInForm) -> Any:
    """Sign in with name and password."""
    try:
        if problems:
            raise problems
        gate.enter(_accounts().sign_in(given.name, given.password, gate.browser()))
    except (SignInFailed, TooManyTries, BadAccount) as error:
        return _sign_in_page(error, given.name, given.next)
    return _onward(given.next)


@bp.post("/account/sign-out")
@anyone
def sign_out() -> Any:
    """End this browser's session."""
    token = session.get(gate.KEPT_AS)
    if token:
        _accounts().sessions.end(token)
    gate.leave()
    flash("您已退出。")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account")
@require("account.own")
def own() -> Any:
    """Show one's own account: password, sessions, identity service."""
    return _own_page()


@bp.post("/account/password")
@require("account.own")
@form(PasswordForm, WeakPassword)
def password(problems: WeakPassword | None, given: PasswordForm) -> Any:
    """Set a new password."""
    try:
        if problems:
            raise problems
        if given.new != given.again:
            raise WeakPassword(UNEQUAL)
        token = _accounts().change_password(gate.person(), given.old, given.new, gate.browser())
    except (SignInFailed, TooManyTries, WeakPassword) as error:
        return _own_page(error)
    gate.enter(token)
    flash("密码已修改，其他地方的登录都已结束。")
    return redirect(url_for("accounts.own"), 303)


@bp.post("/account/sign-out-everywhere")
@require("account.own")
def sign_out_everywhere() -> Any:
    """End all of one's own sessions, this one too."""
    count = _accounts().sign_out_everywhere(gate.person())
    gate.leave()
    flash(f"已结束 {count} 处登录。")
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/account/link/<token>")
@anyone
def link(token: str) -> Any:
    """Show what a one-time link is for; looking does not use it up."""
    return _link_page(token)


@bp.post("/account/link/<token>")
@anyone
@form(JoinForm, BadAccount)
def join(token: str, problems: BadAccount | None, given: JoinForm) -> Any:
    """Use up a one-time link: set a password and sign in."""
    try:
        if problems:
            raise problems
        if given.new != given.again:
            raise WeakPassword(UNEQUAL)
        session_token = _accounts().join(token, given.new, gate.browser(), given.name, given.shown_name)
    except (WeakPassword, BadAccount) as error:
        return _link_page(token, given, error)
    gate.enter(session_token)
    return _onward("")


@bp.post("/account/oidc")
@anyone
@form(IdentityForm)
def oidc_begin(given: IdentityForm) -> Any:
    """Go to the identity service to sign in, to accept an invitation, or to bind one's own account."""
    _need_oidc()
    session[INTENT] = given.dict()
    address = oidc.address(_app(), url_for("accounts.oidc_back", _external=True))
    # A page with a link, not a redirect: the policy lets no form lead to another site.
    return render_template("accounts/leaving.html", address=address)


@bp.get("/account/oidc/back")
@anyone
def oidc_back() -> Any:
    """Come back from the identity service."""
    _need_oidc()
    intent = session.pop(INTENT, {})
    subject = oidc.subject(_app(), desk().settings)
    if intent.get("bind"):
        _accounts().bind(gate.person(), subject)
        flash("已关联统一身份，以后可以用它登录。")
        return redirect(url_for("accounts.own"), 303)
    if intent.get("link"):
        gate.enter(_accounts().join_by_subject(intent["link"], subject, gate.browser()))
    else:
        gate.enter(_accounts().sign_in_by_subject(subject, gate.browser()))
    return _onward(intent.get("next", ""))


def _accounts() -> Accounts:
    return desk().accounts


def _app() -> Any:
    return current_app._get_current_object()  # type: ignore[attr-defined]


def _need_oidc() -> None:
    if not oidc.offered(_app()):
        raise NotFound


def _sign_in_page(error: WebError | None = None, name: str = "", next_page: str = "") -> Any:
    shown = {"error": error, "name": name, "next": next_page, "oidc": oidc.offered(_app())}
    return _answer(render_template("accounts/sign_in.html", **shown), error)


def _own_page(error: WebError | None = None) -> Any:
    mine = _accounts().sessions.all(gate.person().id)
    shown = {"error": error, "sessions": mine, "person": gate.person(), "oidc": oidc.offered(_app())}
    return _answer(render_template("accounts/own.html", current=gate.digest(), **shown), error)


def _link_page(token: str, given: JoinForm | None = None, error: WebError | None = None) -> Any:
    try:
        found = _accounts().links.find(token)
    except LinkInvalid as gone:
        return _answer(render_template("accounts/link_gone.html", error=gone), gone)
    first = found.purpose == links.FIRST_ADMIN
    shown = {"link": found, "link_token": token, "first": first, "error": error, "form": given or JoinForm()}
    return _answer(render_template("accounts/link.html", **shown, oidc=oidc.offered(_app()) and not first), error)


def _answer(page: str, error: WebError | None) -> Any:
    response = make_response(page, error.status if error else 200)
    if isinstance(error, TooManyTries):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def _onward(wanted: str) -> Any:
    """Go to the page that was wanted when it is one of ours, else to where this person's work begins."""
    first = url_for(navigation.first_page(gate.person(), current_app.view_functions))
    return redirect(wanted if _local(wanted) else first, 303)


def _local(address: str) -> bool:
    """Say whether an address stays on this site, however a browser reads it."""
    plain = address.isprintable() and "\\" not in address and address.startswith("/") and not address.startswith("//")
    return plain and not urlsplit(address).netloc
