"""Bodies larger than a question: long entries, files and lists, only from those who are signed in or have a token."""

from __future__ import annotations

from flask import Flask, request

from web.accounts import gate

FORM_LIMIT = 4 * 1024 * 1024
FILE_LIMIT = 12 * 1024 * 1024
LIMITS = {
    "curator_entries.save": FORM_LIMIT,
    "curator_entries.keep": FORM_LIMIT,
    "curator_entries.preview": FORM_LIMIT,
    "curator_entries.upload": FILE_LIMIT,
    "curator_import.upload": FILE_LIMIT,
    "serving_staff.upload": FILE_LIMIT,
    "profiles_api.take": FORM_LIMIT,
}


def init_app(app: Flask) -> None:
    """Widen the limit before the gate reads a form for its token."""
    app.before_request(_widen)


def _widen() -> None:
    limit = LIMITS.get(request.endpoint or "")
    if limit and gate.known():
        request.max_content_length = limit
        request.max_form_memory_size = limit
