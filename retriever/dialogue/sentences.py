"""The sentences of the desk by their keys, read from responses.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

RESPONSES = Path(__file__).parent / "responses.yml"


def sentence(key: str, **values: object) -> str:
    """Return the sentence of a key with its {placeholders} filled in."""
    return sentences()[key].format(**values)


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, str]:
    """Return all sentences by their keys, placeholders as they stand."""
    read: Mapping[str, str] = yaml.safe_load(RESPONSES.read_text(encoding="utf-8"))
    return read
