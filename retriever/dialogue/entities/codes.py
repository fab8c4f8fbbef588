"""Numbers that name something: phones, e-mail addresses, enterprise codes, ticket numbers."""

from __future__ import annotations

import re

import phonenumbers
from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, ValidationError

from retriever.text.normalize import clean

TICKET = re.compile(r"(?<![0-9A-Za-z])([A-Za-z]{1,4}-?\d{6,18}(?:-[0-9A-Za-z]{3,10})?|\d{8,20})(?![0-9A-Za-z-])")
CODE = re.compile(r"(?<![0-9A-Za-z])([0-9A-Za-z]{18})(?![0-9A-Za-z])")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
DIGITS = re.compile(r"(?<!\d)\+?[\d][\d -]{5,18}\d(?!\d)")


class BadCode(ValueError):
    """A code cannot be right; the message says what is wrong and what to look at."""


def phone_in(text: str) -> str | None:
    """Return the first Chinese phone number that can exist, mobiles as 13812345678, others as 0512-12345678."""
    for match in DIGITS.finditer(clean(text)):
        try:
            number = phonenumbers.parse(match.group(), "CN")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and number.country_code == 86:
            national = str(number.national_number)
            if len(national) == 11 and national.startswith("1"):
                return national
            return (
                phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
                .replace(" ", "-", 1)
                .replace(" ", "")
            )
    return None


def email_in(text: str) -> str | None:
    """Return the first e-mail address, lower case."""
    match = EMAIL.search(clean(text))
    return match.group().lower() if match else None


def ticket_in(text: str) -> str | None:
    """Return the first ticket number, upper case; a mobile number is none."""
    for match in TICKET.finditer(clean(text)):
        number = match.group(1).upper()
        if not (number.isdigit() and phone_in(number)):
            return number
    return None


def code_in(text: str) -> str | None:
    """Return the unified social credit code in the text, None when none is there; raises BadCode for a wrong one."""
    match = CODE.search(clean(text))
    if match is None:
        return None
    code = match.group(1).upper()
    try:
        return str(uscc.validate(code))
    except InvalidChecksum as error:
        raise BadCode("这个统一社会信用代码的校验位不对，请对照营业执照再看一遍") from error
    except ValidationError as error:
        raise BadCode("统一社会信用代码是18位数字和大写字母（不含I、O、S、V、Z），请对照营业执照再看一遍") from error
