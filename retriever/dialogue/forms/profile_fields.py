"""The steps of the profile's form, as `profile_fields.yaml` declares them; sizes are kept as bands, never exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from kb.matching.fields import Field as Declared
from kb.matching.fields import FormItem, declared
from kb.matching.values import banded, read, read_all, to_plain, words
from kb.terms.words import first_said
from retriever.dialogue.entities.codes import BadCode, code_in
from retriever.dialogue.entities.districts import district_in
from retriever.dialogue.entities.numbers import count_in
from retriever.dialogue.forms import readers
from retriever.dialogue.forms.model import Asked, BadValue, Field, Reader
from retriever.dialogue.forms.profile_answers import size_in
from retriever.text.normalize import clean

YEAR = "年"
FIRST_YEAR = 1949
OLDEST = 150


def steps() -> tuple[Field, ...]:
    """Return the fields of the profile's form, in the order they are asked."""
    return tuple(_step(item) for item in declared().form)


def _step(item: FormItem) -> Field:
    return Field(
        item.name,
        item.title,
        item.question,
        reader_of(item),
        item.named,
        item.options,
        item.optional,
        telling=not item.keeps,
        sure=None if item.keeps else enterprise_code,
        show=_shown(item),
    )


def reader_of(item: FormItem) -> Reader:
    """Return the reader that suits the kind of what the step asks for."""
    kept = declared().by_name.get(item.keeps)
    if kept is None:
        return enterprise_code
    if kept.type == "set":
        return readers.many_of(item.options)
    if kept.type == "number":
        return _year(item) if kept.unit == YEAR else _band(item, kept)
    if item.numbered:
        return readers.one_of(item.options, item.words)
    return _option(item) if item.options else _district(item)


def _shown(item: FormItem) -> Callable[[Any], str]:
    kept = declared().by_name.get(item.keeps)
    if kept is not None and kept.type == "set":
        return readers.listed
    return (lambda value: f"{value}{YEAR}") if kept is not None and kept.unit == YEAR else str


def enterprise_code(text: str, asked: Asked) -> str:
    """Read a unified social credit code; its check digit must be right."""
    try:
        code = code_in(text)
    except BadCode as error:
        raise BadValue(f"{error}；不想填可以说“跳过”。") from error
    if code is None:
        raise BadValue("统一社会信用代码是营业执照上的18位代码。请再写一遍；不想填可以说“跳过”。")
    return code


def _option(item: FormItem) -> Reader:
    """Return a reader of one option, known by its words alone."""

    def read_option(text: str, asked: Asked) -> str:
        found = first_said(clean(text), item.words)
        if found is None:
            raise BadValue(item.help)
        return found

    return read_option


def _band(item: FormItem, kept: Declared) -> Reader:
    """Return a reader of a number that is kept as a band."""

    def read_band(text: str, asked: Asked) -> str:
        number = 0.0 if any(word in clean(text) for word in item.none) else size_in(kept, text)
        if number is None:
            raise BadValue(item.help)
        return words(kept, banded(kept, read(kept, number)))

    return read_band


def _year(item: FormItem) -> Reader:
    """Return a reader of a year, also from 成立三年了."""

    def read_year(text: str, asked: Asked) -> int:
        said = clean(text)
        match = re.search(r"(19|20)\d{2}", said)
        count = None if match else count_in(re.sub(r"成立|开了|注册|有", "", said))
        if match is None and (count is None or count > OLDEST):
            raise BadValue(item.help)
        year = int(match.group()) if match else asked.today.year - (count or 0)
        if not FIRST_YEAR <= year <= asked.today.year:
            raise BadValue(f"{item.title}应在{FIRST_YEAR}到{asked.today.year}之间，请再说一遍。")
        return year

    return read_year


def _district(item: FormItem) -> Reader:
    """Return a reader of a district; a short place name is taken as it is."""

    def read_district(text: str, asked: Asked) -> str:
        said = clean(text)
        short = said if 2 <= len(said) <= 12 and re.fullmatch(r"[\u4e00-\u9fff]+", said) else None
        found = district_in(said) or short
        if found is None:
            raise BadValue(item.help)
        return found

    return read_district


def profile_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form was told as fields of a profile, in the plain form that profiles are kept in."""
    told: dict[str, Any] = {}
    for item in declared().form:
        answer = values.get(item.name)
        if answer is not None:
            told |= item.kept("都没有" if answer == [] else answer)
    read_values = read_all(declared(), told)
    return {name: to_plain(banded(declared().by_name[name], value)) for name, value in read_values.items()}
