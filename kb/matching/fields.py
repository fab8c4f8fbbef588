"""What an enterprise profile may hold: every field with its name in Chinese, its type, its bands or its choices.

`profile_fields.yaml` declares them; `industries.yaml` holds the classes of GB/T 4754.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from kb.errors import KnowledgeBaseError
from kb.matching.intervals import Band, Interval, make_bands
from kb.terms.words import Words, words_of
from kb.yaml_reader import read_yaml

FOLDER = Path(__file__).parent
FieldType = Literal["number", "choice", "set", "flag", "date"]
SIMPLE_KEYS = {"name", "label", "type", "question", "unit", "whole", "open", "derived_from", "roughly"}
KEYS = SIMPLE_KEYS | {"cuts", "choices", "groups", "source"}
FORM_KEYS = {
    "name",
    "title",
    "question",
    "keeps",
    "help",
    "named",
    "options",
    "words",
    "means",
    "none",
    "numbered",
    "optional",
}


class BadDeclaration(KnowledgeBaseError):
    """The file of field declarations cannot be used; names the field."""


@dataclass(frozen=True)
class Held:
    """What is known of a set: items it has, items it has not; anything else is not said."""

    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()


Value = Interval | Held | frozenset[str] | bool | dt.date  # a frozenset holds the choices it may be, one of which it is


@dataclass(frozen=True)
class Field:
    """One declared field. `choices` maps each code to its name, `words` every way to write one to the codes meant.

    `derived_from` names the field it follows from, `roughly` one that says the same less exactly: a year for a day.
    """

    name: str
    label: str
    type: FieldType
    question: str
    unit: str = ""
    whole: bool = False
    open: bool = False
    derived_from: str = ""
    roughly: str = ""
    bands: tuple[Band, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FormItem:
    """One step of the chat's form: how it is asked, and what its answer is kept as.

    `keeps` names what is kept, nothing for the step that only names the enterprise. `named` are words for the step,
    `words` those that say an option; `means` maps an option to what is kept where that is not the option's own name.
    """

    name: str
    title: str
    question: str
    keeps: str = ""
    help: str = ""
    named: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    words: Words = field(default_factory=dict)
    means: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    none: tuple[str, ...] = ()
    numbered: bool = False
    optional: bool = False

    def kept(self, answer: Any) -> Mapping[str, Any]:
        """Return the raw values by field that an answer stands for."""
        if isinstance(answer, str) and answer in self.means:
            return self.means[answer]
        return {self.keeps: answer} if self.keeps else {}


@dataclass(frozen=True)
class Fields:
    """All declared fields by name, in the order of the file, the words that name what is never kept, and the form."""

    by_name: Mapping[str, Field]
    refused: tuple[str, ...] = ()
    form: tuple[FormItem, ...] = ()

    @classmethod
    def load(cls, path: Path = FOLDER / "profile_fields.yaml") -> Fields:
        """Read the declarations (BadDeclaration)."""
        try:
            content = read_yaml(path.read_text(encoding="utf-8"))
            made = [_field(item) for item in content["fields"]]
            form = tuple(_form_item(item, {one.name for one in made}) for item in content.get("form", ()))
        except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadDeclaration(f"{path.name}：不能用：{error}") from error
        by_name = {one.name: one for one in made}
        if len(by_name) < len(made) or len({one.label for one in made}) < len(made):
            raise BadDeclaration(f"{path.name}：字段的 name 或 label 有重复")
        return cls(by_name, tuple(str(word).lower() for word in content.get("refused", ())), form)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.by_name.values())

    def find(self, heading: str) -> Field | None:
        """Return the field of this name or label, None when there is none."""
        wanted = heading.strip()
        return self.by_name.get(wanted) or next((one for one in self if one.label == wanted), None)

    def is_refused(self, heading: str) -> bool:
        """Say whether a heading names something that is never kept."""
        return any(word in heading.strip().lower() for word in self.refused)

    def asked_as(self, name: str) -> Field:
        """Return the field to ask for in order to know `name`: of one that is derived, what it is derived from."""
        one = self.by_name[name]
        return self.by_name[one.derived_from] if one.derived_from else one


@cache
def declared() -> Fields:
    """Return the product's own declarations."""
    return Fields.load()


@cache
def industries() -> Mapping[str, tuple[str, Mapping[str, str]]]:
    """Return the sections of GB/T 4754: letter -> (name, division code -> name)."""
    content = read_yaml((FOLDER / "industries.yaml").read_text(encoding="utf-8"))
    return {letter: (item["name"], dict(item["divisions"])) for letter, item in content.items()}


def _field(item: dict[str, Any]) -> Field:
    if set(item) - KEYS:
        raise ValueError(f"{item.get('name')} 有不认识的项 {sorted(set(item) - KEYS)}")
    simple = {key: value for key, value in item.items() if key in SIMPLE_KEYS}
    if item.get("source") == "industries":
        choices, words = _industry_words()
    else:
        choices = {name: name for name in item.get("choices", ())}
        words = {name: frozenset((name,)) for name in choices}
        words |= {alias: frozenset((name,)) for name, aliases in item.get("choices", {}).items() for alias in aliases}
        words |= {group: frozenset(names) for group, names in item.get("groups", {}).items()}
    unknown = {code for codes in words.values() for code in codes} - set(choices)
    if unknown:
        raise ValueError(f"{item['name']} 的 groups 里有没有声明的值 {sorted(unknown)}")
    bands = make_bands(item.get("cuts", ()), item.get("unit", ""), item.get("whole", False))
    return Field(**simple, bands=bands, choices=choices, words=words)


def _form_item(item: dict[str, Any], names: set[str]) -> FormItem:
    if set(item) - FORM_KEYS:
        raise ValueError(f"表单的 {item.get('name')} 有不认识的项 {sorted(set(item) - FORM_KEYS)}")
    kept = {item.get("keeps"), *(name for told in item.get("means", {}).values() for name in told)}
    if kept - names - {None}:
        raise ValueError(f"表单的 {item['name']} 要记进没有声明的字段 {sorted(kept - names - {None})}")
    listed = {key: tuple(item.get(key, ())) for key in ("named", "options", "none")}
    return FormItem(**{**item, **listed, "words": words_of(item.get("words"))})


def _industry_words() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Return division code -> name, and every name and code of sections and divisions -> division codes."""
    choices: dict[str, str] = {}
    words: dict[str, frozenset[str]] = {}
    for letter, (name, divisions) in industries().items():
        choices |= divisions
        for code, title in divisions.items():
            words[code] = words[f"{letter}{code}"] = words[title] = frozenset((code,))
        words[letter] = words[name] = frozenset(divisions)
    return choices, words
