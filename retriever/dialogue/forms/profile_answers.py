"""How an answer to one question about the enterprise is read, whatever field it was asked for."""

from __future__ import annotations

import re
from typing import Any

from kb.matching import values
from kb.matching.fields import Field
from kb.terms import yes_no
from retriever.dialogue.entities.dates import day_in
from retriever.dialogue.entities.districts import district_in
from retriever.dialogue.entities.numbers import amount_in, count_in
from retriever.dialogue.forms.model import Asked, BadValue
from retriever.text.normalize import clean

PERCENT = re.compile(r"(?:百分之([零〇一二两三四五六七八九十百\d.]+)|([\d.]+)\s*[%％]|^([\d.]+)$)")
LONGEST_PROFILE_ANSWER = 40
LONGEST_SHORT_NAME = 4


def told(field: Field, text: str, asked: Asked) -> Any:
    """Return what the text says of the field, as profiles keep it (BadValue: it does not answer the question)."""
    said = clean(text)
    if not said or len(said) > LONGEST_PROFILE_ANSWER:
        raise BadValue(field.question)
    whole = (
        () if field.open and len(said) > LONGEST_SHORT_NAME else (said,)
    )  # any words would fit: only a short name is one
    for raw in (*whole, *_readings(field, said, asked)):
        try:
            value = values.read(field, raw)
            return values.to_plain(values.banded(field, value))
        except values.BadValue:
            continue
    raise BadValue(field.question)


def _readings(field: Field, said: str, asked: Asked) -> list[Any]:
    """Return other ways to read what was said: numbers in words, a name inside a sentence, yes and no."""
    readings: dict[str, list[Any]] = {
        "number": [_number(field, said)],
        "flag": [yes_no.answer(said, "fact")],
        "date": [day_in(said, asked.today)],
        "choice": [_named(field, said), district_in(said) if field.open else None],
        "set": [_items(field, said)],
    }
    return [one for one in readings[field.type] if one is not None]


def _number(field: Field, said: str) -> float | None:
    if re.search(r"^(没有|无|零|还没有?)", said):
        return 0.0
    if field.unit == "%":
        found = PERCENT.search(said)
        written = next((part for part in found.groups() if part), "") if found else ""
        return _numeral(written)
    return size_in(field, said)


def size_in(field: Field, said: str) -> float | None:
    """Return the first count in the text, of a field that is kept in 万元 the first amount; None when there is none."""
    if field.unit != "万元":
        return count_in(said)
    amount = amount_in(said)
    return None if amount is None else amount / 10_000


def _numeral(written: str) -> float | None:
    return float(written) if re.fullmatch(r"\d+(\.\d+)?", written) else count_in(written) if written else None


def _named(field: Field, said: str) -> str | None:
    """Return the longest name of a choice that the text holds; names of one character only stand alone."""
    names = [word for word in field.words if len(word) > 1 and word in said]
    return max(names, key=len) if names else None


def _items(field: Field, said: str) -> list[str] | None:
    items = [word for word in field.words if len(word) > 1 and word in said]
    if re.search(r"没有|不是|还没|未", said):
        return [f"没有{item}" for item in items] or None
    return items or None
