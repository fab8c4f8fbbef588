"""A setting does what it says or stops the start: none is accepted in silence."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

from kb.errors import BadSetting
from kb.settings import NEEDS, PREFIX, Settings, describe

ROOT = Path(__file__).parents[2]
NAMES = [item.name for item in fields(Settings)]
READ_BY_NOBODY = {"vector_store"}  # one of its values is left; the name is kept for the day when a second is wired


def names_read():
    """Every x of `settings.x` in the four packages, and every word in quotes, since a loop may read by name.

    In the settings' own file only a property reads (`self.x`): what is checked there is not used by that.
    """
    for package in ("kb", "retriever", "rasa_project", "web"):
        for path in (ROOT / package).rglob("*.py"):
            own = path.name == "settings.py"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute):
                    owner = ast.unparse(node.value)
                    if owner == "self" if own else owner.endswith("settings"):
                        yield node.attr
                elif isinstance(node, ast.Constant) and not own:
                    yield node.value


@pytest.fixture(scope="module")
def read():
    return set(names_read())


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_is_read_somewhere(name, read):
    assert (name in read) != (name in READ_BY_NOBODY)


def test_the_help_of_every_setting_stands_above_it_in_the_example_file():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    helps = {name: text for text, name in re.findall(r"^# (.*)\n# (QXB_[A-Z_]+)=", example, flags=re.MULTILINE)}
    assert helps == {name: text for name, _, text in describe()}


@pytest.mark.parametrize("value", ["milvus", "pgvector", "FAISS"])
def test_a_vector_store_that_is_not_wired_stops_the_start(value):
    with pytest.raises(BadSetting, match=f"QXB_VECTOR_STORE='{value}'.*faiss"):
        Settings.from_env({"QXB_VECTOR_STORE": value})


def test_a_name_that_no_setting_has_stops_the_start():
    with pytest.raises(BadSetting, match="QXB_MILVUS_URI"):
        Settings.from_env({"QXB_MILVUS_URI": "milvus.db"})


@pytest.mark.parametrize("name", NEEDS)
def test_a_setting_that_does_nothing_without_another_stops_the_start(name):
    value = "a" * 43 if name.endswith("key") else "x"
    with pytest.raises(BadSetting, match=f"设了 {PREFIX}{name.upper()}，还要设 {PREFIX}{NEEDS[name][0].upper()}"):
        Settings.from_env({PREFIX + name.upper(): value})
