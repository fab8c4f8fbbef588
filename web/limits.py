"""How often one visitor may ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many

from kb.errors import BadSetting
from kb.settings import Settings

OFF = "off"
SCOPE = "ask"


def limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view as one that counts against a visitor's limit; all such views share one count."""
    view.limited = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, settings: Settings) -> None:
    """Put the limit of `settings` on the marked views, which must be registered (BadSetting when it is unreadable)."""
    if settings.rate_limit.lower() == OFF:
        return
    try:
        parse_many(settings.rate_limit)
    except ValueError as error:
        text = f"QXB_RATE_LIMIT={settings.rate_limit!r} 不能用：要写成 60 per minute 这样，或 off"
        raise BadSetting(text) from error
    # One Limiter an application: it keeps its counts and its switch in itself.
    limiter = Limiter(
        key_func=get_remote_address,
        app=app,
        headers_enabled=True,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback=[settings.rate_limit] if settings.redis_url else [],
    )
    for endpoint, view in app.view_functions.items():
        if getattr(view, "limited", False):
            app.view_functions[endpoint] = limiter.shared_limit(settings.rate_limit, scope=SCOPE)(view)
