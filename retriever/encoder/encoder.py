"""Texts to unit vectors: the embedded default encoder, or any sentence-transformers model by folder or name.

Only this file knows `sentence_transformers`; it is imported when such a model is opened, since it takes seconds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kb.settings import Settings
from retriever.encoder.protocol import MANIFEST, Encoder, Vectors
from retriever.errors import EncoderMissing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PASSAGE_BATCH = 32


def open_encoder(settings: Settings) -> Encoder:
    """Return the encoder that the settings name; raises EncoderMissing with what to do when it cannot be loaded."""
    folder = Path(settings.encoder_name)
    if (folder / MANIFEST).is_file():
        from retriever.encoder.onnx_runtime import OnnxEncoder

        return OnnxEncoder.open(folder)
    if not settings.encoder and not folder.exists():
        raise EncoderMissing(f"{folder} 里没有编码器；请运行 python -m retriever encoder")
    return SentenceTransformerEncoder.open(settings.encoder_name)


class SentenceTransformerEncoder:
    """Any sentence-transformers model, with the prompts stored in it."""

    def __init__(self, model: SentenceTransformer, name: str) -> None:
        """Keep a loaded model and its identity."""
        self._model, self._name = model, name
        self._dimension = int(model.get_embedding_dimension() or 0)

    @classmethod
    def open(cls, source: str) -> SentenceTransformerEncoder:
        """Load a model by folder or name; raises EncoderMissing when there is none."""
        from sentence_transformers import SentenceTransformer

        try:
            model = SentenceTransformer(source, device="cpu")
        except (OSError, ValueError) as error:
            raise EncoderMissing(f"QXB_ENCODER={source} 打不开：{error}") from error
        return cls(model, f"{Path(source).name}:{fingerprint(Path(source), model)}")

    @property
    def name(self) -> str:
        """Folder or model name with a fingerprint of its weights."""
        return self._name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows for questions."""
        return self._encode(texts, "query", False)

    def encode_passages(self, texts: Sequence[str], progress: bool = False) -> Vectors:
        """Return unit rows for passages."""
        prompt = "passage" if "passage" in self._model.prompts else "document"
        return self._encode(texts, prompt, progress)

    def _encode(self, texts: Sequence[str], prompt: str, progress: bool) -> Vectors:
        rows = self._model.encode(
            list(texts),
            prompt_name=prompt if prompt in self._model.prompts else None,
            batch_size=PASSAGE_BATCH,
            normalize_embeddings=True,
            show_progress_bar=progress,
        )
        return np.asarray(rows, dtype=np.float32).reshape(len(texts), self._dimension)


def fingerprint(folder: Path, model: SentenceTransformer) -> str:
    """Return 12 hex digits that change with the weights or the prompts."""
    digest = hashlib.sha256(json.dumps(model.prompts, sort_keys=True).encode())
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".safetensors", ".bin", ".json"):
                digest.update(path.name.encode() + str(path.stat().st_size).encode())
    for name, tensor in sorted(model.state_dict().items())[-4:]:
        digest.update(name.encode() + tensor.float().numpy().tobytes())
    return digest.hexdigest()[:12]
