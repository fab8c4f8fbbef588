"""What can go wrong with the websites that show the desk, by name."""

from __future__ import annotations

from web.errors import WebError


class BadSite(WebError):
    """A website cannot be kept as it was filled in."""

    name, status = "bad_site", 422


class UnknownSite(WebError):
    """No website has this key."""

    name, status = "unknown_site", 404


class SiteRefused(WebError):
    """The page that asks is not one of a registered website."""

    name, status = "site_refused", 403
