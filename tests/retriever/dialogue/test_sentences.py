"""The file of sentences and the code agree: every key is used, every used key is there, and the placeholders fit."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from kb.lexicon import rules
from kb.matching.policies import STANDINGS
from retriever.dialogue import sentences as module
from retriever.dialogue.sentences import sentence, sentences

CODE = Path(module.__file__).parent
COUNTED = {"met", "unknown"}  # standings that are told with their counts


def calls(name):
    """Every call of a function by its plain or dotted name: the call's first argument and all of it."""
    for path in sorted(CODE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
                yield node.args[0], node


def used():
    """(keys, names of the values that are given, whether all of them must be filled in) of each call."""
    for key, call in calls("sentence"):
        given = {keyword.arg for keyword in call.keywords}
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield [key.value], given, True
        elif isinstance(key, ast.JoinedStr):  # f"danger_{kind}"
            family = key.values[0].value
            yield [name for name in sentences() if name.startswith(family)], given, False


def placeholders(key):
    return {name for _, name, _, _ in Formatter().parse(sentences()[key]) if name is not None}


def test_every_used_key_is_there_and_every_key_is_used():
    keys = {key for family, _, _ in used() for key in family}
    assert keys == set(sentences())


def test_the_placeholders_fit():
    single = {key: given for (key, *_), given, whole in used() if whole}
    wrong = [key for key, given in single.items() if placeholders(key) != given]
    for family, given, whole in used():
        if not whole:
            wrong += [key for key in family if key not in single and not placeholders(key) <= given]
    assert wrong == []


@pytest.mark.parametrize(
    ("family", "members"),
    [
        ("danger", rules("dangers")["kinds"]),
        ("refusal", [*(key.value for key, _ in calls("refusal") if isinstance(key, ast.Constant)), "injection"]),
        ("match", set(STANDINGS) - COUNTED),
        ("list", ["property", "places", "notices"]),
        ("none_listed", ["ask_notice", "ask_package"]),
    ],
)
def test_a_sentence_that_is_chosen_while_talking_is_there_for_every_case(family, members):
    assert [name for name in members if f"{family}_{name}" not in sentences()] == []


def test_a_sentence_is_filled_in():
    assert sentence("which_of_these", count=2, none="都不是") == "只有这2项，请选一项，或点“都不是”。"


def test_no_sentence_for_people_is_left_in_the_code_outside_the_forms():
    """A string that ends as a sentence does, in anything but a docstring or a pattern."""
    left = []
    for path in (path for path in CODE.rglob("*.py") if "forms" not in path.parts):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                left += [node.value] if node.value[1:].endswith(("。", "：")) else []
    assert left == []
