"""The tree of categories of one desk: the shipped one of kb/terms/tickets.yaml, or the desk's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BadCategories
from kb.terms.tickets import FILE, Category, read_categories
from web.tickets.lifecycle.errors import BadInput, BadRules


@dataclass(frozen=True)
class Categories:
    """All nodes by id, parents before children."""

    nodes: Mapping[str, Category]

    @classmethod
    def load(cls, path: Path = FILE) -> Categories:
        """Read the tree from a YAML file (BadRules)."""
        try:
            return cls({node.id: node for node in read_categories(path)})
        except BadCategories as error:
            raise BadRules(str(error)) from error

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
