"""Builds the site: its services, its guards, its blueprints."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.settings import Settings
from web import rate_limit, security, services
from web.app import error_pages
from web.pages import admin, api, curator, enterprise, gate, officer, operator, upload_limits, visitor
from web.services import Desk

BODY_LIMIT = 128 * 1024


def create_app(settings: Settings, opened: Desk | None = None) -> Flask:
    """Build the site. `opened` stands in for the services that `settings` would open."""
    app = Flask("web")
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    opened = opened or services.open_desk(settings)
    services.init_app(app, opened)
    error_pages.init_app(app)
    security.init_app(app, settings)
    upload_limits.init_app(app)
    gate.init_app(app, settings)
    for audience in (api, visitor, admin, operator, curator, officer, enterprise):
        for blueprint in audience.BLUEPRINTS:
            app.register_blueprint(blueprint)
    rate_limit.init_app(app, settings)
    app.after_request(_counted)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _counted(response: Response) -> Response:
    services.desk().metrics.requests.labels(request.endpoint or "unknown", response.status_code).inc()
    return response
