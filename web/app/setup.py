"""Set-up in order: encoder, knowledge base, index, dialogue model, page libraries. What is there is kept."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence

from kb.settings import ROOT

STEPS: Sequence[tuple[str, Sequence[str]]] = (
    ("编码器", ("retriever", "encoder")),
    ("知识库", ("kb", "seed")),
    ("索引", ("retriever", "index")),
    ("对话模型", ("rasa_project", "train")),
    ("网页用的库", ("web", "assets")),
)


class PreparationFailed(Exception):
    """One step of the set-up failed; the message names its command."""


def prepare() -> None:
    """Run every step, each in a process of its own, showing what it prints; raises PreparationFailed."""
    for number, (name, command) in enumerate(STEPS, start=1):
        print(f"[{number}/{len(STEPS)}] {name}：python -m {' '.join(command)}", flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-W", "ignore", "-m", *command], cwd=ROOT, check=False)
        if done.returncode:
            raise PreparationFailed(f"{name}没有准备好；请看上面的原因，再运行 python -m {' '.join(command)}")
        print(f"[{number}/{len(STEPS)}] {name}好了，{time.monotonic() - began:.1f} 秒", flush=True)
