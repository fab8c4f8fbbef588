"""What can go wrong with signing up, by name."""

from __future__ import annotations

from web.errors import WebError


class NoticeError(WebError):
    """Something asked of a notice cannot be done."""

    name, status = "notice_error", 409


class UnknownNotice(NoticeError):
    """No notice has this id, or it is not public."""

    name, status = "unknown_notice", 404


class SignUpClosed(NoticeError):
    """Nobody can sign up: not that kind of notice, not in force, or it has begun."""

    name = "sign_up_closed"


class AlreadySignedUp(NoticeError):
    """This phone number has a sign-up for the notice already."""

    name = "already_signed_up"


class BadSignUp(NoticeError):
    """Something given with a sign-up cannot be used; `field` names it."""

    name, status = "bad_sign_up", 422


class UnknownReceipt(NoticeError):
    """Receipt and phone do not belong together; the same answer whether the receipt exists or not."""

    name, status = "unknown_receipt", 404
