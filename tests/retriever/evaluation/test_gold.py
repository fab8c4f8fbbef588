"""The gold questions are sound: they name entries, parts and figures that exist, and stay in their half."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from shipped import all_shipped

from kb.facets import HEADINGS, facets

GOLD = Path(__file__).parent.parent.parent / "gold"
ENTRIES = {entry.id: entry for entry in all_shipped()}
HALVES = {
    name: [json.loads(line) for line in (GOLD / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    for name in ("tuning", "final")
}
ALL = HALVES["tuning"] + HALVES["final"]


def bare(text):
    return re.sub(r"\W", "", text).lower()


def test_there_are_enough_of_them_and_every_entry_is_asked_for():
    assert len(ALL) >= 500
    assert {row["entry"] for row in ALL} >= {key for key in ENTRIES if not key.startswith("law-")}


@pytest.mark.parametrize("half", sorted(HALVES))
def test_question_stays_in_the_half_its_hash_says(half):
    for row in HALVES[half]:
        even = int(hashlib.sha256((row["group"] or row["q"]).encode()).hexdigest(), 16) % 2 == 0
        assert even == (half == "final"), row["id"]


def test_no_question_is_written_twice_or_copied_from_its_entry():
    assert len({bare(row["q"]) for row in ALL}) == len({row["id"] for row in ALL}) == len(ALL)
    known = {
        bare(text)
        for entry in ENTRIES.values()
        for text in (*entry.questions, *entry.aliases, *(way for item in entry.faq for way in (item.q, *item.ways)))
    }
    assert [row["id"] for row in ALL if bare(row["q"]) in known] == []


@pytest.mark.parametrize("row", ALL, ids=lambda row: row["id"])
def test_what_a_question_expects_is_in_the_knowledge_base(row):
    parts = facets(ENTRIES[row["entry"]])
    assert {row["facet"], *row.get("also_facets", [])} <= set(HEADINGS)
    wanted = [part for part in parts if part.name == row["facet"] and row.get("key") in (None, "", part.key)]
    assert wanted, f"{row['entry']} has no {row['facet']} {row.get('key', '')}"
    assert any(row["figure"] in part.text + part.heading for part in wanted), row["figure"]
    assert set(row.get("also", [])) <= set(ENTRIES)
