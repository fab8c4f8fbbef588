"""Reading YAML with libyaml, many times as fast; what is broken is told in the words of the pure Python reader."""

from __future__ import annotations

from typing import Any

import yaml

DEEPEST = 100  # libyaml's composer calls itself in C for every level and would end the process, not raise


def read_yaml(text: str) -> Any:
    """Return what the YAML `text` holds (yaml.YAMLError)."""
    return read_tree(text)[1]


def read_tree(text: str) -> tuple[yaml.Node | None, Any]:
    """Return the tree of nodes, which know their lines, and what they hold; None for both when there is nothing.

    Raises yaml.YAMLError.
    """
    try:
        return _read(_ShallowLoader(text))
    except (yaml.YAMLError, UnicodeEncodeError):  # half a surrogate pair never gets as far as libyaml
        return _read(yaml.SafeLoader(text))


class _ShallowLoader(yaml.CSafeLoader):
    """libyaml's loader that gives up on what is nested deeper than anybody writes."""

    _depth = 0

    def descend_resolver(self, *_: Any) -> None:
        """Count a level: the composer calls this at each node."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise yaml.YAMLError("nested too deep for libyaml")

    def ascend_resolver(self) -> None:
        """Leave a level."""
        self._depth -= 1


def _read(loader: yaml.CSafeLoader | yaml.SafeLoader) -> tuple[yaml.Node | None, Any]:
    try:
        tree = loader.get_single_node()
        return tree, None if tree is None else loader.construct_document(tree)
    finally:
        loader.dispose()
