"""Training and checking the dialogue files with Rasa's own commands, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from kb.files import read_folder
from kb.lexicon import write_lexicon
from kb.settings import ROOT, Settings
from rasa_project.errors import TrainingFailed
from rasa_project.project import DATA, DOMAIN, MODEL, Project, fingerprint

GUIDES = ROOT / "kb" / "guides"


def train(project: Project, *, force: bool = False) -> int:
    """Train unless the model already comes from these files; raises TrainingFailed."""
    if project.trained and not force:
        print(f"对话模型没有变化：{project.model}")
        return 0
    ensure_lexicon(project.settings)
    began = time.monotonic()
    train_model(project, project.config(), project.folder, MODEL)
    project.mark.write_text(fingerprint(project.settings))
    print(f"对话模型训练好了，用时 {time.monotonic() - began:.0f} 秒：{project.model}")
    return 0


def train_model(project: Project, config: Path, out: Path, name: str, *, nlu_only: bool = False) -> None:
    """Have Rasa train `config` into `out`/`name`.tar.gz; raises TrainingFailed."""
    command = [sys.executable, "-m", "rasa", "train", *(["nlu"] if nlu_only else [])]
    command += ["--config", str(config), "--out", str(out), "--fixed-model-name", name]
    command += ["--nlu" if nlu_only else "--data", str(DATA), "--domain", str(DOMAIN)]
    if run_rasa(project, command).returncode:
        raise TrainingFailed("对话模型没有训练成；原因见上面 Rasa 的话")


def validate(project: Project) -> int:
    """Have Rasa check the dialogue files; warnings count as errors."""
    ensure_lexicon(project.settings)
    command = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    command += ["--config", str(project.config()), "--data", str(DATA), "--domain", str(DOMAIN)]
    return run_rasa(project, command).returncode


def run_rasa(project: Project, command: list[str]) -> subprocess.CompletedProcess[bytes]:
    """Run one Rasa command from the root, with the quiet environment."""
    return subprocess.run(command, cwd=ROOT, env=project.environment(), check=False)


def ensure_lexicon(settings: Settings) -> None:
    """Write the word lists from the sample guides when this copy has none yet."""
    if not any(settings.lexicon_dir.glob("*.txt")):
        write_lexicon(read_folder(GUIDES), settings.lexicon_dir)
