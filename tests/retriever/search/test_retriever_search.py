"""Search: exact names, validity on a day, kinds, one entry, thresholds, determinism, and the evaluation folder."""

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import Event

import pytest
from fakes import FakeEncoder
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import UnknownEntry
from kb.models import Entry
from kb.settings import Settings
from retriever.errors import BadEvaluation
from retriever.evaluation.beir import evaluate, figures, read_documents, read_questions
from retriever.index import index as index_files
from retriever.index import part_cues
from retriever.index.build import build_index
from retriever.index.identifiers import Names
from retriever.search import confidence, fusion
from retriever.search.rank import rank
from retriever.search.results import Evidence
from retriever.search.searcher import Searcher

DAY = dt.date(2026, 11, 22)


def guide(number, title, **fields):
    body = {
        "audience": "企业",
        "materials": [{"name": f"{title}申请表"}],
        "time": {"statutory": {"value": 5, "unit": "工作日"}},
        "fee": {"standard": "免费"},
        "contact": "由各地填写",
    }
    base = {"id": f"G{number}", "kind": "guide", "title": title, "summary": f"要办{title}的企业", "body": body}
    return Entry(**{**base, **fields})


ENTRIES = [
    guide(1, "公司设立登记", aliases=("开公司", "注册公司"), code="11440000006939756B2440101007000"),
    guide(2, "排污许可证核发", doc_number="环规〔2024〕18号"),
    guide(3, "稳岗返还", effective_from=dt.date(2025, 1, 1), effective_to=dt.date(2026, 6, 30)),
    guide(4, "社保补贴", effective_from=dt.date(2027, 1, 1)),
    Entry(id="P1", kind="place", title="政务服务大厅", body={"district": "园区", "phone": "020-34121084"}),
    Entry(id="OLD", kind="faq", title="开户许可证", status="abolished", body={"answer": "已经取消"}),
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    """A searcher over six small entries, with vectors that are computed."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("search"))
    encoder = FakeEncoder()
    build_index(ENTRIES, encoder, settings)
    return Searcher.open(settings, encoder)


@pytest.mark.parametrize(
    ("question", "entry_id", "reason"),
    [
        ("11440000006939756B2440101007000", "G1", "code"),
        ("事项编码11440000006939756b2440101007000是什么", "G1", "code"),
        ("环规〔2024〕18号", "G2", "code"),
        ("环规[2024]18号还有效吗", "G2", "code"),
        ("02034121084是哪里的电话", "P1", "code"),
        ("开公司？", "G1", "alias"),
        ("《公司设立登记》", "G1", "title"),
    ],
)
def test_what_is_named_exactly_comes_first_and_says_why(searcher, question, entry_id, reason):
    found = searcher.search(question, on=DAY)
    assert found.candidates[0].entry_id == entry_id
    assert found.hits[0].found_by[0] == reason
    assert found.hits[0].score >= 0.99


def test_a_number_that_many_entries_share_names_none_of_them():
    places = [
        Entry(id=f"P{n}", kind="place", title=f"窗口{n}", body={"district": "园区", "phone": "12366"}) for n in range(9)
    ]
    assert len(Names.build(places[:3]).find("打12366")) == 3
    assert Names.build(places).find("打12366") == []


def test_hits_say_what_matched(searcher):
    hit = searcher.search("排污许可要什么材料", on=DAY).hits[0]
    assert {"words", "meaning"} <= set(hit.found_by)
    assert "排污" in hit.matched
    assert (hit.facet, hit.section) == ("materials", "申请材料")


def test_the_end_of_a_long_list_is_for_the_nearest_by_letters():
    import numpy as np

    scores, letters = np.arange(20, 0, -1, dtype=np.float32), np.zeros(20, dtype=np.float32)
    letters[[3, 15, 17, 19]] = [9, 7, 8, 6]
    allowed = np.ones(20, dtype=bool)
    assert fusion.listed(scores, letters, allowed, 10) == [0, 1, 2, 3, 4, 5, 6, 7, 17, 15]
    allowed[17] = False
    assert fusion.listed(scores, letters, allowed, 10)[8:] == [15, 19]
    assert fusion.listed(scores, letters, allowed, 9) == list(range(9))
    assert fusion.listed(scores[:4], letters[:4], allowed[:4], 10) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("公司设立登记要带哪些材料", "materials"),
        ("公司设立登记要多少钱", "fee"),
    ],
)
def test_the_part_asked_for_is_the_part_that_answers(searcher, question, facet):
    assert searcher.search(question, on=DAY).facet == facet


def test_a_question_can_stay_within_one_entry(searcher):
    found = searcher.search("要多少钱", on=DAY, within="G2")
    assert [candidate.entry_id for candidate in found.candidates] == ["G2"]
    assert found.facet == "fee"
    with pytest.raises(UnknownEntry):
        searcher.search("要多少钱", within="G99")


def test_kinds_keep_only_entries_of_these_kinds(searcher):
    found = searcher.search("政务服务", kinds=["place"], on=DAY)
    assert {hit.kind for hit in found.hits} == {"place"}


@pytest.mark.parametrize(
    ("question", "day", "state"),
    [
        ("稳岗返还材料", "2024-12-31", "future"),
        ("稳岗返还材料", "2025-01-01", "current"),
        ("稳岗返还材料", "2026-06-30", "current"),
        ("稳岗返还材料", "2026-07-01", "expired"),
        ("社保补贴材料", "2026-11-22", "future"),
        ("开户许可证", "2026-11-22", "abolished"),
    ],
)
def test_an_answer_out_of_force_says_so_on_both_boundary_days(searcher, question, day, state):
    found = searcher.search(question, on=dt.date.fromisoformat(day))
    assert found.hits[0].state == state


def test_of_two_like_entries_the_one_in_force_comes_first(settings):
    old = guide(1, "稳岗返还", effective_to=dt.date(2025, 12, 31))
    new = guide(2, "稳岗返还", effective_from=dt.date(2026, 1, 1))
    encoder = FakeEncoder()
    build_index([old, new], encoder, settings)
    searcher = Searcher.open(settings, encoder)
    for day, first in ((dt.date(2025, 12, 31), "G1"), (dt.date(2026, 1, 1), "G2")):
        assert searcher.search("稳岗返还要什么材料", on=day).candidates[0].entry_id == first


def test_who_built_an_index_waits_for_it_while_another_thread_reads_it(tmp_path, monkeypatch):
    settings, encoder = Settings(data_dir=tmp_path), FakeEncoder()
    first = build_index(ENTRIES[:2], encoder, settings).version
    searcher = Searcher.open(settings, encoder)
    second = build_index(ENTRIES, encoder, settings).version
    reading, go_on, read = Event(), Event(), index_files.read

    def slowly(folder):
        reading.set()
        assert go_on.wait(10)
        return read(folder)

    monkeypatch.setattr(index_files, "read", slowly)
    with ThreadPoolExecutor(2) as threads:
        visitor = threads.submit(lambda: searcher.search("公司设立登记").index_version)
        assert reading.wait(10)
        assert searcher.version == first, "others are served meanwhile"
        builder = threads.submit(searcher.catch_up)
        go_on.set()
        assert builder.result(10).name == visitor.result(10) == second


def test_the_same_question_gets_the_same_answer_and_is_encoded_once(searcher, monkeypatch):
    first = searcher.search("开公司要多久", on=DAY)
    monkeypatch.setattr(searcher.encoder, "encode_queries", lambda texts: pytest.fail("encoded again"))
    again = searcher.search("开公司要多久", on=DAY)
    assert (again.hits, again.candidates, again.confidence) == (first.hits, first.candidates, first.confidence)


@pytest.mark.parametrize(
    "question",
    ["", "   ", "😀😀😀", "' OR 1=1 --", "<script>alert(1)</script>", "公" * 10_000, "\x00\x07"],
    ids=["empty", "blank", "emoji", "sql", "html", "long", "control"],
)
def test_no_question_breaks_a_search(searcher, question):
    found = searcher.search(question, on=DAY)
    assert 0 <= found.confidence <= 1
    assert all(0 <= hit.score <= 1 for hit in found.hits)


shares = st.floats(0, 1)


@given(sure=shares, one=shares, other=shares, clarify=shares)
def test_raising_a_threshold_never_adds_an_answer(sure, one, other, clarify):
    low, high = sorted((one, other))
    assert not (confidence.band(sure, high, clarify) == "answer" and confidence.band(sure, low, clarify) != "answer")
    assert not (confidence.band(sure, one, high) != "refuse" and confidence.band(sure, one, low) == "refuse")


@given(st.builds(Evidence, *[shares] * len(fields(Evidence))))
def test_confidence_is_a_probability(evidence):
    assert 0 <= confidence.probability(evidence, confidence.load()) <= 1


def test_fusing_is_a_weighted_sum_and_ties_keep_their_order():
    import numpy as np

    half = np.full(3, 0.5, dtype=np.float32)
    assert fusion.blend(half, half, half, fusion.Weights()).tolist() == pytest.approx([0.5] * 3)
    assert fusion.ranked(half, np.array([True, False, True]), 5) == [0, 2]
    assert fusion.best_of(np.array([1, 3, 2], dtype=np.float32), np.array([0, 2, 2, 3]), -1).tolist() == [3, -1, 2]


def test_a_closer_look_adds_for_a_name_in_the_question_and_for_a_part_that_fits(tmp_path):
    import numpy as np

    asked_for = {"ways": [{"part": "申请材料", "texts": ["养蜂要交哪些材料"]}]}
    entries = [guide(1, "蜂场登记备案", **asked_for), guide(2, "排污许可证核发"), guide(3, "稳岗返还")]
    settings, encoder = Settings(data_dir=tmp_path), FakeEncoder()
    build_index(entries, encoder, settings)
    index, question = Searcher.open(settings, encoder).index, "排污许可证核发和养蜂要交哪些材料"
    everything = np.ones(len(index.cards), dtype=bool)

    def scores(**weights):
        trial = fusion.Weights(**{"fitting": 0, "called": 0, **weights})
        return rank(index, question, encoder.encode_queries([question])[0], everything, ~everything, trial)

    plain, called, fitting = scores(), scores(called=0.03), scores(fitting=0.01)
    number = index.numbers
    assert (called.entries - plain.entries)[number["G2"]] == pytest.approx(0.03, abs=1e-6)
    assert called.entries[number["G1"]] == plain.entries[number["G1"]], "its name is not in the question"
    best = fitting.fits[number["G1"]][0][0]
    assert (fitting.entries - plain.entries)[number["G1"]] == pytest.approx(0.01 * best, abs=1e-6) != 0
    assert fitting.entries[number["G2"]] == plain.entries[number["G2"]], "it has no ways of asking for its parts"


def test_mean_of_the_best_few_is_of_groups_that_have_so_many():
    import numpy as np

    scores = np.array([1, 5, 3, 2, 7, 9, -np.inf], dtype=np.float32)
    starts, owner = np.array([0, 4, 4, 6, 7]), np.array([0, 0, 0, 0, 2, 2, 3])
    found = fusion.mean_of_best(scores, owner, starts)
    assert found.tolist() == pytest.approx([(5 + 3 + 2) / 3, -np.inf, -np.inf, -np.inf])
    assert scores.tolist() == [1, 5, 3, 2, 7, 9, -np.inf]  # what was given is not touched


@pytest.mark.parametrize(
    ("question", "facet"),
    [
        ("需要准备什么材料", "materials"),
        ("多久能办好", "time"),
        ("在哪个窗口办", "place"),
        ("不办会怎么样", "penalties"),
        ("归哪个部门管", "department"),
    ],
)
def test_cues_tell_the_part(question, facet):
    assert facet in part_cues.asked(question)


@pytest.fixture
def folder(tmp_path):
    """An evaluation folder of two documents and two questions."""
    (tmp_path / "qrels").mkdir()
    documents = [{"_id": "a/1", "title": "", "text": "每天签到与签退"}, {"_id": "b", "title": "退税", "text": "三年内"}]
    questions = [
        {"_id": "q1", "text": "签到签退"},
        {"_id": "q2", "text": "退税几年内"},
        {"_id": "q3", "text": "无人评判"},
    ]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)), encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta/1\t1\nq2\tb\t1\nq2\ta/1\t0\n")
    return tmp_path


def test_an_evaluation_prints_every_figure_of_the_contract(folder, settings):
    result = evaluate(folder, FakeEncoder(), settings)
    assert {"recall@1", "recall@3", "recall@5", "recall@10", "mrr@10", "ndcg@10", "queries", "passages"} <= set(result)
    assert {"index_seconds", "query_ms_p50", "query_ms_p95", "refusals"} <= set(result)
    assert (result["queries"], result["recall@1"], result["mrr@10"], result["ndcg@10"]) == (2, 1, 1, 1)


def test_documents_without_a_title_or_with_odd_ids_are_entries_too(folder):
    odd, plain = read_documents(folder)
    assert odd.title == odd.id
    assert (plain.id, plain.title) == ("b", "退税")
    assert read_questions(folder)[0].right == {odd.id}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_a_bad_evaluation_file_is_named_with_its_line(folder, name):
    (folder / name).write_text("{}\nnot a row\n", encoding="utf-8")
    with pytest.raises(BadEvaluation, match=name.partition("/")[2] or name):
        read_documents(folder), read_questions(folder)


def test_figures_of_nothing_are_zero():
    assert figures([])["recall@10"] == 0
