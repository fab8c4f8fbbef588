"""Vectors of questions: each is encoded once, and a bounded number of them is remembered."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from retriever.dense import Vectors
from retriever.encode import Encoder
from retriever.normalize import clean

REMEMBERED = 2048


class QuestionVectors:
    """Encodes questions; the same question again costs nothing. Safe to share between threads."""

    def __init__(self, encoder: Encoder, remembered: int = REMEMBERED) -> None:
        """Remember the vectors of at most `remembered` questions, those used last."""
        self._encoder, self._remembered = encoder, remembered
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Number of questions remembered."""
        return len(self._known)

    def vector(self, question: str) -> Vectors:
        """Return the unit vector of the question, shape (dimension,)."""
        text = clean(question)
        with self._lock:
            if text in self._known:
                self._known.move_to_end(text)
                return self._known[text]
        vector: Vectors = self._encoder.encode_queries([text])[0]
        with self._lock:
            self._known[text] = vector
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)
        return vector
