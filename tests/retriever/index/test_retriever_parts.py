"""The choice of a part, the kinds of value, and what the encoder is trained on."""

import datetime as dt
import json
import random

import numpy as np
import pytest
from fakes import FakeEncoder
from shipped import all_shipped

from kb.facets import HEADINGS
from kb.models import Entry
from kb.settings import ROOT, Settings
from retriever.encoder import lora
from retriever.encoder.e5_weights import Shape, Weights
from retriever.errors import EncoderBroken
from retriever.index import answer_types, part_ranking
from retriever.index.build import build_index
from retriever.index.passages import passages
from retriever.index.ready_made import part_questions
from retriever.search import part_classifier
from retriever.search.part_classifier import Aspects
from retriever.search.searcher import Searcher
from retriever.training.calibrate import Gold
from retriever.training.fit_part_ranking import choices, fit_aspects, fit_weights, share_right
from retriever.training.pairs import WHOLE, batch, draw, not_to_tell_apart, sources

DAY = dt.date(2026, 11, 22)
ENTRY = Entry(
    id="G1",
    kind="guide",
    title="食品经营许可",
    aliases=("食品证", "餐饮许可"),
    questions=("开饭店办什么证",),
    summary="卖食品、开饭店的经营者",
    faq=({"q": "许可证几年有效？", "a": "5年，到期前申请延续。", "ways": ("食品证能用几年",)},),
    body={
        "audience": "经营者",
        "materials": [{"name": "申请表"}, {"name": "场所平面图"}],
        "time": {"statutory": {"value": 10, "unit": "工作日"}},
        "fee": {"standard": "免费"},
        "contact": "由各地填写",
    },
    department="市场监督管理部门",
)


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    """One entry in an index of its own, with vectors that are computed."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("parts"))
    build_index([ENTRY], FakeEncoder(), settings)
    return Searcher.open(settings, FakeEncoder())


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("多久能拿到", "time"),
        ("最高补多少钱", "money"),
        ("要带什么材料", "papers"),
        ("找谁问", "contact"),
        ("去哪里交", "place"),
    ],
)
def test_a_question_asks_for_a_kind_of_value(question, kind):
    assert answer_types.asked(question)[answer_types.KINDS.index(kind)] == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("自受理之日起20个工作日", "time"),
        ("每户最高50万元", "money"),
        ("身份证复印件", "papers"),
        ("热线电话12345", "contact"),
    ],
)
def test_a_text_gives_a_kind_of_value(text, kind):
    assert answer_types.counted([text])[0][answer_types.KINDS.index(kind)] > 0


def test_counting_stops_when_a_kind_is_full():
    many = answer_types.counted(["1日2日3日4日5日6日"])
    assert many.max() == answer_types.ENOUGH
    assert answer_types.share(many).max() == 1


def test_an_entry_gives_what_its_parts_give(searcher):
    assert searcher.index.gives.shape == (1, len(answer_types.KINDS))
    assert searcher.index.gives[0][answer_types.KINDS.index("papers")] > 0


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("食品证多少个工作日办结", "time"),
        ("食品证能用几年", "faq-1"),
        ("食品经营许可要交多少钱", "fee"),
    ],
)
def test_the_part_that_answers_comes_first(searcher, question, key):
    assert searcher.search(question, on=DAY).facet == key


@pytest.mark.parametrize("aspects_known", [True, False])
def test_words_that_ask_for_a_part_speak_for_it_and_against_other_questions(aspects_known):
    weights = dict(zip(part_ranking.FEATURES, part_ranking.weights(aspects_known), strict=True))
    assert weights["cued"] + weights["cued_part"] > 0.5
    assert weights["faq_cued_otherwise"] < 0
    assert weights["words"] > 0
    assert weights["way_overlap"] > 0


def test_a_cue_marks_the_part_it_names(searcher):
    index = searcher.index
    question = part_ranking.question_of("食品经营许可要带什么材料", {})
    blank = np.zeros(len(index.passages[index.span(0)]))
    table = part_ranking.features(index.parts(0), question, blank, blank)
    cued = table[:, part_ranking.FEATURES.index("cued")]
    assert [part.key for part, value in zip(index.parts(0).parts, cued, strict=True) if value] == ["materials"]


def test_weights_name_known_features_only_and_cover_both_sets():
    stored = json.loads(part_ranking.COEFFICIENTS.read_text(encoding="utf-8"))
    assert set(stored) == {"with_aspects", "without"}
    assert all(set(weights) <= set(part_ranking.FEATURES) for weights in stored.values())
    assert not any(name.startswith("aspect") for name in stored["without"])


def test_the_classifier_speaks_for_its_own_encoder_only():
    one = Aspects("a", ("fee", "time"), np.eye(2, dtype=np.float32), np.zeros(2, dtype=np.float32))
    said = one.of(np.array([4.0, 0.0], dtype=np.float32), "a")
    assert said["fee"] > 0.9
    assert sum(said.values()) == pytest.approx(1)
    assert one.of(np.array([4.0, 0.0], dtype=np.float32), "b") == {}


def test_the_classifier_survives_its_file(tmp_path):
    one = fit_aspects([ENTRY], FakeEncoder())
    part_classifier.save(one, tmp_path / "aspects.npz")
    again = part_classifier.load(tmp_path / "aspects.npz")
    assert (again.encoder, again.names) == (one.encoder, one.names)
    assert np.allclose(again.weights, one.weights, atol=1e-2)
    assert set(one.names) <= set(HEADINGS)


def test_fitting_learns_to_choose_the_judged_part(searcher):
    gold = [
        Gold("食品证要什么纸", ("G1",), ("materials",), "", "", ""),
        Gold("食品证等几天", ("G1",), ("time",), "", "", ""),
        Gold("食品证能用多少年", ("G1",), ("faq",), "faq-1", "", ""),
        Gold("不在库里的", ("NONE",), ("faq",), "", "", ""),
    ]
    rows = choices(searcher, gold, DAY)
    assert len(rows) == 3
    assert share_right(rows, fit_weights(rows, ridge=1e-3)) == 1


def test_ways_of_asking_name_parts_and_leave_room_for_the_item():
    ways = part_questions()
    assert set(ways) <= set(HEADINGS)
    assert all("{}" in way for group in ways.values() for way in group)


def test_no_training_question_is_a_judged_one():
    judged = {
        json.loads(line)["q"]
        for half in ("tuning", "final")
        for line in (ROOT / "tests" / "gold" / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    known = sources(all_shipped())
    rng = random.Random(1)
    assert not judged & {draw(source, rng).question for rows in known.values() for source in rows for _ in range(3)}


def test_a_batch_sets_parts_of_one_entry_against_each_other():
    pairs = batch(sources(all_shipped()), random.Random(0))
    assert len({(pair.entry, pair.part) for pair in pairs}) == len(pairs)
    assert max(sum(other.entry == pair.entry for other in pairs) for pair in pairs) > 1
    for at, other in not_to_tell_apart(pairs):
        assert pairs[at].entry == pairs[other].entry
        assert WHOLE in (pairs[at].part, pairs[other].part)


def test_factors_are_added_to_the_matrix_they_name():
    shape = Shape(4, 1, 1, 8, 16, 1e-6)
    plain = Weights(shape, (), {"l0.q.w": np.zeros((4, 4), dtype=np.float32)})
    down, up = np.ones((2, 4), dtype=np.float32), np.full((4, 2), 0.5, dtype=np.float32)
    changed = lora.adapted(plain, {"l0.q": (down, up)})
    assert (changed.tensors["l0.q.w"] == 1).all()
    assert (plain.tensors["l0.q.w"] == 0).all()
    with pytest.raises(EncoderBroken, match=r"l9\.q"):
        lora.adapted(plain, {"l9.q": (down, up)})


def test_factors_survive_their_file_and_a_damaged_one_is_named(tmp_path):
    path = tmp_path / "adapter.npz"
    factors = {"l0.q": (np.ones((2, 4), np.float32), np.zeros((4, 2), np.float32))}
    lora.save(factors, {"l0.qkv": np.arange(4, dtype=np.float32)}, path)
    back, ranges = lora.read(path)
    assert (back["l0.q"][0] == 1).all() and back["l0.q"][1].shape == (4, 2)
    assert ranges["l0.qkv"].tolist() == [0, 1, 2, 3]
    path.write_bytes(b"cut off")
    with pytest.raises(EncoderBroken, match="retriever train"):
        lora.read(path)


def test_an_article_is_not_chosen_for_the_words_that_only_it_has():
    law = Entry(
        id="law-1",
        kind="policy",
        title="款项支付条例",
        body={
            "articles": [
                {
                    "number": "第九条",
                    "text": "机关应当自交付之日起30日内支付款项，大型企业应当自交付之日起60日内支付款项",
                },
                {"number": "第三十三条", "text": "拖欠款项造成不良影响的，对管理人员依法给予处分"},
            ]
        },
    )
    found = passages(law)
    known = part_ranking.parts_of(found)
    question, nothing = part_ranking.question_of("拖欠款项多久必须支付", {}), np.zeros(len(found))
    rows = dict(
        zip([part.key for part in known.parts], part_ranking.features(known, question, nothing, nothing), strict=True)
    )
    names = ("words", "value")
    told = {key: [row[part_ranking.FEATURES.index(name)] for name in names] for key, row in rows.items()}
    assert told["article-第三十三条"] == [0, 0]
    assert told["article-第九条"][0] == 0 and told["article-第九条"][1] > 0
