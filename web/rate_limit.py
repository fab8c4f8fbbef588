"""How often one visitor may ask."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from kb.errors import BadSetting
from kb.settings import Settings

log = logging.getLogger(__name__)
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
    _parsed(settings.rate_limit)
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


class Meter:
    """The same limit for people who do not come with an address of their own: those of a channel."""

    def __init__(self, settings: Settings) -> None:
        """Count in Redis where it is set, else in this process (BadSetting when the limit is unreadable)."""
        self._limits = [] if settings.rate_limit.lower() == OFF else _parsed(settings.rate_limit)
        self._storage = storage_from_string(settings.redis_url or "memory://")  # the limiter holds it weakly
        self._counts = FixedWindowRateLimiter(self._storage)

    def allows(self, key: str) -> bool:
        """Count one message of `key` and say whether it is within the limit; without Redis nobody is refused."""
        try:
            return all(self._counts.hit(limit, SCOPE, key) for limit in self._limits)
        except RedisError as error:
            log.warning("messages are not counted: %s", error)
            return True


def _parsed(text: str) -> list[Any]:
    try:
        return list(parse_many(text))
    except ValueError as error:
        raise BadSetting(f"QXB_RATE_LIMIT={text!r} 不能用：要写成 60 per minute 这样，或 off") from error
