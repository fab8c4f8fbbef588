"""Duplicates and topics by meaning: the encoder compares, in one batch, and what it made is kept."""

import pytest
from curation_site import curation_site
from fake_site import open_site

from web.knowledge.similarity import LIKE_MEANING, SAME_MEANING, Meaning
from web.knowledge.topics import topics
from web.tickets import Draft
from web.tickets.commands import REQUESTER

POWER = "园区这周停电三次，生产线停了"


@pytest.fixture
def site(settings):
    with curation_site(settings) as opened:
        yield opened


def batches(encoder, monkeypatch):
    """What the encoder is asked for from now on, call by call."""
    calls, encode = [], encoder.encode_queries
    monkeypatch.setattr(encoder, "encode_queries", lambda texts: calls.append(list(texts)) or encode(texts))
    return calls


def test_texts_are_encoded_in_one_batch_and_only_once(site, monkeypatch):
    calls, meaning = batches(site.searcher.encoder, monkeypatch), site.desk.meaning
    assert meaning.similar(POWER, [POWER, "办执照", POWER])[0] == pytest.approx(1, abs=1e-5)
    assert len(calls) == 1 and len(calls[0]) == 2
    meaning.similar("办执照", [POWER])
    assert len(calls) == 1


def test_no_more_vectors_are_kept_than_told(site, monkeypatch):
    calls, meaning = batches(site.searcher.encoder, monkeypatch), Meaning(site.desk.search, kept=2)
    meaning.vectors(["一号问题", "二号问题", "三号问题"])
    meaning.vectors(["三号问题"])
    meaning.vectors(["一号问题"])
    assert [len(call) for call in calls] == [3, 1]


def test_without_an_encoder_shared_characters_stand_in_with_the_same_marks(settings):
    with open_site(settings) as plain:
        same, other = plain.desk.meaning.similar(POWER, [f"{POWER}！", "员工餐厅的菜价"])
        assert same > SAME_MEANING and other < LIKE_MEANING
        assert "编码器" in topics(["停电"] * 3, [], plain.desk.meaning).trouble


def test_a_second_appeal_of_the_same_meaning_is_offered_for_merging(site):
    desk = site.desk.tickets
    first = desk.tickets.open(Draft(text=POWER, kind="complaint", category="facilities.power"), REQUESTER)
    desk.tickets.open(Draft(text="员工餐厅的菜价太高", kind="complaint", category="facilities.power"), REQUESTER)
    again = desk.tickets.open(Draft(text=f"{POWER}。", kind="complaint", category="facilities.power"), REQUESTER)
    found = desk.duplicates.of(again.text, category=again.category, but=again.number)
    assert [match.ticket.number for match in found] == [first.number] and found[0].score >= SAME_MEANING


def test_what_shares_no_character_is_still_compared_by_meaning(site, monkeypatch):
    desk, seen = site.desk.tickets, []
    desk.tickets.open(Draft(text="断供", kind="complaint", category="facilities.power"), REQUESTER)
    monkeypatch.setattr(desk.duplicates, "_similar", lambda text, others: seen.extend(others) or [0.9] * len(others))
    assert len(desk.duplicates.of("没有电", category="facilities.power")) == 1 and seen == ["断供"]


def test_topics_are_counted_in_both_stretches(site):
    now = ["充电桩补贴怎么领取", "充电桩补贴怎么领取？", "怎么领取充电桩补贴", "员工落户去哪里办"]
    before = ["充电桩补贴怎么领取", "员工落户去哪里办", "员工落户在哪里办"]
    found = topics(now, before, site.desk.meaning)
    (hot,) = found.hot
    assert "充电桩" in hot.title and (hot.now, hot.before) == (3, 1) and found.rising == [hot]
    assert found.share == 1 and sum(one.now for one in found.groups) == 4
    assert topics([], [], site.desk.meaning).groups == ()


def test_of_very_many_texts_the_commonest_are_grouped_and_the_share_is_told(site, monkeypatch):
    monkeypatch.setattr("web.knowledge.topics.MOST_TEXTS_GROUPED", 2)
    found = topics(["甲类问题"] * 3 + ["乙类事项"] * 2 + ["丙", "丁"], [], site.desk.meaning)
    assert found.share == pytest.approx(5 / 7) and {one.now for one in found.groups} <= {2, 3, 5}


def test_nothing_to_compare_is_no_trouble(site):
    assert site.desk.meaning.vectors([])[0].shape == (0, 64) and site.desk.meaning.similar(POWER, []) == []
