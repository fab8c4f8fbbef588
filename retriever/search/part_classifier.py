"""Which part a question's meaning asks for: a linear classifier on the question's vector, by the part's name.

It adds to the words of part_words.yaml what they do not know: 那天窗口要收我哪些纸 asks for materials, 给我讲个笑话 for
nothing that is here. It belongs to one encoder; with another one nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

OUTSIDE = "outside"  # what no enterprise desk is asked
ASPECTS = Path(__file__).parent / "part_classifier.npz"
Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Aspects:
    """Rows of `weights` (names, dimension) and `bias` (names,) of the parts `names`, fitted for one encoder."""

    encoder: str
    names: tuple[str, ...]
    weights: Floats
    bias: Floats

    def of(self, vector: Floats, encoder: str) -> Mapping[str, float]:
        """Return the probability (0-1) of each part by its name; nothing for another encoder."""
        if encoder != self.encoder:
            return {}
        totals = self.weights @ vector + self.bias
        shares = np.exp(totals - totals.max())
        return dict(zip(self.names, (shares / shares.sum()).tolist(), strict=True))


@lru_cache(maxsize=2)
def load(path: Path = ASPECTS) -> Aspects:
    """Return the fitted classifier."""
    with np.load(path) as stored:
        return Aspects(
            str(stored["encoder"]),
            tuple(map(str, stored["names"])),
            stored["weights"].astype(np.float32),
            stored["bias"].astype(np.float32),
        )


def save(aspects: Aspects, path: Path = ASPECTS) -> None:
    """Write the classifier, weights in half precision."""
    np.savez_compressed(
        path,
        encoder=np.array(aspects.encoder),
        names=np.array(aspects.names),
        weights=aspects.weights.astype(np.float16),
        bias=aspects.bias.astype(np.float16),
    )
    load.cache_clear()
