"""What a package (一件事) adds up to: merged materials, an order of its items, and the time on the critical path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from kb.bodies import Component, GuideBody, Material, PackageBody, PolicyBody, Step
from kb.errors import KnowledgeBaseError, UnknownEntry
from kb.models import Entry

Lookup = Callable[[str], Entry]
IGNORED_IN_NAMES = re.compile(r"[（(][^）)]*[）)]|复印件|原件|扫描件|[\s、，,。·]")


class BadOrder(KnowledgeBaseError):
    """Steps wait for each other in a circle, or for a number that is not there."""


@dataclass(frozen=True)
class Merged:
    """One material of a package, once, with the names of the items that need it."""

    material: Material
    needed_by: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """The order of a package: `levels` holds numbers (from 1) that can run side by side, `critical` the longest chain.

    `days` is the sum of the known days on that chain (working days and calendar days as the items state them);
    `unknown` names the items on any chain whose time is not known, so that the sum is a lower bound.
    """

    levels: tuple[tuple[int, ...], ...]
    critical: tuple[int, ...]
    days: float
    unknown: tuple[str, ...]


def waits(after: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """Return for each item (numbers from 1) what it waits for; an empty one waits for the item before it."""
    return [tuple(own) if own else ((number - 1,) if number > 1 else ()) for number, own in enumerate(after, start=1)]


def levels(graph: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """Return the numbers in groups that can run side by side, in order; raises BadOrder."""
    missing = {other for own in graph for other in own if not 1 <= other <= len(graph)}
    if missing:
        raise BadOrder(f"after 写了不存在的序号：{sorted(missing)}")
    sorter = TopologicalSorter(dict(enumerate(graph, start=1)))
    try:
        sorter.prepare()
    except CycleError as error:
        raise BadOrder(f"步骤互相等待：{error.args[1]}") from error
    groups = []
    while sorter.is_active():
        ready = tuple(sorted(sorter.get_ready()))
        groups.append(ready)
        sorter.done(*ready)
    return tuple(groups)


def schedule(components: Sequence[Component]) -> Schedule:
    """Return order and critical path; among chains of the same known days the one with more items wins."""
    graph = waits([item.after for item in components])
    groups = levels(graph)
    best: dict[int, tuple[float, tuple[int, ...]]] = {}
    for number in (number for group in groups for number in group):
        before = max((best[other] for other in graph[number - 1]), key=_weight, default=(0.0, ()))
        best[number] = (before[0] + (components[number - 1].days or 0.0), (*before[1], number))
    days, critical = max(best.values(), key=_weight, default=(0.0, ()))
    unknown = tuple(item.name for item in components if item.days is None)
    return Schedule(groups, critical, days, unknown)


def merge_materials(package: Entry, lookup: Lookup) -> list[Merged]:
    """Return every material of the package and of its items once, in the order first met.

    `lookup` returns an entry by id; an item whose entry is not there (UnknownEntry) adds nothing. Two names count as
    one material when they agree without brackets, spaces and the words for original and copy.
    """
    assert isinstance(package.body, PackageBody)
    found: dict[str, tuple[Material, list[str]]] = {}
    sources = [(package.title, package.body.materials)]
    sources += [(item.name, _materials(item.entry, lookup)) for item in package.body.components if item.entry]
    for name, materials in sources:
        for material in materials:
            kept, needed = found.setdefault(material_key(material.name), (material, []))
            if name not in needed:
                needed.append(name)
            if material.required and not kept.required:
                found[material_key(material.name)] = (material, needed)
    return [Merged(material, tuple(needed)) for material, needed in found.values()]


def material_key(name: str) -> str:
    """Return what two names of one material have in common."""
    plain = unicodedata.normalize("NFKC", name)
    return IGNORED_IN_NAMES.sub("", plain.replace("(", "（").replace(")", "）")) or plain


def _materials(entry_id: str, lookup: Lookup) -> tuple[Material, ...]:
    try:
        body = lookup(entry_id).body
    except UnknownEntry:
        return ()
    return body.materials if isinstance(body, (GuideBody, PolicyBody, PackageBody)) else ()


def _weight(chain: tuple[float, tuple[int, ...]]) -> tuple[float, int]:
    return chain[0], len(chain[1])


def steps_graph(steps: Sequence[Step]) -> list[tuple[int, ...]]:
    """Return for each step what it waits for; raises BadOrder when the order is impossible."""
    graph = waits([step.after for step in steps])
    levels(graph)
    return graph
