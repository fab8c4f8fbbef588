"""The admin's room: accounts, invitations, sessions, the audit log, and the settings as they stand."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from kb.database import writing
from kb.settings import describe, in_force
from web import clock
from web.accounts import audit as log
from web.accounts.audit import ACTIONS, Filter
from web.accounts.errors import BadAccount
from web.accounts.management import Management
from web.accounts.people import SHOWN_LENGTH, Person
from web.accounts.roles import RIGHTS, STAFF, TITLES
from web.accounts.service import Accounts
from web.errors import WebError
from web.pages.form import Form, chosen, form, written
from web.pages.gate import digest, person, require
from web.services import desk

bp = Blueprint("admin", __name__)
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2100, 1, 1)
LARGEST_ID = 2**53


class RolesForm(Form):
    """The roles of an account."""

    roles: list[str] = chosen("角色", 40, items=20)


class InvitationForm(RolesForm):
    """Who is invited, as what."""

    name: str = written("登录名", 200)
    shown_name: str = written("姓名", SHOWN_LENGTH)


@bp.get("/admin")
@require("users.manage")
def home() -> Any:
    """Go to the first page of the room."""
    return redirect(url_for("admin.users"))


@bp.get("/admin/users")
@require("users.manage")
def users() -> str:
    """List everybody with an account."""
    return render_template("admin/users.html", people=_accounts().people.all())


@bp.get("/admin/users/<person_id>")
@require("users.manage")
def user(person_id: str) -> Any:
    """Show one account with its sessions and what happened to it."""
    return _user_page(person_id)


@bp.post("/admin/users/<person_id>/roles")
@require("users.manage")
@form(RolesForm, BadAccount)
def user_roles(person_id: str, given: RolesForm) -> Any:
    """Give a person other roles."""
    return _changed(person_id, "角色已修改。", lambda: _management().set_roles(person(), person_id, given.roles))


@bp.post("/admin/users/<person_id>/disable")
@require("users.manage")
def user_disable(person_id: str) -> Any:
    """Shut a person out at once."""
    return _changed(person_id, "账号已停用，所有登录已结束。", lambda: _management().disable(person(), person_id))


@bp.post("/admin/users/<person_id>/enable")
@require("users.manage")
def user_enable(person_id: str) -> Any:
    """Let a person in again."""
    return _changed(person_id, "账号已启用。", lambda: _management().enable(person(), person_id))


@bp.post("/admin/users/<person_id>/unlock")
@require("users.manage")
def user_unlock(person_id: str) -> Any:
    """Let a person try again after failed sign-ins."""
    return _changed(person_id, "已解除登录暂停。", lambda: _management().unlock(person(), person_id))


@bp.post("/admin/users/<person_id>/reset")
@require("users.manage")
def user_reset(person_id: str) -> Any:
    """Show, once, a link with which the person sets a new password."""
    try:
        token = _management().reset(person(), person_id)
    except BadAccount as error:
        return _user_page(person_id, error)
    return _link_once(token, "重设密码链接", 24)


@bp.get("/admin/invitations")
@require("users.manage")
def invitations() -> Any:
    """List one-time links and offer to invite somebody."""
    return _invitations_page()


@bp.post("/admin/invitations")
@require("users.manage")
@form(InvitationForm, BadAccount)
def invite(problems: BadAccount | None, given: InvitationForm) -> Any:
    """Show, once, a link with which somebody makes an account."""
    try:
        if problems:
            raise problems
        token = _management().invite(person(), given.name, given.shown_name, given.roles)
    except BadAccount as error:
        return _invitations_page(given, error)
    return _link_once(token, "邀请链接", 72)


@bp.post("/admin/invitations/<link_id>/revoke")
@require("users.manage")
def invitation_revoke(link_id: str) -> Any:
    """Make a one-time link useless."""
    _accounts().links.revoke(link_id, person().name)
    flash("链接已撤销。")
    return redirect(url_for("admin.invitations"), 303)


@bp.get("/admin/sessions")
@require("sessions.manage")
def sessions() -> str:
    """List who is signed in where."""
    return render_template("admin/sessions.html", sessions=_accounts().sessions.all(), current=digest())


@bp.post("/admin/sessions/<session_id>/end")
@require("sessions.manage")
def session_end(session_id: str) -> Any:
    """End one session."""
    _management().end_session(person(), session_id)
    flash("已结束这处登录。")
    return redirect(url_for("admin.sessions"), 303)


@bp.get("/admin/audit")
@require("audit.read")
def audit() -> str:
    """Show who changed what, newest first."""
    wanted = _filter()
    before = request.args.get("before", None, type=int)
    before = before if before is not None and 0 < before < LARGEST_ID else None
    events, more = log.page(desk().engine, wanted, before)
    given = {name: value for name, value in request.args.items() if value and name != "before"}
    shown = {"events": events, "more": more, "before": before, "wanted": wanted, "given": given}
    return render_template("admin/audit.html", **shown, actions=ACTIONS)


@bp.get("/admin/audit.csv")
@require("audit.read")
def audit_csv() -> Response:
    """Give the wanted part of the log as a table, and note in it that somebody took it."""
    wanted, engine = _filter(), desk().engine
    filters = {name: value for name, value in vars(wanted).items() if value}
    with writing(engine) as connection:
        log.record(connection, person().name, "audit.export", "audit", None, filters)
    response = Response(log.as_csv(engine, wanted), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=audit-{clock.today():%Y%m%d}.csv"
    return response


@bp.get("/admin/roles")
@require("users.manage")
def roles() -> str:
    """Show which role may do what."""
    return render_template("admin/roles.html", rights=RIGHTS, roles=STAFF, titles=TITLES)


@bp.get("/admin/settings")
@require("settings.read")
def settings() -> str:
    """Show every setting, its value in force and what it is for; secrets are not shown."""
    values = in_force(desk().settings)
    rows = [(name, values[name], default, help) for name, default, help in describe()]
    return render_template("admin/settings.html", rows=rows)


def _accounts() -> Accounts:
    return desk().accounts


def _management() -> Management:
    return Management(desk().accounts)


def _changed(person_id: str, said: str, change: Any) -> Any:
    try:
        change()
    except BadAccount as error:
        return _user_page(person_id, error)
    flash(said)
    return redirect(url_for("admin.user", person_id=person_id), 303)


def _user_page(person_id: str, error: WebError | None = None) -> Any:
    found: Person = _accounts().people.get(person_id)
    events, _ = log.page(desk().engine, Filter(object=f"user:{found.name}"), size=20)
    mine = _accounts().sessions.all(found.id)
    shown = {"shown": found, "events": events, "sessions": mine, "error": error, "current": digest()}
    return render_template("admin/user.html", **shown, roles=STAFF, titles=TITLES), error.status if error else 200


def _invitations_page(given: InvitationForm | None = None, error: WebError | None = None) -> Any:
    given = given or InvitationForm()
    shown = {"links": _accounts().links.all(), "error": error, "form": given, "given": given.roles}
    page = render_template("admin/invitations.html", **shown, roles=STAFF, titles=TITLES)
    return page, error.status if error else 200


def _link_once(token: str, title: str, hours: int) -> str:
    address = url_for("accounts.link", token=token, _external=True)
    return render_template("admin/link.html", address=address, heading=title, hours=hours)


def _filter() -> Filter:
    texts = {name: request.args.get(name, "").strip()[:200] for name in ("actor", "action", "object")}
    return Filter(**texts, begin=_day("begin"), end=_day("end"))


def _day(name: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
