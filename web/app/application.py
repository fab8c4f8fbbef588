"""Builds the site: its services, its guards, its blueprints."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.settings import Settings
from web import desk, failures, limits, security
from web.accounts import gate
from web.blueprints import (
    accounts,
    admin,
    api,
    channels,
    curator,
    curator_entries,
    curator_import,
    curator_queue,
    curator_search,
    curator_versions,
    curator_words,
    judging,
    live,
    officer_rooms,
    operator,
    panel,
    serving_rooms,
    sheets,
    signals,
    signals_admin,
    sites_admin,
    visitor,
)
from web.curation import service as curation
from web.curation import sizes
from web.desk import Desk

BODY_LIMIT = 128 * 1024


def create_app(settings: Settings, opened: Desk | None = None) -> Flask:
    """Build the site. `opened` stands in for the services that `settings` would open."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    opened = opened or desk.open_desk(settings)
    desk.init_app(app, opened)
    curation.init_app(app, opened)
    failures.init_app(app)
    security.init_app(app, settings)
    sizes.init_app(app)
    officer_rooms.widen(app)
    gate.init_app(app, settings)
    for blueprint in (api.bp, channels.bp, visitor.bp, sheets.bp, accounts.bp, admin.bp):
        app.register_blueprint(blueprint)
    for blueprint in (panel.bp, sites_admin.bp, signals.bp, signals_admin.bp, operator.bp, judging.bp, live.bp):
        app.register_blueprint(blueprint)
    for blueprint in (
        curator.bp,
        curator_entries.bp,
        curator_import.bp,
        curator_queue.bp,
        curator_search.bp,
        curator_versions.bp,
        curator_words.bp,
    ):
        app.register_blueprint(blueprint)
    officer_rooms.register(app)
    serving_rooms.register(app)
    limits.init_app(app, settings)
    app.after_request(_counted)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _counted(response: Response) -> Response:
    desk.desk().metrics.requests.labels(request.endpoint or "unknown", response.status_code).inc()
    return response
