"""What tickets are about: the tree of categories, the chat's choices, the words that point to each, reasons of a grade.

`tickets.yaml` holds them; a desk may have a tree of its own, and nothing else of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kb.errors import BadCategories
from kb.terms.words import Words, first_said, words_of
from kb.yaml_reader import read_yaml

FILE = Path(__file__).parent / "tickets.yaml"
FIELDS = {"id", "name", "department", "limit", "basis", "children"}
OTHER, HELP = "other", "help"


@dataclass(frozen=True)
class Category:
    """One node: its id, its name, its parent's id, who usually handles it, and a limit set by law (with the basis)."""

    id: str
    name: str
    parent: str = ""
    department: str = ""
    limit: str = ""
    basis: str = ""


@dataclass(frozen=True)
class Choice:
    """One choice of the chat, the category it stands for, and the categories that words of the text narrow it to."""

    name: str
    category: str
    narrower: Words


@dataclass(frozen=True)
class Terms:
    """The chat's choices, and the words for choices, kinds and urgency. `reasons` maps the desk's word to the chat's.

    A reason that the chat does not offer is mapped to nothing.
    """

    choices: Mapping[str, Choice]
    words: Words
    kinds: Words
    urgent: tuple[str, ...]
    reasons: Mapping[str, str]

    def category_of(self, choice: str, text: str) -> str:
        """Return the category for a choice of the chat, narrowed by the words of the text; other for no choice."""
        chosen = self.choices.get(choice)
        return (first_said(text, chosen.narrower) or chosen.category) if chosen else OTHER

    def kind_of(self, text: str) -> str:
        """Return the kind of ticket that the words point to, help when none does."""
        return first_said(text, self.kinds) or HELP

    def is_urgent(self, text: str) -> bool:
        """Say whether the words tell of something that cannot wait."""
        return any(word in text for word in self.urgent)

    @property
    def offered_reasons(self) -> tuple[str, ...]:
        """The reasons of a bad grade as the chat offers them."""
        return tuple(said for said in self.reasons.values() if said)


def read_categories(path: Path = FILE) -> tuple[Category, ...]:
    """Return the nodes of the tree in a YAML file, parents before children (BadCategories)."""
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))["categories"]
        nodes = tuple(_walk(content, Category("", "")))
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise BadCategories(f"{path.name}：类别不能用：{error}") from error
    known = {node.id for node in nodes}
    if len(known) < len(nodes) or OTHER not in known:
        raise BadCategories(f"{path.name}：类别的 id 有重复，或缺少 {OTHER}")
    return nodes


def _walk(content: list[dict[str, Any]], parent: Category) -> Iterator[Category]:
    for item in content:
        if set(item) - FIELDS:
            raise KeyError(f"{item.get('id')} 有不认识的字段 {sorted(set(item) - FIELDS)}")
        if parent.id and not str(item["id"]).startswith(f"{parent.id}."):
            raise KeyError(f"{item['id']} 要以 {parent.id}. 开头")
        node = Category(
            str(item["id"]),
            str(item["name"]),
            parent.id,
            item.get("department", parent.department),
            item.get("limit", parent.limit),
            item.get("basis", parent.basis),
        )
        yield node
        yield from _walk(item.get("children", []), node)


@cache
def terms() -> Terms:
    """Return the product's own terms."""
    content = read_yaml(FILE.read_text(encoding="utf-8"))
    return Terms(
        choices={
            one["name"]: Choice(one["name"], one["category"], words_of(one.get("narrower")))
            for one in content["choices"]
        },
        words={one["name"]: tuple(one.get("words", ())) for one in content["choices"]},
        kinds=words_of(content["kinds"]),
        urgent=tuple(content["urgent"]),
        reasons={one["name"]: one.get("said", one["name"]) for one in content["reasons"]},
    )
