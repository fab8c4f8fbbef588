"""What the model is made of: vectors without their shared direction, the encoder it belongs to, quick restarts."""

import json
import subprocess
import sys

import numpy as np
import pytest

from kb.settings import Settings
from rasa_project.project import Project, fingerprint
from retriever.encoder.protocol import MANIFEST
from web.app import supervise

pytestmark = pytest.mark.rasa
SENTENCES = ("注册公司", "要多久", "谢谢", "转人工", "再见", "多少钱", "在哪办", "取消", "你好")


class Leaning:
    """Vectors that all lean the same way, as those of real encoders do."""

    name, dimension = "leaning", 4

    def encode_queries(self, texts):
        rows = [[10.0, len(text), float(ord(text[0]) % 7), float(ord(text[-1]) % 5)] for text in texts]
        return np.asarray(rows, dtype=np.float32)

    encode_passages = encode_queries


def component(folder):
    from rasa.engine.storage.local_model_storage import LocalModelStorage  # Rasa takes seconds
    from rasa.engine.storage.resource import Resource

    from rasa_project.components.vector import SentenceVector

    folder.mkdir(exist_ok=True)
    storage, resource = LocalModelStorage.create(folder), Resource("vector")
    return SentenceVector(
        {**SentenceVector.get_default_config(), "weight": 4.0}, "vector", Leaning(), storage, resource
    )


def message(text):
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.message import Message

    return Message({TEXT: text})


def features(one, text):
    said = message(text)
    one.process([said])
    (found,) = [item for item in said.features if item.type == "sentence"]
    return found.features[0]


def test_training_takes_the_shared_direction_away_and_every_vector_has_the_wanted_length(tmp_path):
    from rasa.shared.nlu.training_data.training_data import TrainingData

    one = component(tmp_path / "model")
    before = features(one, "注册公司")
    one.train(TrainingData([message(text) for text in SENTENCES]))
    after = [features(one, text) for text in SENTENCES[1:]]
    assert before[0] > 3 and all(abs(row[0]) < 1e-4 for row in after)
    assert np.allclose([np.linalg.norm(row) for row in after], 4.0, atol=1e-4)


def test_another_encoder_makes_the_model_stale(tmp_path):
    settings = Settings(data_dir=tmp_path)
    (tmp_path / "encoder").mkdir()
    prints = []
    for name in ("one", "other"):
        (tmp_path / "encoder" / MANIFEST).write_text(json.dumps({"name": name}))
        prints += [fingerprint(settings), fingerprint(settings)]
    assert prints[0] == prints[1] != prints[2] == prints[3]


def test_processes_keep_compiled_modules_so_that_a_restart_does_not_compile_them_again(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environments = [Project(Settings(data_dir=tmp_path)).environment(), supervise.environment()]
    for environment in environments:
        told = subprocess.run(
            [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == "False"
