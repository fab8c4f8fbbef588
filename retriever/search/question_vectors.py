"""Vectors of questions: each is encoded once, and a bounded number of them is remembered."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping

import numpy as np

from kb.lru_cache import LruCache
from retriever.encoder.protocol import Encoder
from retriever.index.dense import Vectors
from retriever.search.thresholds import QUESTIONS_REMEMBERED
from retriever.text.normalize import clean

PACKED = "sentence_vector"  # what a message calls the vector that one process hands to another


def packed(text: str, vector: Vectors, encoder: str) -> dict[str, str]:
    """Return the vector of a text as JSON that `QuestionVectors.learn` reads in another process."""
    raw = np.asarray(vector, dtype="<f4").tobytes()
    return {"text": text, "encoder": encoder, "vector": b64encode(raw).decode("ascii")}


class QuestionVectors:
    """Encodes questions; the same question again costs nothing. Safe to share between threads."""

    def __init__(self, encoder: Encoder, remembered: int = QUESTIONS_REMEMBERED) -> None:
        """Remember the vectors of at most `remembered` questions, those used last."""
        self._encoder = encoder
        self._known: LruCache[str, Vectors] = LruCache(remembered)

    def __len__(self) -> int:
        """Number of questions remembered."""
        return len(self._known)

    def vector(self, question: str) -> Vectors:
        """Return the unit vector of the question, shape (dimension,)."""
        text = clean(question)
        known = self._known.get(text)
        if known is None:
            known = self._encoder.encode_queries([text])[0]
            self._known.put(text, known)
        return known

    def learn(self, message: Mapping[str, str]) -> None:
        """Take over what `packed` returned for the same encoder; that of another encoder is left alone."""
        if message["encoder"] == self._encoder.name:
            self._known.put(clean(message["text"]), np.frombuffer(b64decode(message["vector"]), dtype="<f4"))
