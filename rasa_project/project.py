"""The files Rasa is started with: its model and the YAML filled in from the settings."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kb.settings import Settings
from kb.yaml_reader import read_yaml
from retriever.encoder.protocol import MANIFEST

HERE = Path(__file__).parent
DOMAIN = HERE / "domain.yml"
DATA = HERE / "data"
CONFIG = HERE / "config.yml"
TEST = HERE / "tests" / "nlu_test.yml"
MODEL = "dialogue"


@dataclass(frozen=True)
class Project:
    """The folder, inside the data folder, in which one copy's trained model and filled-in files live."""

    settings: Settings

    @property
    def folder(self) -> Path:
        """The folder of everything that Rasa reads or writes."""
        return self.settings.rasa_models

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.folder / f"{MODEL}.tar.gz"

    @property
    def mark(self) -> Path:
        """The file that keeps the fingerprint of what the model was trained from."""
        return self.folder / "trained_from"

    @property
    def trained(self) -> bool:
        """True when the model is there and was made from these files."""
        return self.model.is_file() and self.mark.is_file() and self.mark.read_text() == fingerprint(self.settings)

    def config(self, pipeline: Path = CONFIG) -> Path:
        """Write the pipeline with the lexicon folder of this copy and return the file."""
        config = read_yaml(pipeline.read_text(encoding="utf-8"))
        for component in config["pipeline"]:
            if component["name"].endswith("Tokenizer"):
                component["dictionary_path"] = str(self.settings.lexicon_dir.resolve())
        return self._write(f"{pipeline.stem}.yml", config)

    def endpoints(self) -> Path:
        """Write where the action server listens and how conversations are kept, and return the file."""
        return self._write(
            "endpoints.yml",
            {
                "action_endpoint": {
                    "url": f"http://127.0.0.1:{self.settings.actions_port}/webhook",
                    "enable_selective_domain": True,  # our action asks nothing of the domain: it is not sent along
                },
                "tracker_store": {
                    "type": "rasa_project.tracker_store.BoundedTrackerStore",
                    "url": self.settings.database_url or f"sqlite:///{self.folder.resolve() / 'conversations.sqlite3'}",
                },
            },
        )

    def credentials(self) -> Path:
        """Write the one channel that is open, and return the file."""
        return self._write("credentials.yml", {"rest": None})

    def environment(self, *, threads: int = 2) -> dict[str, str]:
        """Return the environment of a Rasa process: no telemetry, caches inside the data folder, few threads.

        A server answers one short message at a time: more than one thread a calculation only makes them wait.
        """
        quiet = {
            "RASA_TELEMETRY_ENABLED": "false",
            "RASA_CACHE_DIRECTORY": str(self.folder.resolve() / "cache"),
            "SANIC_HOST": "127.0.0.1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "OMP_NUM_THREADS": str(threads),
            "OPENBLAS_NUM_THREADS": str(threads),
            "OMP_WAIT_POLICY": "PASSIVE",
            "PYTHONDONTWRITEBYTECODE": "",  # empty: compiled modules are kept, and a restart takes a third of the time
        }
        return {**os.environ, **quiet}

    def _write(self, name: str, content: Mapping[str, Any]) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        path.write_text(yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), encoding="utf-8")
        return path


def fingerprint(settings: Settings) -> str:
    """Return a digest of everything the model is made from, the encoder too; words of the lexicon do not count."""
    encoder = Path(settings.encoder_name) / MANIFEST
    digest = hashlib.sha256(encoder.read_bytes() if encoder.is_file() else settings.encoder_name.encode())
    for path in [DOMAIN, CONFIG, *sorted(DATA.rglob("*.yml")), *sorted((HERE / "components").glob("*.py"))]:
        digest.update(path.relative_to(HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
