"""The sentences of the desk by their keys, read from responses.yml."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from kb.yaml_reader import read_yaml

RESPONSES = Path(__file__).parent / "responses.yml"


def sentence(key: str, **values: object) -> str:
    """Return the sentence of a key with its {placeholders} filled in."""
    return sentences()[key].format(**values)


@lru_cache(maxsize=1)
def sentences() -> Mapping[str, str]:
    """Return all sentences by their keys, placeholders as they stand."""
    read: Mapping[str, str] = read_yaml(RESPONSES.read_text(encoding="utf-8"))
    return read
