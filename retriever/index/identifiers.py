"""Finds entries by what is written exactly: codes, 文号, phone numbers, ids, names, and questions attached to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kb.facets import facets
from kb.models import Entry
from retriever.text.normalize import normalise

Reason = Literal["code", "title", "alias", "question"]
DOC_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,2})[\[(〔【](\d{4})[\])〕】]\s*第?(\d{1,5})号")
PHONE = re.compile(r"(?<![\d-])(?:1[3-9]\d{9}|0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|\d{7,8}|1\d{4})(?![\d-])")
CODE = re.compile(r"(?<![a-z0-9])(?=[a-z0-9._-]*\d)[a-z0-9][a-z0-9._-]{5,60}(?![a-z0-9])")
ENTRY_ID = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:-[a-z0-9]+)+(?![a-z0-9])")
NAME_EDGE = re.compile(r"[\s,.，。?？!！、:：;；\"'“”‘’《》()\[\]〔〕]+")
SHARED_BY = 5


@dataclass(frozen=True)
class Exact:
    """One entry that a question names: how, and the characters it was named by."""

    entry: int
    reason: Reason
    matched: str


class Names:
    """The identifiers and names of all entries, by their written form."""

    def __init__(self, codes: Mapping[str, list[int]], names: Mapping[str, list[tuple[int, Reason]]]) -> None:
        """Take identifier -> entry numbers and name -> (entry number, kind of name)."""
        self.codes, self.names = codes, names

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Names:
        """Collect identifiers from codes, document numbers, ids and texts, and the names of each entry."""
        codes: dict[str, list[int]] = defaultdict(list)
        names: dict[str, list[tuple[int, Reason]]] = defaultdict(list)
        for number, entry in enumerate(entries):
            for code in sorted(_identifiers_of(entry)):
                codes[code].append(number)
            names[plain(entry.title)].append((number, "title"))
            for alias in dict.fromkeys(plain(item) for item in entry.aliases):
                names[alias].append((number, "alias"))
            for question in dict.fromkeys(plain(item) for item in entry.questions):
                names[question].append((number, "question"))
        return cls(dict(codes), dict(names))

    def find(self, question: str) -> list[Exact]:
        """Return the entries the question names: by identifier, or by being a title, alias or attached question."""
        found: dict[int, Exact] = {}
        for code in sorted(identifiers(question)):
            owners = self.codes.get(code, [])
            for number in owners if len(owners) <= SHARED_BY else ():
                found.setdefault(number, Exact(number, "code", code))
        name = plain(question)
        for number, reason in self.names.get(name, []):
            found.setdefault(number, Exact(number, reason, name))
        return list(found.values())


def plain(text: str) -> str:
    """Return a name without spaces and punctuation, normalised."""
    return NAME_EDGE.sub("", normalise(text))


def identifiers(text: str) -> set[str]:
    """Return codes, document numbers and phone numbers written in the text, each in one plain form."""
    text = normalise(text)
    found = {f"文号:{issuer}{year}-{number}" for issuer, year, number in DOC_NUMBER.findall(text)}
    found |= {"电话:" + re.sub(r"\D", "", number) for number in PHONE.findall(text)}
    found |= {"编号:" + code for code in CODE.findall(text)} | {"编号:" + code for code in ENTRY_ID.findall(text)}
    return found


def _identifiers_of(entry: Entry) -> set[str]:
    found = {"编号:" + normalise(entry.id)}
    if entry.code:
        found.add("编号:" + normalise(entry.code))
    texts = [entry.doc_number, *(facet.text for facet in facets(entry))]
    for text in texts:
        found |= {item for item in identifiers(text) if not item.startswith("编号:")}
    return found
