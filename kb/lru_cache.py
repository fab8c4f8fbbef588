"""A bounded memory that forgets what was used longest ago."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class LruCache(Generic[Key, Value]):
    """At most `size` values by their keys, those used last. Safe to share between threads."""

    def __init__(self, size: int) -> None:
        """Start empty."""
        self._size, self._guard = size, Lock()
        self._kept: OrderedDict[Key, Value] = OrderedDict()

    def __len__(self) -> int:
        """Number of values kept."""
        return len(self._kept)

    def get(self, key: Key) -> Value | None:
        """Return the value, which counts as used now; None when there is none."""
        with self._guard:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def put(self, key: Key, value: Value) -> None:
        """Keep the value as the one used last; what was used longest ago makes room."""
        with self._guard:
            self._kept[key] = value
            self._kept.move_to_end(key)
            if len(self._kept) > self._size:
                self._kept.popitem(last=False)
