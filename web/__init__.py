"""The site: chat, API and public pages of 企小办."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from kb.settings import Settings
    from web.desk import Desk


def create_app(settings: Settings, opened: Desk | None = None) -> Flask:
    """Build the site. `opened` stands in for the services that `settings` would open."""
    # The pushing process and the commands live in this package too and do without the site's libraries.
    from web import application

    return application.create_app(settings, opened)
