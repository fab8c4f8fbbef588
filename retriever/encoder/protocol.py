"""What an encoder is to the rest of the house, and the file by which the folder of the default one is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

MANIFEST = "qixiaoban.json"
Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Anything that turns texts into unit vectors, one row each."""

    @property
    def name(self) -> str:
        """The identity stored in an index; it changes when weights or prompts change."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return unit rows of shape (len(texts), dimension) for questions."""

    def encode_passages(self, texts: Sequence[str], progress: bool = False) -> Vectors:
        """Return unit rows of shape (len(texts), dimension) for passages; `progress` draws a bar."""
