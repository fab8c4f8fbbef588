"""Measures retrieval on a folder in BEIR form, through the same passages, index and search as the product."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kb.bodies import FaqBody
from kb.models import ID_PATTERN, Entry
from kb.settings import Settings
from retriever.encoder.protocol import Encoder
from retriever.errors import BadEvaluation
from retriever.index.build import build_index
from retriever.search.fusion import Weights
from retriever.search.searcher import Searcher

DEPTHS = (1, 3, 5, 10)
LONGEST_CORPUS_TITLE = 200


@dataclass(frozen=True)
class Question:
    """One question of a set with the ids of the documents that answer it."""

    id: str
    text: str
    right: frozenset[str]


@dataclass(frozen=True)
class Answered:
    """What came back for one question: document ids in order, and whether the product would have refused."""

    question: Question
    ids: tuple[str, ...]
    band: str
    confidence: float
    milliseconds: float

    @property
    def rank(self) -> int:
        """Place (from 1) of the first right document; 0 when none was found."""
        return next((place for place, name in enumerate(self.ids, start=1) if name in self.question.right), 0)


def read_documents(folder: Path) -> list[Entry]:
    """Return the documents of `corpus.jsonl` as entries; raises BadEvaluation naming file and line.

    A department under `metadata` goes to the entry's field of that name, as an import would put it.
    """
    return [
        Entry(
            id=entry_id(row["_id"]),
            kind="faq",
            title=row["title"].strip()[:LONGEST_CORPUS_TITLE] or entry_id(row["_id"]),
            department=row["department"],
            body=FaqBody(answer=row["text"]),
        )
        for row in _rows(folder / "corpus.jsonl")
    ]


def read_questions(folder: Path) -> list[Question]:
    """Return the questions of `queries.jsonl` that `qrels/test.tsv` judges; raises BadEvaluation."""
    right: dict[str, set[str]] = defaultdict(set)
    path = folder / "qrels" / "test.tsv"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
    except OSError as error:
        raise BadEvaluation(f"{path} 读不出来：{error}") from error
    for number, line in enumerate(lines, start=2):
        cells = line.split("\t")
        if len(cells) != 3:
            raise BadEvaluation(f"{path}:{number}: 应有三列 query-id、corpus-id、score")
        if float(cells[2]) > 0:
            right[cells[0]].add(entry_id(cells[1]))
    rows = _rows(folder / "queries.jsonl")
    return [Question(row["_id"], row["text"], frozenset(right[row["_id"]])) for row in rows if row["_id"] in right]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise BadEvaluation(f"{path} 读不出来：{error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                row = json.loads(line)
                about = row.get("metadata") or {}
                yield {
                    "_id": str(row["_id"]),
                    "title": str(row.get("title") or ""),
                    "text": str(row["text"]),
                    "department": str(about.get("department") or ""),
                }
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadEvaluation(f"{path}:{number}: 每行要有 _id 和 text：{error}") from error


def entry_id(name: str) -> str:
    """Return a document's id as an entry may have it: unchanged where possible, otherwise a digest of it."""
    return name if ID_PATTERN.match(name) else "d" + hashlib.blake2b(name.encode(), digest_size=8).hexdigest()


def answer_all(searcher: Searcher, questions: Sequence[Question], weights: Weights | None = None) -> list[Answered]:
    """Ask every question and keep the first ten documents."""
    answered: list[Answered] = []
    for question in questions:
        began = time.perf_counter()
        found = searcher.search(question.text, top_k=DEPTHS[-1], weights=weights)
        spent = 1000 * (time.perf_counter() - began)
        ids = tuple(candidate.entry_id for candidate in found.candidates)
        answered.append(Answered(question, ids, found.band, found.confidence, spent))
    return answered


def figures(answered: Sequence[Answered]) -> dict[str, float]:
    """Return recall@k (share of questions with a right document among the first k), MRR@10, nDCG@10, refusals."""
    count = max(len(answered), 1)
    found = {f"recall@{k}": sum(0 < item.rank <= k for item in answered) / count for k in DEPTHS}
    return {
        **found,
        "mrr@10": sum(1 / item.rank for item in answered if item.rank) / count,
        "ndcg@10": sum(_ndcg(item) for item in answered) / count,
        "refusals": float(sum(item.band == "refuse" for item in answered)),
    }


def _ndcg(item: Answered) -> float:
    gains = [1 / math.log2(place + 1) for place, name in enumerate(item.ids, start=1) if name in item.question.right]
    ideal = [1 / math.log2(place + 1) for place in range(1, min(len(item.question.right), DEPTHS[-1]) + 1)]
    return sum(gains) / sum(ideal) if ideal else 0.0


def evaluate(folder: Path, encoder: Encoder, settings: Settings, progress: bool = False) -> dict[str, float]:
    """Index the folder's documents in a place of its own, ask its questions, and return all figures."""
    documents, questions = read_documents(folder), read_questions(folder)
    with tempfile.TemporaryDirectory(prefix="qxb-eval-") as place:
        own = dataclasses.replace(settings, data_dir=Path(place))
        report = build_index(documents, encoder, own, progress=progress)
        searcher = Searcher.open(own, encoder)
        answered = answer_all(searcher, questions)
    times = [item.milliseconds for item in answered] or [0.0]
    return {
        **figures(answered),
        "queries": float(len(questions)),
        "passages": float(report.passages),
        "index_seconds": report.seconds,
        "query_ms_p50": float(np.percentile(times, 50)),
        "query_ms_p95": float(np.percentile(times, 95)),
    }
