"""The dialogue's files: enough examples of every act, none in two places, every act with a rule."""

from collections import Counter
from functools import cache

import pytest
import yaml

from rasa_project.evaluate import examples
from rasa_project.project import DATA, DOMAIN, TEST
from retriever.text.normalize import clean

FILES = sorted((DATA / "nlu").glob("*.yml"))
ACTS = [act for act in yaml.safe_load(DOMAIN.read_text(encoding="utf-8"))["intents"] if act != "nlu_fallback"]


@cache
def training():
    pairs = [pair for path in FILES for pair in zip(*examples(path), strict=True)]
    return [clean(text) for text, _ in pairs], [act for _, act in pairs]


@pytest.mark.parametrize("act", ACTS)
def test_act_has_sixty_examples_and_twelve_sentences_to_be_measured_on(act):
    assert Counter(training()[1])[act] >= 60
    assert Counter(examples(TEST)[1])[act] >= 12


def test_no_example_stands_twice_or_under_two_acts():
    assert [text for text, count in Counter(training()[0]).items() if count > 1] == []


def test_no_sentence_to_be_measured_on_is_trained_on():
    assert set(training()[0]) & {clean(text) for text in examples(TEST)[0]} == set()


def test_every_act_has_a_rule_and_no_rule_is_without_act():
    rules = [rule for path in (DATA / "rules").glob("*.yml") for rule in yaml.safe_load(path.read_text())["rules"]]
    assert {rule["steps"][0]["intent"] for rule in rules} == {*ACTS, "nlu_fallback"}


@pytest.mark.shared
def test_development_lines_of_out_of_scope_are_not_copied(shared):
    lines = (shared / "data" / "out_of_scope_dev.txt").read_text(encoding="utf-8").splitlines()
    texts, acts = training()
    assert {text for text, act in zip(texts, acts, strict=True) if act == "out_of_scope"} & set(
        map(clean, lines)
    ) == set()
