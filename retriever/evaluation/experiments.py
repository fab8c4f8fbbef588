"""The table of experiments: every way of ranking on every set, with bootstrap intervals over the questions."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.models import Entry
from kb.settings import Settings
from retriever.encoder.build import make_encoder
from retriever.encoder.onnx_runtime import OnnxEncoder
from retriever.encoder.protocol import MANIFEST, Encoder
from retriever.evaluation.beir import read_documents, read_questions
from retriever.index.build import build_index
from retriever.index.index import Index
from retriever.search import fusion
from retriever.search.fusion import Scores, Weights
from retriever.search.rank import Ranking, letters, rank
from retriever.search.searcher import Searcher

RESAMPLES = 1000
RRF = 60
DEPTH = 10
HEAD = ("| 方法 | R@1 | R@5 | R@10 | MRR@10 |", "|---|---|---|---|---|")
Ranks = NDArray[np.int64]


@dataclass(frozen=True)
class Set:
    """One set of questions over one body of entries; the right entries of each question by id."""

    name: str
    entries: tuple[Entry, ...]
    questions: tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True)
class Row:
    """One way of ranking: its name, its weights, and how entries are scored (None: as the product does).

    Without `trained` the encoder is the published one; `kept` keeps the end of the list for the nearest by letters.
    """

    name: str
    weights: Weights
    score: Callable[[Index, Ranking], Scores] | None = None
    trained: bool = True
    kept: bool = False


def beir(folder: Path) -> Set:
    """Return a folder in BEIR form as a set."""
    questions = tuple((question.text, question.right) for question in read_questions(folder))
    return Set(folder.name, tuple(read_documents(folder)), questions)


def rows() -> list[Row]:
    """Return all ways in the order of the table; the last is the product's."""
    bare = Weights(names=0, several=0, akin=0, value=0, fitting=0, called=0)
    return [
        Row("BM25，jieba 词", replace(bare, words=1, pairs=0)),
        Row("BM25，字对", replace(bare, words=0, pairs=1)),
        Row("向量，训练前的编码器", replace(bare, words=0, pairs=0), trained=False),
        Row("向量", replace(bare, words=0, pairs=0)),
        Row("名次融合 RRF 60（词＋向量）", bare, _reciprocal),
        Row("最小最大归一求和（词 .2＋向量 .8）", bare, _min_max),
        Row("按上限归一求和（词 .2＋向量 .8）", replace(bare, words=0.2, pairs=0)),
        Row("＋字对（词 .2＋字对 .1＋向量 .7）", bare),
        Row("＋标题、别名、附带问法", replace(bare, names=Weights().names, spelling=0.3)),
        Row("＋名称多看字面（.55）", replace(bare, names=Weights().names)),
        Row("＋最近三条问法的平均（.3）", Weights(akin=0, value=0, fitting=0, called=0)),
        Row("＋同义词", Weights(value=0, fitting=0, called=0)),
        Row("＋答案类型", Weights(fitting=0, called=0)),
        Row("＋部分对得上的加分（.01）", Weights(called=0)),
        Row("＋点名加分（.03）", Weights()),
        Row("＋末两条留给字面最近的（本产品）", Weights(), kept=True),
        Row("本产品，训练前的编码器", Weights(), trained=False, kept=True),
    ]


def _reciprocal(index: Index, ranking: Ranking) -> Scores:
    orders = [np.argsort(np.argsort(-scores, kind="stable")) for scores in _two(index, ranking)]
    return np.asarray(sum(1 / (RRF + 1 + order) for order in orders), dtype=np.float32)


def _min_max(index: Index, ranking: Ranking) -> Scores:
    words, dense = ((scores - scores.min()) / max(float(np.ptp(scores)), 1e-6) for scores in _two(index, ranking))
    return np.asarray(0.2 * words + 0.8 * dense, dtype=np.float32)


def _two(index: Index, ranking: Ranking) -> tuple[Scores, Scores]:
    parts = np.where(index.is_way, np.float32(-1), ranking.meaning)
    return ranking.shares["words-entries"], fusion.best_of(parts, index.starts, -1.0)


def ranks(searcher: Searcher, questions: Sequence[tuple[str, frozenset[str]]], row: Row, on: dt.date) -> Ranks:
    """Return the place (from 1) of the first right entry of each question, 0 when it is not among the first ten."""
    index = searcher.index
    everything = np.ones(len(index.cards), dtype=bool)
    _, stale = index.states(on)
    places: list[int] = []
    for text, right in questions:
        ranking = rank(index, text, searcher.vector(text), everything, stale, row.weights)
        scores = ranking.entries if row.score is None else row.score(index, ranking)
        second = letters(index, ranking) if row.kept else scores
        first = [index.cards[number].id for number in fusion.listed(scores, second, everything, DEPTH)]
        places.append(next((place for place, name in enumerate(first, start=1) if name in right), 0))
    return np.array(places, dtype=np.int64)


def interval(places: Ranks, depth: int) -> tuple[float, float, float]:
    """Return recall at `depth` with the ends of its 95 % interval by bootstrap over the questions (fixed seed)."""
    hits = ((places > 0) & (places <= depth)).astype(float)
    draws = np.random.default_rng(0).integers(0, len(hits), size=(RESAMPLES, len(hits)))
    low, high = np.percentile(hits[draws].mean(axis=1), [2.5, 97.5])
    return float(hits.mean()), float(low), float(high)


def table(sets: Sequence[Set], encoder: Encoder, settings: Settings, on: dt.date) -> str:
    """Index every set in a place of its own, try every way, and return the tables as Markdown.

    Neighbouring sets over the same entries share one index.
    """
    blocks: list[str] = []
    with tempfile.TemporaryDirectory(prefix="qxb-experiments-") as place:
        before = published(Path(place) / "encoder") if (Path(settings.encoder_name) / MANIFEST).is_file() else None
        for number, (entries, group) in enumerate(groupby(sets, key=lambda one: one.entries)):
            desks = {
                trained: _searcher(entries, one, settings, Path(place) / f"{number}-{trained}")
                for trained, one in ((True, encoder), (False, before))
                if one is not None
            }
            for one in group:
                lines = [
                    _line(row, ranks(desks[row.trained], one.questions, row, on))
                    for row in rows()
                    if row.trained in desks
                ]
                index = desks[True].index
                head = f"### {one.name}：{len(one.questions)} 问，{len(index.cards)} 条目，{len(index.passages)} 段"
                blocks.append("\n".join([head, "", *HEAD, *lines]))
    return "\n\n".join(blocks)


def published(folder: Path) -> Encoder:
    """Return the default encoder without what training added, made in an empty folder."""
    make_encoder(folder, trained=False)
    return OnnxEncoder.open(folder)


def _searcher(entries: Sequence[Entry], encoder: Encoder, settings: Settings, place: Path) -> Searcher:
    own = replace(settings, data_dir=place)
    build_index(entries, encoder, own)
    return Searcher.open(own, encoder)


def _line(row: Row, places: Ranks) -> str:
    cells = ["{:.3f} ({:.3f}–{:.3f})".format(*interval(places, depth)) for depth in (1, 5, DEPTH)]
    mean = float(np.where(places > 0, 1 / np.maximum(places, 1), 0).mean())
    return f"| {row.name} | {' | '.join(cells)} | {mean:.3f} |"
