"""What changed between two versions of an entry, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from kb.models import Entry


@dataclass(frozen=True)
class Change:
    """One field that differs. `field` is a path such as body.materials[2].name (list items count from 1).

    `before` is None for something added, `after` is None for something removed.
    """

    field: str
    before: Any
    after: Any


def diff(old: Entry, new: Entry) -> list[Change]:
    """Return the changes from `old` to `new` in the order of the fields; the version number is not one of them."""
    return list(_changes("", old.dict(exclude={"version"}), new.dict(exclude={"version"})))


def _changes(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _changes(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)):
        yield from _list_changes(path, before, after)
    else:
        yield Change(path, before, after)


def _list_changes(path: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = ([repr(item) for item in side] for side in (before, after))
    for kind, low, high, new_low, new_high in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        shared = min(high - low, new_high - new_low)
        for step in range(shared):
            yield from _changes(f"{path}[{new_low + step + 1}]", before[low + step], after[new_low + step])
        for number in range(low + shared, high):
            yield Change(f"{path}[{number + 1}]", before[number], None)
        for number in range(new_low + shared, new_high):
            yield Change(f"{path}[{number + 1}]", None, after[number])
