"""What can go wrong with accounts, by name, with its HTTP status."""

from __future__ import annotations

from web.errors import WebError


class SignInNeeded(WebError):
    """Nobody is signed in, or the session is over."""

    name, status = "sign_in_needed", 401


class SignInFailed(WebError):
    """Name and password do not fit; which of them is not said."""

    name, status = "sign_in_failed", 401


class TooManyTries(WebError):
    """Too many failed sign-ins for this account or from this address; `seconds` says how long to wait."""

    name, status = "too_many_tries", 429

    def __init__(self, seconds: int) -> None:
        """Keep how long to wait."""
        super().__init__(f"登录失败次数过多，请 {waiting(seconds)} 后再试", retry_after=seconds)
        self.seconds = seconds


class Forbidden(WebError):
    """The person's roles do not have the right."""

    name, status = "forbidden", 403


class FormExpired(WebError):
    """A change came without the token of this browser's session."""

    name, status = "csrf_failed", 400


class WeakPassword(WebError):
    """The password is too short, too long, or one that is guessed first."""

    name, status = "weak_password", 422


class BadAccount(WebError):
    """A name or a role that an account cannot have."""

    name, status = "bad_account", 422


class NameTaken(BadAccount):
    """Another account has this name."""

    name, status = "name_taken", 409


class LinkInvalid(WebError):
    """A one-time link that is unknown, used, revoked or too old; which of them is not said."""

    name, status = "link_invalid", 410


class UnknownPerson(WebError):
    """No account has this id."""

    name, status = "unknown_person", 404


class LastAdmin(BadAccount):
    """The change would leave nobody who can manage accounts."""

    name, status = "last_admin", 409


class BadToken(WebError):
    """A token cannot be made like this; `field` names what to change."""

    name, status = "bad_token", 422


class UnknownToken(WebError):
    """No token with this id is good any more."""

    name, status = "unknown_token", 404


class OidcFailed(WebError):
    """The identity service did not vouch for a person whom this desk knows."""

    name, status = "oidc_failed", 403


def waiting(seconds: int) -> str:
    """Return a span as a person says it: 30 秒, 5 分钟."""
    return f"{seconds} 秒" if seconds < 120 else f"{-(-seconds // 60)} 分钟"
