"""The gate of the staff rooms: who is asking, may they, and does a change come from our own page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect

from kb.settings import Settings
from web.accounts import oidc
from web.accounts.audit import FIELDS
from web.accounts.errors import Forbidden, FormExpired, SignInNeeded
from web.accounts.people import Person
from web.accounts.roles import RIGHTS
from web.accounts.service import Browser
from web.accounts.tokens import Token
from web.errors import WebError
from web.pages import navigation
from web.services import desk

View = Callable[..., Any]
ANYONE = ""
KEPT_AS = "staff"
ROOMS = ("/account", "/admin", "/curator", "/operator", "/officer")
OPEN_API = "/api/"
CHANGES = {"POST", "PUT", "PATCH", "DELETE"}
EXPIRED = "页面停留太久，或请求不是从本站页面发出的；请返回上一页刷新后再试"


def init_app(app: Flask, settings: Settings) -> None:
    """Put the gate before every request; cookies get a name of their own for each port, which browsers do not part."""
    prefix = "__Host-" if settings.secure_cookies else ""
    app.config.update(
        SESSION_COOKIE_NAME=f"{prefix}qxb{settings.web_port}",
        WTF_CSRF_CHECK_DEFAULT=False,  # _check_change decides, so that the open API needs no cookie
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
    )
    CSRFProtect(app)
    oidc.init_app(app, settings)
    app.before_request(_check_change)
    app.before_request(_check_declared)
    app.after_request(_keep_private)
    app.context_processor(_for_pages)


def require(right: str) -> Callable[[View], View]:
    """Let only people with the right into the view (KeyError at once when the right is not in the table)."""
    RIGHTS[right]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**path: Any) -> Any:
            person = signed_in()
            if person is None:
                return _to_sign_in()
            if not person.may(right):
                raise Forbidden(f"您的角色（{person.role_titles}）不能使用这一页")
            return view(**path)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def by_token(right: str) -> Callable[[View], View]:
    """Let only callers into the view that bring a token with the right in `Authorization` (KeyError as above)."""
    RIGHTS[right]

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**path: Any) -> Any:
            g.token = _presented(right)
            return view(**path)

        guarded.token_right = right  # type: ignore[attr-defined]
        return guarded

    return decorate


def token() -> Token:
    """Return the token that this call came with; only inside a view that `by_token` guards."""
    return cast(Token, g.token)


def known() -> bool:
    """Say whether the caller of this endpoint is somebody: signed in, or with a token that is good for it."""
    right = getattr(current_app.view_functions.get(request.endpoint or ""), "token_right", "")
    if not right:
        return signed_in() is not None
    try:
        return bool(_presented(right))
    except WebError:  # the view says what is wrong with it
        return False


def _presented(right: str) -> Token:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise SignInNeeded("请在请求头 Authorization 里带上 Bearer 令牌")
    return desk().accounts.tokens.find(given.token, right)


def anyone(view: View) -> View:
    """Declare that a view inside the staff rooms is open to everybody: the sign-in page, for one."""
    view.right = ANYONE  # type: ignore[attr-defined]
    return view


def declared(app: Flask, endpoint: str) -> str | None:
    """Return the right that an endpoint asks for: empty for anyone, None when nothing is declared."""
    return getattr(app.view_functions[endpoint], "right", None)


def signed_in() -> Person | None:
    """Return who is signed in, or None."""
    if "person" not in g:
        token = session.get(KEPT_AS)
        found = desk().accounts.sessions.find(token) if token else None
        g.person, g.session_digest = (found.person, found.digest) if found else (None, "")
    return cast("Person | None", g.person)


def person() -> Person:
    """Return who is signed in (SignInNeeded)."""
    found = signed_in()
    if found is None:
        raise SignInNeeded("请先登录")
    return found


def digest() -> str:
    """Return what the table keeps of this browser's session, empty when nobody is signed in."""
    return str(g.session_digest) if signed_in() else ""


def browser() -> Browser:
    """Return where this request comes from."""
    return Browser(request.remote_addr or "", request.user_agent.string, session.get(KEPT_AS, ""))


def enter(token: str) -> None:
    """Keep a new session's token in the cookie, and nothing of what the cookie held before."""
    session.clear()
    session[KEPT_AS] = token
    g.pop("person", None)


def leave() -> None:
    """Empty the cookie."""
    session.clear()
    g.pop("person", None)


def _check_change() -> None:
    """Refuse a change without the page's token. The open API needs none: no cookie gives a caller anything there."""
    if request.method not in CHANGES or request.endpoint is None:
        return
    if request.path.startswith(OPEN_API) and not declared(current_app, request.endpoint):
        return
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError as error:
        raise FormExpired(EXPIRED) from error


def _check_declared() -> None:
    """Shut a page of the staff rooms that does not say who may enter."""
    if request.endpoint and request.path.startswith(ROOMS) and declared(current_app, request.endpoint) is None:
        raise Forbidden("这一页还没有写明谁可以使用")


def _to_sign_in() -> Any:
    if request.method not in ("GET", "HEAD") or request.accept_mimetypes.best == "application/json":
        raise SignInNeeded("请先登录")
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 303)


def _keep_private(response: Response) -> Response:
    if request.path.startswith(ROOMS):
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"  # one-time links stand in addresses
    return response


def _for_pages() -> dict[str, Any]:
    return {
        "signed_in": signed_in,
        "rooms_of": lambda one: navigation.open_to(one, current_app.view_functions),
        "fields": FIELDS,
    }
