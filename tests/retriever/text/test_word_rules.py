"""The rules on words that stand together: how they are read, and every example of every file."""

from importlib.resources import files

import pytest

from kb.bodies import PROPERTIES
from kb.lexicon import rules
from retriever.text.normalize import clean
from retriever.text.word_rules import kinds, load

MORE = {"property": " ".join(PROPERTIES)}  # lists of words that the knowledge base brings
FILES = sorted(
    path.name.removesuffix(".yaml") for path in (files("kb") / "lexicon").iterdir() if path.suffix == ".yaml"
)
EXAMPLES = [
    pytest.param(name, kind, text, wanted == "yes", id=f"{name}-{kind}-{wanted}-{text}")
    for name in FILES
    for kind, content in rules(name)["kinds"].items()
    for wanted in ("yes", "no")
    for text in content[wanted]
]
NOTHING = [(name, text) for name in FILES for text in rules(name).get("nothing", ())]


@pytest.mark.parametrize(("name", "kind", "text", "wanted"), EXAMPLES)
def test_an_example_is_of_its_kind_or_is_not(name, kind, text, wanted):
    assert load(name, **MORE)[kind].found(clean(text)) is wanted


@pytest.mark.parametrize(("name", "text"), NOTHING)
def test_an_example_of_nothing_is_of_no_kind(name, text):
    assert [kind for kind, one in load(name, **MORE).items() if one.found(clean(text))] == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_fifteen_examples_of_both_sorts(name):
    there = rules(name)["kinds"].values()
    assert sum(len(kind["yes"]) for kind in there) >= 15
    assert sum(len(kind["no"]) for kind in there) + len(rules(name).get("nothing", ())) >= 15


def made(**kind):
    """The only kind of a file that holds no more than this."""
    return kinds({"words": {"drink": "茶 水"}, "kinds": {"it": kind}})["it"]


@pytest.mark.parametrize(
    ("rule", "text", "found"),
    [
        ("drink", "喝水", True),
        ("drink", "吃饭", False),
        ("喝|饮 drink", "饮茶", True),
        ("喝 drink", "喝热水", False),
        ("喝 热? drink", "喝热水", True),
        ("喝 ..2 drink", "喝一杯茶", True),
        ("喝 ..1 drink", "喝一杯茶", False),
        ("^ drink", "喝茶", False),
        ("drink $", "喝茶", True),
        ("drink ! 杯", "买茶杯", False),
        ("drink ! ..2 杯", "买茶叶杯", False),
        ("drink ! 杯", "买茶叶", True),
    ],
)
def test_a_rule_is_words_in_their_order(rule, text, found):
    assert made(says=[rule]).found(text) is found


def test_longer_words_in_which_it_means_something_else_are_not_looked_at():
    kind = made(says=["drink"], besides="水泥 水管")
    assert not kind.found("买水泥") and kind.found("买水泥和水")
    assert kind.without("买水泥和水") == "买水泥和"


def test_what_is_asked_about_is_not_there_unless_it_is_said_to_be():
    kind = made(says=["drink"], unless=["什么"], still=["现在"])
    assert kind.found("水") and not kind.found("水是什么") and kind.found("现在水是什么")
