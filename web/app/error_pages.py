"""Every error as one JSON shape for programs and one plain page for people."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kb.errors import UnknownEntry, UnknownYear
from web.errors import WebError

log = logging.getLogger(__name__)
RETRY_SECONDS = "5"

NAMES = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "rate_limited", 500: "internal_error"}
DETAILS = {
    400: "请求读不懂",
    404: "没有这个地址",
    405: "这个地址不支持这种请求",
    413: "请求太大",
    429: "提问太频繁，请稍等一会儿再试",
    500: "系统出错了，我们已经记下；请稍后重试，急事请拨打 12345",
}
PROGRAM_PATHS = ("/api/", "/healthz", "/readyz", "/metrics")


def init_app(app: Flask) -> None:
    """Answer every error of the application."""
    app.register_error_handler(WebError, _web_error)
    app.register_error_handler(UnknownEntry, _unknown_entry)
    app.register_error_handler(UnknownYear, _unknown_year)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def _web_error(error: WebError) -> ResponseReturnValue:
    return _shown(error.name, error.detail, error.status, error.extra)


def _unknown_entry(error: UnknownEntry) -> ResponseReturnValue:
    return _shown("unknown_entry", "没有这个条目，或它还没有发布", 404)


def _unknown_year(error: UnknownYear) -> ResponseReturnValue:
    return _shown("unknown_year", str(error), 409, {"year": error.year})


def _database_error(error: SQLAlchemyError) -> ResponseReturnValue:
    log.error("database: %s", error)
    return _shown("database_down", "抱歉，系统暂时记不下您的问题，请稍后重试；急事请拨打 12345", 503)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()  # type: ignore[return-value]
    response = _shown(NAMES.get(status, "http_error"), DETAILS.get(status, error.description or ""), status)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return _shown(NAMES[500], DETAILS[500], 500)


def _shown(name: str, detail: str, status: int, extra: dict[str, Any] | None = None) -> Response:
    if request.path.startswith(PROGRAM_PATHS) or request.accept_mimetypes.best == "application/json":
        response = jsonify({"ok": False, "error": name, "detail": detail, "status": status, **(extra or {})})
    else:
        response = make_response(render_template("error.html", detail=detail, status=status))
    response.status_code = status
    if status == 503:
        response.headers["Retry-After"] = RETRY_SECONDS
    return response
