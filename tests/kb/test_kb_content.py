import datetime as dt
import re

import pytest
from shipped import all_shipped

from kb.checks import check
from kb.checks.banned import find, sayings

COUNTS = {"A": 12, "B": 11, "C": 14, "D": 15, "E": 2, "F": 7, "G": 4, "H": 2, "I": 9, "J": 6, "K": 5, "L": 4, "M": 2}
COUNTS |= {"N": 6, "O": 12, "P": 6}
TOPICS = {f"{letter}{number}" for letter, count in COUNTS.items() for number in range(1, count + 1)}
WRITTEN = dt.date(2026, 11, 22)


@pytest.fixture(scope="module")
def entries():
    """All sample entries."""
    return all_shipped()


def test_every_topic_has_an_entry(entries):
    assert TOPICS - {entry.topic for entry in entries} == set()
    assert len(entries) >= 115


def test_there_are_places_and_notices_as_examples_of_form(entries):
    kinds = [entry.kind for entry in entries]
    assert kinds.count("place") >= 12 and kinds.count("notice") >= 6


def test_the_sample_passes_its_own_rules(entries):
    findings = check(entries, today=WRITTEN)
    assert [finding for finding in findings if finding.severity in ("错误", "警告")] == []


def test_nothing_that_must_not_be_said_is_said(entries):
    assert [finding for entry in entries for finding in find(entry, sayings())] == []


def test_every_entry_can_be_asked_for_in_eight_ways(entries):
    assert [entry.id for entry in entries if len(set(entry.questions)) < 8] == []


def test_every_guide_says_where_each_material_comes_from_and_names_its_law_with_the_year(entries):
    guides = [entry for entry in entries if entry.kind == "guide"]
    assert [entry.id for entry in guides for item in entry.body.materials if not item.origin] == []
    for entry in guides:
        years = [item for item in entry.basis if re.search(r"\d{4}", item.version)]
        assert years or (entry.basis and all("为准" in item.note for item in entry.basis)), entry.id


def test_what_each_place_fills_in_itself_is_not_invented(entries):
    places = [entry.body for entry in entries if entry.kind == "place"]
    assert {place.phone for place in places} <= {"由各地填写", "12345"}
