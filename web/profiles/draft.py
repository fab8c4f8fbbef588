"""What somebody filled in, read into the parts of a profile: pure functions. Figures become bands here."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stdnum import exceptions
from stdnum.cn import uscc

from kb.matching.fields import Field, Fields, Value
from kb.matching.values import BadValue, banded, read
from kb.privacy import personal
from web.profiles.errors import BadProfile, SensitiveData
from web.text import clean

CODE_HEADINGS = ("code", "统一社会信用代码", "信用代码", "uscc")
NAME_HEADINGS = ("name", "企业名称", "单位名称", "名称")
NAME_LIMIT = 200
NEVER = "这里不保存身份证号、账号、名册、流水和精确的税额，请不要填写；只需要档位"


@dataclass(frozen=True)
class Draft:
    """The parts that were given. `code` and `name` are None when they were not; `cleared` names fields to forget."""

    code: str | None = None
    name: str | None = None
    values: Mapping[str, Value] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()


def read_draft(raw: Mapping[str, Any], fields: Fields) -> Draft:
    """Return what a form gives, its fields by name or by label; blank text is not given, None forgets the field.

    Raises SensitiveData before anything else is looked at, BadProfile for a field or a value that cannot be used.
    """
    refuse_sensitive(raw, fields)
    code: str | None = None
    name: str | None = None
    values: dict[str, Value] = {}
    cleared = set()
    for heading, value in raw.items():
        if heading in CODE_HEADINGS:
            code = read_code(value) if value not in (None, "") else code
        elif heading in NAME_HEADINGS:
            name = read_name(value) if value not in (None, "") else name
        elif value is None:
            cleared.add(declared_field(heading, fields).name)
        elif value != "":
            one = declared_field(heading, fields)
            values[one.name] = read_value(one, value)
    return Draft(code, name, values, frozenset(cleared))


def refuse_sensitive(raw: Mapping[str, Any], fields: Fields) -> None:
    """Raise SensitiveData when a heading names what is never kept, or a value holds a person's number."""
    for heading, value in raw.items():
        if fields.is_refused(heading):
            raise SensitiveData(f"“{heading[:40]}”不能填写：{NEVER}", field=heading[:40])
        found = () if heading in CODE_HEADINGS else personal(str(value))
        if found:
            raise SensitiveData(f"“{heading[:40]}”里有{found[0].name}：{NEVER}", field=heading[:40])


def declared_field(heading: str, fields: Fields) -> Field:
    """Return the field of a heading (BadProfile); one that follows from another cannot be filled in."""
    one = fields.find(heading)
    if one is None:
        raise BadProfile(f"没有“{heading[:40]}”这一项", field=heading[:40])
    if one.derived_from:
        raise BadProfile(f"“{one.label}”由{fields.by_name[one.derived_from].label}推算，不用填写", field=one.name)
    return one


def read_value(one: Field, value: Any) -> Value:
    """Return a value fit to be kept: a figure as its band (BadProfile)."""
    try:
        return banded(one, read(one, value))
    except BadValue as error:
        raise BadProfile(str(error), field=one.name) from error


def read_code(value: Any) -> str:
    """Return a unified social credit code in its one form (BadProfile says what is wrong with it)."""
    text = unicodedata.normalize("NFKC", str(value)).upper()
    try:
        return str(uscc.validate(text))
    except exceptions.InvalidLength as error:
        raise BadProfile("统一社会信用代码应当是18位", field="code") from error
    except exceptions.InvalidChecksum as error:
        raise BadProfile("统一社会信用代码的校验位不对，请核对有没有写错一位", field="code") from error
    except exceptions.ValidationError as error:
        raise BadProfile(
            "统一社会信用代码的格式不对，只有数字和大写字母（没有 I、O、S、V、Z）", field="code"
        ) from error


def read_name(value: Any) -> str:
    """Return the name of an enterprise (EmptyMessage, MessageTooLong)."""
    return " ".join(clean(str(value), NAME_LIMIT).split())
