"""Signing in through the identity service of the place (OpenID Connect), when the settings name one."""

from __future__ import annotations

from typing import Any, cast

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask
from joserfc.errors import JoseError
from requests import RequestException

from kb.settings import Settings
from web.accounts.errors import OidcFailed

NAME = "qxb_oidc"
DISCOVERY = "/.well-known/openid-configuration"
FAILED = "统一身份认证没有通过，请重试；一直不行就改用密码登录"


def init_app(app: Flask, settings: Settings) -> None:
    """Register the identity service; nothing is fetched from it before somebody signs in that way."""
    if not settings.oidc_issuer:
        return
    oauth = OAuth(app)
    app.extensions[NAME] = oauth.register(
        "oidc",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        server_metadata_url=settings.oidc_issuer.rstrip("/") + DISCOVERY,
        client_kwargs={"scope": "openid profile", "code_challenge_method": "S256", "timeout": 10},
    )


def offered(app: Flask) -> bool:
    """Say whether the application knows an identity service."""
    return NAME in app.extensions


def address(app: Flask, back: str) -> str:
    """Return where the identity service asks who it is; it sends the browser back to `back` (OidcFailed)."""
    try:
        return str(app.extensions[NAME].authorize_redirect(back).location)
    except (OAuthError, RequestException, ValueError, RuntimeError) as error:
        raise OidcFailed("统一身份认证暂时连不上，请改用密码登录") from error


def subject(app: Flask, settings: Settings) -> str:
    """Return "issuer|sub" of the person for whom the answer in this request vouches (OidcFailed).

    State, nonce, signature, audience and expiry are checked by the library.
    """
    try:
        token = app.extensions[NAME].authorize_access_token()
    except (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError) as error:
        raise OidcFailed(FAILED) from error
    claims = cast("dict[str, Any]", token.get("userinfo") or {})
    if claims.get("iss", "").rstrip("/") != settings.oidc_issuer.rstrip("/") or not claims.get("sub"):
        raise OidcFailed(FAILED)
    return f"{claims['iss']}|{claims['sub']}"
