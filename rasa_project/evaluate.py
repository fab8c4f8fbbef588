"""Measures act classification on sentences the model never saw, with the trained model itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.metrics import confusion_matrix, f1_score

from kb.settings import ROOT
from kb.yaml_reader import read_yaml
from rasa_project.errors import ModelMissing
from rasa_project.project import TEST, Project


@dataclass(frozen=True)
class Measured:
    """Sentences with the act they are and the act they were taken for."""

    texts: tuple[str, ...]
    true: tuple[str, ...]
    predicted: tuple[str, ...]

    @property
    def macro_f1(self) -> float:
        """The mean over acts of F1, 0-1."""
        return float(
            f1_score(self.true, self.predicted, average="macro", labels=sorted(set(self.true)), zero_division=0)
        )

    @property
    def wrong(self) -> list[tuple[str, str, str]]:
        """The sentences taken for another act, with the right act and the wrong one."""
        return [row for row in zip(self.texts, self.true, self.predicted, strict=True) if row[1] != row[2]]


def examples(path: Path) -> tuple[list[str], list[str]]:
    """Return the sentences of a Rasa NLU file and their acts."""
    texts, acts = [], []
    for item in read_yaml(path.read_text(encoding="utf-8"))["nlu"]:
        for line in item["examples"].splitlines():
            texts.append(line.removeprefix("- ").strip())
            acts.append(item["intent"])
    return texts, acts


def measure(project: Project, *, as_json: bool = False) -> int:
    """Print macro F1 on the fixed test split and every sentence taken for another act."""
    if not project.model.is_file():
        raise ModelMissing(f"{project.model} 不在；请运行 python -m rasa_project train")
    os.environ.update(project.environment())
    texts, true = examples(TEST)
    result = Measured(tuple(texts), tuple(true), tuple(parsed(project.model, texts)["acts"]))
    if as_json:
        print(
            json.dumps(
                {"macro_f1": result.macro_f1, "sentences": len(texts), "wrong": result.wrong}, ensure_ascii=False
            )
        )
        return 0
    print(f"{len(texts)} 句，{len(set(true))} 种意图，macro F1 {result.macro_f1:.4f}")
    for text, right, taken in result.wrong:
        print(f"  {text}：是 {right}，判成 {taken}")
    return 0


def parsed(model: Path, texts: Sequence[str]) -> dict[str, Any]:
    """Return `acts`, `milliseconds` a sentence and `megabytes`, from a process that only reads sentences."""
    command = [sys.executable, "-W", "ignore", "-m", "rasa_project.parse", str(model)]
    done = subprocess.run(command, cwd=ROOT, input="\n".join(texts), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ModelMissing(f"{model} 打不开；请运行 python -m rasa_project train --force。{done.stderr[-500:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def draw(result: Measured, path: Path) -> None:
    """Write the confusion matrix as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    acts = sorted(set(result.true))
    matrix = confusion_matrix(result.true, result.predicted, labels=acts)
    figure, axes = pyplot.subplots(figsize=(11, 10))
    axes.imshow(matrix, cmap="Blues")
    axes.set_xticks(range(len(acts)), acts, rotation=90)
    axes.set_yticks(range(len(acts)), acts)
    axes.set_xlabel("taken for")
    axes.set_ylabel("is")
    for row, counts in enumerate(matrix):
        for column, count in enumerate(counts):
            if count:
                axes.text(
                    column,
                    row,
                    str(count),
                    ha="center",
                    va="center",
                    fontsize=7,
                    color="white" if count > matrix.max() / 2 else "black",
                )
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
