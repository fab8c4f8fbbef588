"""libyaml reads what the pure Python reader reads, and what is broken is told in the latter's words."""

import pytest
import yaml

from kb.files import GUIDES
from kb.yaml_reader import read_tree, read_yaml

BROKEN = (
    "id: a\ntitle: [open\nkind: guide\n",
    "a: 1\n---\nb: 2\n",
    "\ta: 1",
    "a: b: c",
    "a: 'open\n",
    "? [a]: 1\n: 2",
    "a: !!python/name 1",
    "a: \x01",
    "a: \ud800",
)


def places(node):
    """Every node below a node with the line and column it begins at."""
    yield node.tag, node.start_mark.line, node.start_mark.column
    for child in node.value if isinstance(node.value, list) else ():
        for one in child if isinstance(child, tuple) else (child,):
            yield from places(one)


@pytest.mark.parametrize("name", ["A1-company-setup", "K2-tech-sme", "O1-open-restaurant", "notice-tax-training"])
def test_a_guide_reads_the_same_line_by_line(name):
    text = (GUIDES / f"{name}.yaml").read_text(encoding="utf-8")
    tree, data = read_tree(text)
    assert data == yaml.safe_load(text)
    assert list(places(tree)) == list(places(yaml.compose(text, Loader=yaml.SafeLoader)))


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_broken_is_told_in_the_same_words(text):
    with pytest.raises(yaml.YAMLError) as usual:
        yaml.safe_load(text)
    with pytest.raises(yaml.YAMLError) as told:
        read_yaml(text)
    assert str(told.value) == str(usual.value)


def test_nothing_is_none():
    assert read_tree("") == read_tree("# only a remark") == (None, None)


def test_what_is_nested_beyond_all_measure_does_not_end_the_process():
    with pytest.raises(RecursionError):
        read_yaml("[" * 100_000)
