"""Bodies larger than a question: a view says how much it takes, and from whom; one hook widens the limit for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request

from web.pages import gate
from web.uploads import MOST_BYTES

View = Callable[..., Any]
FORM_LIMIT = 4 * 1024 * 1024
FILE_LIMIT = 12 * 1024 * 1024
ATTACHMENT_LIMIT = MOST_BYTES + 256 * 1024


def takes(limit: int, sender: Callable[[], bool] = gate.known, *, fields: bool = True) -> Callable[[View], View]:
    """Let a view take bodies of `limit` bytes when `sender` says so of this request, by default a known caller.

    `fields` says whether a single field may be as large, too; otherwise only files may.
    """

    def decorate(view: View) -> View:
        view.body_limit = (limit, sender, fields)  # type: ignore[attr-defined]
        return view

    return decorate


def init_app(app: Flask) -> None:
    """Widen the limit before the gate reads a form for its token."""
    app.before_request(_widen)


def _widen() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    limit, sender, fields = getattr(view, "body_limit", (0, bool, False))
    if limit and sender():
        request.max_content_length = limit
        if fields:
            request.max_form_memory_size = limit
