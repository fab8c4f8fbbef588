"""All pages about appeals, the officers' and the enterprises', put into the site in one place."""

from __future__ import annotations

from flask import Flask

from web.blueprints import appeals, bookings, officer, officer_bookings, officer_report, officer_tickets

BLUEPRINTS = (officer.bp, officer_tickets.bp, officer_bookings.bp, officer_report.bp, appeals.bp, bookings.bp)


def widen(app: Flask) -> None:
    """Let known people send files; to be called before the gate reads a form for its token."""
    officer_tickets.init_app(app)
    appeals.init_app(app)


def register(app: Flask) -> None:
    """Add the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
