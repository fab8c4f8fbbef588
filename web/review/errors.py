"""What can go wrong at the operator's desk, by name, with its HTTP status."""

from __future__ import annotations

from web.errors import WebError


class BadReview(WebError):
    """A judgement that cannot be kept: an unknown verdict, act or entry, or a turn without an answer."""

    name, status = "bad_review", 422


class ReviewClosed(WebError):
    """Two people have judged the turn already, and this is neither of them."""

    name, status = "review_closed", 409


class BadTag(WebError):
    """A tag or the name of a filter that is empty or too long."""

    name, status = "bad_tag", 422
