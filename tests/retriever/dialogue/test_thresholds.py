"""The numbers that decide: each is used, and each has a name of its own."""

import re
from pathlib import Path

import pytest

from retriever.dialogue import thresholds as of_dialogue
from retriever.search import thresholds as of_search

RETRIEVER = Path(of_dialogue.__file__).parent.parent
FILES = [of_dialogue, of_search]
NAMES = [name for file in FILES for name in vars(file) if name.isupper()]
CODE = {path: path.read_text(encoding="utf-8") for path in RETRIEVER.rglob("*.py") if path.name != "thresholds.py"}


@pytest.mark.parametrize("name", NAMES)
def test_every_number_is_used(name):
    assert any(re.search(rf"\b{name}\b", text) for text in CODE.values())


def test_no_name_has_two_values():
    assert len(NAMES) == len(set(NAMES))
    again = [(name, path) for name in NAMES for path, text in CODE.items() if re.search(rf"^{name} = ", text, re.M)]
    assert again == []
