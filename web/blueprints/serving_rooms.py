"""All pages about profiles, pushing, notices and places, put into the site in one place."""

from __future__ import annotations

from flask import Flask

from web.blueprints import going, mine, mine_news, profiles_api, serving_staff

BLUEPRINTS = (mine.bp, mine_news.bp, going.bp, serving_staff.bp, profiles_api.bp)


def register(app: Flask) -> None:
    """Add the pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
