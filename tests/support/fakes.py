"""Fakes that compute: no model, the same texts always give the same vectors, like texts like vectors."""

import hashlib
from functools import cache

import numpy as np


class FakeEncoder:
    """Sums one fixed random direction for each pair of characters: texts that share pairs are near."""

    def __init__(self, name="fake", dimension=64):
        self.name, self.dimension = name, dimension
        self.encoded = []

    def encode_queries(self, texts):
        return self._encode(texts)

    def encode_passages(self, texts, progress=False):
        self.encoded += list(texts)
        return self._encode(texts)

    def _encode(self, texts):
        rows = np.stack([self._row(text) for text in texts]) if texts else np.zeros((0, self.dimension))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _row(self, text):
        pairs = [text[at : at + 2] for at in range(max(len(text) - 1, 1))]
        return sum((self._direction(pair) for pair in pairs), np.full(self.dimension, 1e-3))

    def _direction(self, pair):
        return drawn(f"{self.name}:{pair}", self.dimension)


@cache
def drawn(name, dimension):
    """A random direction that always is the same for the same name."""
    seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
    return np.random.default_rng(seed).standard_normal(dimension)
