"""A list as an answer: the entries it names are its sources, with the days they count."""

import datetime as dt

from kb_samples import guide

from web.knowledge.list_answers import Listing


def test_the_sources_of_a_list_carry_the_days_of_its_entries():
    first, second = guide("a", effective_from=dt.date(2026, 1, 1), effective_to=dt.date(2026, 12, 31)), guide("b")
    sources = Listing("两项", (first, second), "全部", "/entries").sources
    assert [(one.entry_id, one.effective_from, one.effective_to) for one in sources] == [
        ("a", "2026-01-01", "2026-12-31"),
        ("b", "", ""),
    ]
