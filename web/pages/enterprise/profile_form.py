"""The form of a profile: what a page sends, read into what profiles take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.matching.fields import declared
from kb.matching.values import words
from web.profiles.service import Profile

ITEMS = 12  # from so many choices on, a list to choose from is too long to show whole
SHORT = 9
IDENTITY = ("name", "code")


def given_values(form: Mapping[str, str], profile: Profile | None = None) -> dict[str, Any]:
    """Return the values of the form by field; a field that was known and is now empty is None: to be forgotten."""
    given: dict[str, Any] = {name: form.get(name, "").strip() for name in IDENTITY}
    for field in declared():
        if field.derived_from:
            continue
        value: Any = form.get(field.name, "").strip()[:200]
        if field.type == "set":
            value = {
                word: [item for item in field.choices if form.get(f"{field.name}:{item}") == word]
                for word in ("yes", "no")
            }
            value = value if value["yes"] or value["no"] else ""
        known = profile.values.get(field.name) if profile else None
        if known is not None and isinstance(value, str) and value == words(field, known):
            continue  # as it was
        given[field.name] = None if value == "" and known is not None else value
    return {name: value for name, value in given.items() if value != ""}
