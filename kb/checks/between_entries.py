"""Rules between entries: links that lead nowhere, names and questions claimed twice, entries that say the same."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from kb.bodies import PackageBody
from kb.checks.finding import Finding
from kb.facets import facets
from kb.models import Entry

Similar = Callable[[Entry], Iterable[tuple[str, float]]]
NEAR_DUPLICATE = 0.97


def find(entries: Sequence[Entry], similar: Similar | None = None) -> Iterator[Finding]:
    """Yield what is wrong between the entries; near-duplicates only when `similar` is given."""
    yield from dead_links(entries)
    yield from claimed_twice(entries)
    yield from asked_twice(entries)
    yield from same_title(entries)
    if similar is not None:
        yield from near_duplicates(entries, similar)


def links(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield (field, id) of everything the entry points to."""
    yield from ((f"related[{number}]", key) for number, key in enumerate(entry.related, start=1))
    yield from ((f"confused_with[{number}].id", item.id) for number, item in enumerate(entry.confused_with, start=1))
    if entry.superseded_by:
        yield "superseded_by", entry.superseded_by
    if isinstance(entry.body, PackageBody):
        for number, item in enumerate(entry.body.components, start=1):
            if item.entry:
                yield f"body.components[{number}].entry", item.entry


def dead_links(entries: Sequence[Entry]) -> Iterator[Finding]:
    """A link to an entry that is not there, or to itself."""
    known = {entry.id for entry in entries}
    for entry in entries:
        for field, key in links(entry):
            if key not in known:
                yield Finding("链接失效", "错误", entry.id, field, f"没有条目 {key}")
            elif key == entry.id:
                yield Finding("链接失效", "错误", entry.id, field, "指向了自己")


def claimed_twice(entries: Sequence[Entry]) -> Iterator[Finding]:
    """A name that two entries claim: a question with it cannot be told apart."""
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for entry in entries:
        for field, name in (("title", entry.title), *(("aliases", alias) for alias in entry.aliases)):
            owners[_plain(name)].setdefault(entry.id, field)
    for entry in entries:
        for alias in dict.fromkeys(entry.aliases):
            others = sorted(key for key in owners[_plain(alias)] if key != entry.id)
            if others:
                message = f"“{alias}”也是 {'、'.join(others[:3])} 的名称或别名"
                yield Finding("别名重复", "错误", entry.id, "aliases", message)


def asked_twice(entries: Sequence[Entry]) -> Iterator[Finding]:
    """The same question stands in two entries."""
    owners: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        asked = [*entry.questions, *(text for part in facets(entry) for text in part.questions)]
        for text in dict.fromkeys(_plain(text) for text in asked):
            owners[text].append(entry.id)
    for text, keys in owners.items():
        for key in keys[1:]:
            yield Finding("问法重复", "警告", key, "questions", f"“{text}”在 {keys[0]} 里也有")


def same_title(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Two entries of one region with the same title."""
    owners: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entry in entries:
        owners[_plain(entry.title), entry.jurisdiction].append(entry.id)
    for (_, _), keys in owners.items():
        for key in keys[1:]:
            yield Finding("标题重复", "警告", key, "title", f"与 {keys[0]} 同名")


def near_duplicates(entries: Sequence[Entry], similar: Similar, near: float = NEAR_DUPLICATE) -> Iterator[Finding]:
    """Two entries that say nearly the same; each pair is told once."""
    known = {entry.id for entry in entries}
    told: set[frozenset[str]] = set()
    for entry in entries:
        for key, likeness in similar(entry):
            pair = frozenset((entry.id, key))
            if key in known and len(pair) == 2 and likeness >= near and pair not in told:
                told.add(pair)
                yield Finding("内容近似", "警告", entry.id, "", f"与 {key} 很像（相似度 {likeness:.2f}），看是否应合并")


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if character.isalnum())
