"""What can go wrong with a profile, by name."""

from __future__ import annotations

from web.errors import WebError


class ProfileError(WebError):
    """Something asked of a profile cannot be done."""

    name, status = "profile_error", 409


class UnknownProfile(ProfileError):
    """No profile opens with this key, or has this id; the same answer for a wrong key and a deleted profile."""

    name, status = "unknown_profile", 404


class BadProfile(ProfileError):
    """A value cannot be used; `field` names it."""

    name, status = "bad_profile", 422


class SensitiveData(ProfileError):
    """Something that is never kept was given: nothing of the call was stored."""

    name, status = "sensitive_data", 422


class CodeTaken(ProfileError):
    """Another profile has this unified social credit code; the desk can give its enterprise a new key."""

    name = "code_taken"


class StaleProfile(ProfileError):
    """The profile was changed since it was read; nothing was changed now."""

    name = "stale_profile"
