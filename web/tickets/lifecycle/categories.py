"""The tree of categories: names, suggested departments, and limits that a law sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from web.tickets.lifecycle.errors import BadInput, BadRules

FILE = Path(__file__).parent / "categories.yaml"
FIELDS = {"id", "name", "department", "limit", "basis", "children"}


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
class Categories:
    """All nodes by id, parents before children."""

    nodes: Mapping[str, Category]

    @classmethod
    def load(cls, path: Path = FILE) -> Categories:
        """Read the tree from a YAML file (BadRules)."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))["categories"]
            nodes = list(_walk(content, Category("", "")))
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise BadRules(f"{path.name}：类别不能用：{error}") from error
        known = {node.id: node for node in nodes}
        if len(known) < len(nodes) or "other" not in known:
            raise BadRules(f"{path.name}：类别的 id 有重复，或缺少 other")
        return cls(known)

    def get(self, category: str) -> Category:
        """Return a node (BadInput when there is none)."""
        if category not in self.nodes:
            raise BadInput(f"没有这个类别：{category}", field="category")
        return self.nodes[category]

    def name(self, category: str) -> str:
        """Return the name with its parents, such as 劳动用工／工资; an id that is gone stays as it is."""
        node = self.nodes.get(category)
        if node is None:
            return category
        return f"{self.name(node.parent)}／{node.name}" if node.parent else node.name

    def top(self, category: str) -> str:
        """Return the id of the topmost node above a category."""
        node = self.nodes.get(category)
        return category if node is None or not node.parent else self.top(node.parent)

    def within(self, category: str) -> tuple[str, ...]:
        """Return the ids of a node and of everything below it."""
        return tuple(node for node in self.nodes if node == category or node.startswith(f"{category}."))


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
