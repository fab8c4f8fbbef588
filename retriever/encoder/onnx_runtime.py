"""The embedded default encoder at run time: 8-bit ONNX graph and fast tokenizer, no torch in the process.

Only this file knows `onnxruntime` at run time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from rich.progress import track
from tokenizers import Tokenizer

from retriever.encoder.protocol import MANIFEST, Vectors
from retriever.errors import EncoderBroken

TEXTS_A_BATCH = 8  # more a batch only adds padding and leaves the cache
WORKERS = min(2, os.cpu_count() or 1)


class OnnxEncoder:
    """An encoder folder with a `qixiaoban.json` that names graph, tokenizer, prompts and limits."""

    def __init__(self, session: ort.InferenceSession, tokenizer: Tokenizer, manifest: dict[str, Any]) -> None:
        """Keep what `open` loaded."""
        self._session, self._tokenizer, self._manifest = session, tokenizer, manifest

    @classmethod
    def open(cls, folder: Path) -> OnnxEncoder:
        """Load the folder; raises EncoderBroken naming the file that is damaged and the command that makes it anew."""
        try:
            manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            tokenizer = Tokenizer.from_file(str(folder / manifest["tokenizer"]))
            options = ort.SessionOptions()
            options.intra_op_num_threads = 1  # a question is too short to share; batches go side by side instead
            session = ort.InferenceSession(str(folder / manifest["graph"]), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # tokenizers and onnxruntime raise their own bare types
            raise EncoderBroken(
                f"{folder} 里的编码器读不出来（{error}）；请运行 python -m retriever encoder --force"
            ) from error
        tokenizer.enable_truncation(int(manifest["max_tokens"]))
        return cls(session, tokenizer, manifest)

    @property
    def name(self) -> str:
        """The identity stored in an index."""
        return str(self._manifest["name"])

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._manifest["dimension"])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows for questions."""
        return self._encode(texts, "query", False)

    def encode_passages(self, texts: Sequence[str], progress: bool = False) -> Vectors:
        """Return unit rows for passages, encoded in batches of similar length."""
        return self._encode(texts, "passage", progress)

    def _encode(self, texts: Sequence[str], prompt: str, progress: bool) -> Vectors:
        head = self._manifest["prompts"][prompt]
        tokens = [item.ids for item in self._tokenizer.encode_batch([head + text for text in texts])]
        order = sorted(range(len(tokens)), key=lambda row: -len(tokens[row]))
        out = np.zeros((len(tokens), self.dimension), dtype=np.float32)
        batches = [order[start : start + TEXTS_A_BATCH] for start in range(0, len(order), TEXTS_A_BATCH)]
        if len(batches) == 1:
            out[batches[0]] = self._run([tokens[row] for row in batches[0]])
            return out
        with ThreadPoolExecutor(WORKERS) as workers:
            done = workers.map(lambda rows: self._run([tokens[row] for row in rows]), batches)
            for rows, vectors in zip(batches, track(done, "编码", len(batches)) if progress else done, strict=True):
                out[rows] = vectors
        return out

    def _run(self, tokens: list[list[int]]) -> Vectors:
        width = max(map(len, tokens))
        ids = np.full((len(tokens), width), int(self._manifest["pad"]), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(tokens):
            ids[row, : len(line)] = line
            mask[row, : len(line)] = 1
        vectors = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return np.asarray(vectors, dtype=np.float32)
