"""A file as a download that no browser opens."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

from web.tickets.attachments import Attachment
from web.uploads import SAFE_HEADERS


def download(found: Attachment, content: bytes) -> Response:
    """Return a file with headers that keep a browser from opening it."""
    response = Response(content)
    response.headers.update(SAFE_HEADERS)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return response
