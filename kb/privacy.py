"""Finds personal numbers in text and masks them; codes of enterprises, documents and forms stay as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from stdnum import luhn
from stdnum.cn import ric, uscc

PersonalKind = Literal["identity", "bank_card", "phone", "email", "passport"]
NAMES: dict[PersonalKind, str] = {
    "identity": "身份证号",
    "bank_card": "银行卡号",
    "phone": "手机号",
    "email": "邮箱",
    "passport": "证件号",
}
_EDGE = r"(?<![0-9A-Za-z〔\[【])"
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
_IDENTITY = re.compile(_EDGE + r"\d{6}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[ -]?[\dXx](?![0-9A-Za-z])")
_CARD = re.compile(_EDGE + r"[3-6]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,4})?(?![0-9A-Za-z])")
_PHONE = re.compile(_EDGE + r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![0-9A-Za-z])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PASSPORT = re.compile(r"(?:护照|通行证)(?:号码?)?[:：是为 ]{0,3}([A-Z]{1,2}\d{7,8})(?![0-9A-Za-z])")


@dataclass(frozen=True)
class Personal:
    """One personal number in a text: its kind and where it stands (character positions, end not included)."""

    kind: PersonalKind
    begin: int
    end: int

    @property
    def name(self) -> str:
        """What a person calls it."""
        return NAMES[self.kind]


@dataclass(frozen=True)
class Masked:
    """A text with its personal numbers masked, and what was found in it."""

    text: str
    found: tuple[Personal, ...]

    @property
    def notice(self) -> str:
        """A sentence for the visitor; empty when nothing was found."""
        if not self.found:
            return ""
        names = "、".join(dict.fromkeys(item.name for item in self.found))
        return f"您的消息里有{names}，记录中已遮盖。办事咨询不需要提供这些号码。"


def personal(text: str) -> tuple[Personal, ...]:
    """Return the personal numbers of the text in order; the first kind that fits a place has it.

    Identity and card numbers count only with a right check digit, phones only when the number can exist.
    """
    taken: list[Personal] = []
    kept = [match.span() for match in _CODE.finditer(text) if _enterprise(match.group())]
    for kind, begin, end in _candidates(text):
        apart = all(end <= other[0] or begin >= other[1] for other in [*kept, *((one.begin, one.end) for one in taken)])
        if apart:
            taken.append(Personal(kind, begin, end))
    return tuple(sorted(taken, key=lambda one: one.begin))


def mask(text: str) -> Masked:
    """Return the text with each personal number masked: the first 3 and last 2 characters stay, of an e-mail 1."""
    found = personal(text)
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.begin], _hidden(text[one.begin : one.end], one.kind)]
        at = one.end
    return Masked("".join([*pieces, text[at:]]), found)


def _candidates(text: str) -> list[tuple[PersonalKind, int, int]]:
    rows: list[tuple[PersonalKind, int, int]] = []
    rows += [("email", *match.span()) for match in _EMAIL.finditer(text)]
    rows += [("identity", *match.span()) for match in _IDENTITY.finditer(text) if _is_identity(match.group())]
    rows += [("bank_card", *match.span()) for match in _CARD.finditer(text) if _is_card(match.group())]
    rows += [("phone", *match.span()) for match in _PHONE.finditer(text) if _is_phone(match.group())]
    rows += [("passport", *match.span(1)) for match in _PASSPORT.finditer(text)]
    return rows


def _digits(text: str) -> str:
    return re.sub(r"[ -]", "", text)


def _enterprise(code: str) -> bool:
    """Say whether 18 characters are a unified social credit code and no identity number of a person."""
    return uscc.is_valid(code) and not _is_identity(code)


def _is_identity(number: str) -> bool:
    return bool(ric.is_valid(_digits(number).upper()))


def _is_card(number: str) -> bool:
    digits = _digits(number)
    return 16 <= len(digits) <= 19 and luhn.is_valid(digits)


def _is_phone(number: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))


def _hidden(number: str, kind: PersonalKind) -> str:
    if kind == "email":
        name, host = number.split("@", 1)
        return f"{name[:1]}***@{host}"
    return number[:3] + "*" * max(3, len(number) - 5) + number[-2:]
