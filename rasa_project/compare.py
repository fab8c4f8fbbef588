"""Compares ways of telling acts apart: F1 in cross-validation and on the test split, training time, memory, latency."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import yaml
from sklearn.model_selection import StratifiedKFold

from kb.settings import ROOT
from rasa_project.errors import TrainingFailed
from rasa_project.evaluate import Measured, draw, examples, parsed
from rasa_project.project import CONFIG, DATA, DOMAIN, HERE, TEST, Project
from rasa_project.training import ensure_lexicon

PIPELINES = {
    "letters": HERE / "pipelines" / "letters.yml",
    "vector": CONFIG,
    "diet": HERE / "pipelines" / "diet.yml",
}
TITLES = {
    "letters": "字的 1–3 元组 + 逻辑回归",
    "vector": "字的 1–3 元组 + 编码器句向量 + 逻辑回归（在用）",
    "diet": "字的 1–3 元组 + 编码器句向量 + DIET，60 轮",
}
REPORT = ROOT / "docs" / "dialogue.md"
PICTURE = ROOT / "docs" / "images" / "acts.png"
BEGIN, END = "<!-- compare: begin -->", "<!-- compare: end -->"


@dataclass(frozen=True)
class Row:
    """One pipeline's figures: F1 is macro F1, 0-1; times in seconds, latency in milliseconds, memory in MB."""

    name: str
    folds_f1: tuple[float, ...]
    test_f1: float
    train_seconds: float
    train_cpu_seconds: float
    train_megabytes: float
    serve_megabytes: float
    latency_p50: float
    latency_p95: float


def compare(project: Project, *, folds: int = 5) -> int:
    """Train and measure every pipeline and write the table and the picture into docs."""
    ensure_lexicon(project.settings)
    os.environ.update(project.environment())
    rows, chosen = [], None
    for name, pipeline in PIPELINES.items():
        row, result = _measured(project, name, pipeline, folds)
        rows.append(row)
        chosen = result if pipeline == CONFIG else chosen
        print(json.dumps(asdict(row), ensure_ascii=False), flush=True)
    if chosen is not None:
        draw(chosen, PICTURE)
    write_report(rows)
    return 0


def machine() -> str:
    """Return the processor's name and how many of its cores there are, as the system tells them."""
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text(encoding="utf-8").splitlines() if facts.is_file() else []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{name}，{os.cpu_count()} 核"


def write_report(rows: Sequence[Row], report: Path = REPORT) -> None:
    """Put the table between its two marks in the report; the rest of the file stays as it is."""
    text = report.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN, 1)
    folds = len(rows[0].folds_f1) if rows else 0
    measured = f"{dt.date.today()} 量于 {machine()}；交叉验证 {folds} 折。"
    table = "\n".join([measured, "", *_lines(rows)])
    report.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    yield "| 管线 | 交叉验证 macro F1 | 测试集 macro F1 | 训练（其中 CPU） | 训练内存 | 识别进程内存 | 每句 p50 / p95 |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        folds = (
            f"{statistics.mean(row.folds_f1):.3f} ± {statistics.pstdev(row.folds_f1):.3f}" if row.folds_f1 else "未量"
        )
        memory = f"{row.train_megabytes:.0f} MB | {row.serve_megabytes:.0f} MB"
        latency = f"{row.latency_p50:.0f} / {row.latency_p95:.0f} ms"
        training = f"{row.train_seconds:.0f} s（{row.train_cpu_seconds:.0f} s）"
        yield f"| {TITLES[row.name]} | {folds} | {row.test_f1:.3f} | {training} | {memory} | {latency} |"


def _measured(project: Project, name: str, pipeline: Path, folds: int) -> tuple[Row, Measured]:
    with tempfile.TemporaryDirectory(dir=project.folder) as folder:
        place = Path(folder)
        used = _train(project, pipeline, DATA / "nlu", place / "whole")
        texts, true = examples(TEST)
        seen = parsed(place / "whole.tar.gz", texts)
        scores = tuple(_fold_scores(project, pipeline, place, folds)) if folds > 1 else ()
    result = Measured(tuple(texts), tuple(true), tuple(seen["acts"]))
    times = sorted(seen["milliseconds"])
    row = Row(
        name,
        scores,
        result.macro_f1,
        used.seconds,
        used.cpu_seconds,
        used.megabytes,
        seen["megabytes"],
        statistics.median(times),
        times[int(0.95 * len(times))],
    )
    return row, result


def _fold_scores(project: Project, pipeline: Path, place: Path, folds: int) -> Iterator[float]:
    """Yield macro F1 of each fold of the training examples, the same folds for every pipeline."""
    texts, acts = _training_examples()
    for number, (train, test) in enumerate(StratifiedKFold(folds, shuffle=True, random_state=7).split(texts, acts)):
        data = place / f"fold{number}"
        data.mkdir()
        _write(data / "nlu.yml", [(texts[at], acts[at]) for at in train])
        _train(project, pipeline, data, place / f"model{number}")
        predicted = parsed(place / f"model{number}.tar.gz", [texts[at] for at in test])["acts"]
        yield Measured(tuple(texts[at] for at in test), tuple(acts[at] for at in test), tuple(predicted)).macro_f1


def _training_examples() -> tuple[list[str], list[str]]:
    texts, acts = [], []
    for path in sorted((DATA / "nlu").glob("*.yml")):
        some, theirs = examples(path)
        texts += some
        acts += theirs
    return texts, acts


def _write(path: Path, pairs: Sequence[tuple[str, str]]) -> None:
    by_act: dict[str, list[str]] = {}
    for text, act in pairs:
        by_act.setdefault(act, []).append(text)
    nlu = [{"intent": act, "examples": "".join(f"- {text}\n" for text in texts)} for act, texts in by_act.items()]
    path.write_text(yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True), encoding="utf-8")


@dataclass(frozen=True)
class Used:
    """What one training took: seconds on the clock, seconds of CPU, and its largest memory in MB."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def _train(project: Project, pipeline: Path, data: Path, model: Path) -> Used:
    """Train from a clean cache in a process of its own."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "rasa",
        "train",
        "nlu",
        "--nlu",
        str(data),
        "--domain",
        str(DOMAIN),
    ]
    command += ["--config", str(project.config(pipeline)), "--out", str(model.parent), "--fixed-model-name", model.name]
    with tempfile.TemporaryDirectory(dir=project.folder) as cache:
        began = time.monotonic()
        environment = {**project.environment(), "RASA_CACHE_DIRECTORY": cache}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise TrainingFailed(f"{pipeline.name} 没有训练成；单独运行 rasa train nlu 看原因")
    return Used(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
