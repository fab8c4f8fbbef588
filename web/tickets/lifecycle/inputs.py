"""What people give with a move or a new appeal, made safe to keep: lengths, codes, phone numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from web.tickets.lifecycle.codes import (
    CHANNELS,
    GRADES,
    KINDS,
    OUTCOMES,
    RESOLVED,
    URGENCIES,
    VERDICTS,
    Colour,
    grade_reasons,
)
from web.tickets.lifecycle.errors import BadInput
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.rules import INPUTS
from web.tickets.lifecycle.ticket import Draft

LONG_TEXT_CHARACTERS, SHORT_TEXT_CHARACTERS = 5000, 200
CONTROLS = {"Cc", "Cf", "Cs"}
PHONE = re.compile(r"^\+?\d{5,20}$")
CODES: dict[str, Any] = {
    "outcome": OUTCOMES,
    "kind": KINDS,
    "urgency": URGENCIES,
    "verdict": VERDICTS,
    "resolved": {**RESOLVED, "": ""},
    "colour": {colour.value for colour in Colour},
}
LONG_TEXTS = {"reason", "text", "reply", "comment", "contact"}
DRAFT_LIMITS = {"text": LONG_TEXT_CHARACTERS, "place": 500}


def plain(name: str, value: Any, most: int) -> str:
    """Return a text without control characters and outer space (BadInput when it is no text or too long)."""
    if not isinstance(value, str):
        raise BadInput(f"{INPUTS.get(name, name)}要写成文字", field=name)
    kept = "".join(char for char in value if char in "\n\t" or unicodedata.category(char) not in CONTROLS).strip()
    if len(kept) > most:
        raise BadInput(f"{INPUTS.get(name, name)}最多 {most} 个字，现在 {len(kept)} 个", field=name)
    return kept


def digits(phone: str) -> str:
    """Return a phone number as it is compared: half-width digits, without blanks, dashes and the code of China."""
    kept = re.sub(r"[\s()（）\-－—]", "", unicodedata.normalize("NFKC", phone))
    return re.sub(r"^(\+86|0086|86(?=1\d{10}$))", "", kept)


def clean(given: Mapping[str, Any], policy: Policy) -> dict[str, Any]:
    """Return the inputs of a move, checked one by one (BadInput names the first that cannot be used)."""
    return {name: _read(name, value, policy) for name, value in given.items() if value is not None}


def _read(name: str, value: Any, policy: Policy) -> Any:
    if name in READERS:
        return READERS[name](name, value)
    text = plain(name, value, LONG_TEXT_CHARACTERS if name in LONG_TEXTS else SHORT_TEXT_CHARACTERS)
    if name in CODES and text not in CODES[name]:
        raise BadInput(f"{INPUTS[name]}没有“{text}”这一项", field=name)
    if name == "category":
        policy.categories.get(text)
    return text


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{INPUTS[name]}要写成整数", field=name)
    if name == "grade" and value not in GRADES:
        raise BadInput("评价是 1（非常不满意）到 5（非常满意）", field=name)
    return value


def _yes(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadInput(f"{INPUTS[name]}要写成是或否", field=name)
    return value


def _list(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)) or len(value) > 20:
        raise BadInput(f"{INPUTS[name]}要写成列表，最多 20 项", field=name)
    items = tuple(dict.fromkeys(plain(name, item, SHORT_TEXT_CHARACTERS) for item in value))
    if name == "reasons" and (unknown := set(items) - set(grade_reasons())):
        raise BadInput(f"没有这些评价原因：{'、'.join(sorted(unknown))}", field=name)
    return tuple(item for item in items if item)


READERS: dict[str, Callable[[str, Any], Any]] = {
    "days": _whole,
    "grade": _whole,
    "real_name": _yes,
    "reasons": _list,
    "co_departments": _list,
}


def clean_draft(draft: Draft, policy: Policy) -> Draft:
    """Return a new appeal with clean texts and a comparable phone number (BadInput)."""
    texts: dict[str, Any] = {
        item.name: plain(item.name, getattr(draft, item.name), DRAFT_LIMITS.get(item.name, SHORT_TEXT_CHARACTERS))
        for item in fields(Draft)
        if item.type == "str"
    }
    draft = replace(draft, **texts)
    for name, known in (("kind", KINDS), ("urgency", URGENCIES), ("channel", CHANNELS)):
        if getattr(draft, name) not in known:
            raise BadInput(f"{INPUTS[name]}没有“{getattr(draft, name)}”这一项", field=name)
    policy.categories.get(draft.category)
    if not draft.text:
        raise BadInput("请写下要反映的情况", field="text")
    phone = digits(draft.phone)
    if phone and not PHONE.match(phone):
        raise BadInput("电话号码不能用，请写 11 位手机号或带区号的座机号", field="phone")
    return replace(draft, phone=phone, title=draft.title or draft.text[:40])
