"""What can go wrong with service-care signals, by name."""

from __future__ import annotations

from web.errors import WebError


class SignalsOff(WebError):
    """The feature is off: nothing is gathered, kept or shown."""

    name, status = "signals_off", 409


class BadActivation(WebError):
    """The record of the impact assessment is not complete."""

    name, status = "bad_activation", 422


class BadReview(WebError):
    """A review is not complete, or the signal was reviewed already."""

    name, status = "bad_review", 422


class UnknownCase(WebError):
    """There is no such case, or it is not this officer's."""

    name, status = "unknown_case", 404
