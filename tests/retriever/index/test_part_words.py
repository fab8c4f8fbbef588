"""The words by which people ask for a part: every table of the file names parts and kinds that there are."""

import re

import pytest

from kb.facets import HEADINGS
from retriever.index import answer_types, part_words


@pytest.mark.parametrize("table", [part_words.cues(), part_words.cues_of_notices(), [*part_words.buttons().items()]])
def test_a_part_that_is_asked_for_is_a_part_of_entries(table):
    assert {name for name, _ in table} <= set(HEADINGS)


def test_the_kinds_of_things_are_the_columns_of_an_index():
    for table in (part_words.asked_kinds(), part_words.given_kinds()):
        assert tuple(name for name, _ in table) == answer_types.KINDS


def test_of_two_words_at_one_place_the_first_of_the_file_is_taken():
    assert re.search(dict(part_words.cues())["time"], "几天能好").group() == "几天"
