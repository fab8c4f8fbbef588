"""What training added to the encoder: small factors of weight changes and input ranges, in one file beside the code.

Low-rank adaptation (Hu et al. 2021, LoRA): a matrix W of shape (output, input) becomes W + B A, with A of shape
(rank, input) and B of shape (output, rank). A range is the largest magnitude that each input of a matrix was seen to
have; the 8-bit graph is made from them. `python -m retriever train` makes the file anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from retriever.encoder.e5_weights import Floats, Weights
from retriever.errors import EncoderBroken

ADAPTER = Path(__file__).parent / "lora.npz"
DOWN, UP, RANGE = ".down", ".up", ".range"
Factors = Mapping[str, tuple[Floats, Floats]]
Ranges = Mapping[str, Floats]


def adapted(weights: Weights, factors: Factors) -> Weights:
    """Return the weights with the product of each pair of factors added; EncoderBroken when one fits nothing."""
    tensors = dict(weights.tensors)
    for name, (down, up) in factors.items():
        matrix = tensors.get(f"{name}.w")
        if matrix is None or matrix.shape != (up.shape[0], down.shape[1]):
            raise EncoderBroken(f"{ADAPTER.name} 里的 {name} 和编码器对不上；请运行 python -m retriever train")
        tensors[f"{name}.w"] = (matrix + up @ down).astype(np.float32)
    return replace(weights, tensors=tensors)


def read(path: Path = ADAPTER) -> tuple[dict[str, tuple[Floats, Floats]], dict[str, Floats]]:
    """Return the factors by the name of the matrix they change (`l7.q`): (rank, input) and (output, rank), and the
    ranges by the name of what the inputs go to (`l7.qkv`): (input,).
    """
    try:
        with np.load(path) as stored:
            arrays = {name: stored[name].astype(np.float32) for name in sorted(stored.files)}
        factors = {
            name.removesuffix(UP): (arrays[name.removesuffix(UP) + DOWN], up)
            for name, up in arrays.items()
            if name.endswith(UP)
        }
    except (OSError, ValueError, KeyError) as error:
        raise EncoderBroken(f"{path} 读不出来（{error}）；请运行 python -m retriever train") from error
    return factors, {name.removesuffix(RANGE): row for name, row in arrays.items() if name.endswith(RANGE)}


def stored() -> bytes:
    """Return the file as it is (EncoderBroken)."""
    try:
        return ADAPTER.read_bytes()
    except OSError as error:
        raise EncoderBroken(f"{ADAPTER} 读不出来（{error}）；请运行 python -m retriever train") from error


def save(factors: Factors, ranges: Ranges, path: Path = ADAPTER) -> None:
    """Write factors and ranges in half precision."""
    arrays = {name + RANGE: row for name, row in ranges.items()}
    for name, (down, up) in factors.items():
        arrays |= {name + DOWN: down, name + UP: up}
    np.savez_compressed(path, **{name: values.astype(np.float16) for name, values in sorted(arrays.items())})
