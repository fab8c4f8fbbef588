"""Headers that keep a browser from being turned against its user, and the key that signs sessions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import Flask, Response, g, request

from kb.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
HERE = "'self'"
SHARED = {"visitor.widget", "static"}  # what other sites load


def init_app(app: Flask, settings: Settings) -> None:
    """Send the headers with every answer and give the application its key."""
    app.secret_key = site_key(settings)
    app.config.update(
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.after_request(_protect)


def site_key(settings: Settings) -> str:
    """Return the secret of this site: of the settings, or the one it made for itself."""
    return settings.secret_key or stored_key(settings.data_dir / "secret_key")


def stored_key(path: Path) -> str:
    """Return the key kept in `path`, making it at the first start; nobody else on the machine may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key


def _protect(response: Response) -> Response:
    ancestors = g.get("frame_ancestors", HERE)  # the panel says which websites may show it
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY.format(ancestors=ancestors))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if request.endpoint in SHARED else "same-origin")
    if ancestors == HERE:
        headers.setdefault("X-Frame-Options", "SAMEORIGIN")
    return response
