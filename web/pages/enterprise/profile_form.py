"""The form of a profile: its fields as they are declared, and what a page sent read into what profiles take."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import create_model

from kb.matching.fields import declared
from kb.matching.values import words
from web.pages.form import Form, each, whole, written
from web.profiles.draft import NAME_LIMIT
from web.profiles.service import Profile

ITEMS = 12  # from so many choices on, a list to choose from is too long to show whole
SHORT_LIST = 9
LONGEST_FIELD = 200


class ProfileForm(Form):
    """What stands in it whatever is declared; `version` is the one that was corrected."""

    name: str = written("企业名称", NAME_LIMIT)
    code: str = written("统一社会信用代码", 40)
    version: int | None = whole("版本", 0, 2**31 - 1)


@cache
def profile_form() -> type[ProfileForm]:
    """Return the form with a field for each one declared; of a set of choices it takes yes, no or nothing each."""
    fields: dict[str, Any] = {
        field.name: (dict[str, str], each(field.label, LONGEST_FIELD))
        if field.type == "set"
        else (str, written(field.label, LONGEST_FIELD))
        for field in declared()
        if not field.derived_from
    }
    return create_model("DeclaredProfileForm", __base__=ProfileForm, **fields)


def given_values(form: ProfileForm, profile: Profile | None = None) -> dict[str, Any]:
    """Return the values of the form by field; a field that was known and is now empty is None: to be forgotten."""
    given: dict[str, Any] = {"name": form.name, "code": form.code}
    for field in declared():
        if field.derived_from:
            continue
        value: Any = getattr(form, field.name)
        if field.type == "set":
            value = {word: [item for item in field.choices if value.get(item) == word] for word in ("yes", "no")}
            value = value if value["yes"] or value["no"] else ""
        known = profile.values.get(field.name) if profile else None
        if known is not None and isinstance(value, str) and value == words(field, known):
            continue  # as it was
        given[field.name] = None if value == "" and known is not None else value
    return {name: value for name, value in given.items() if value != ""}
