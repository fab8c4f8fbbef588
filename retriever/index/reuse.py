"""What an earlier index version already made: vectors and tokens by text, for the next build to use again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retriever.errors import IndexBroken, IndexMissing
from retriever.index import versions
from retriever.index.dense import Vectors
from retriever.index.index import read_lines
from retriever.text.tokenize import Tokenizer

Tokens = tuple[list[str], list[str]]
TOKENS = "tokens.txt"


@dataclass(frozen=True)
class Made:
    """Vectors by the text that was encoded, and tokens by the text that was cut; empty when nothing can be used."""

    vectors_of: Mapping[str, Vectors]
    tokens_of: Mapping[str, Tokens]


def made_before(folder: Path, encoder: str, tokenizer: Tokenizer) -> Made:
    """Return what the version in force made with the same encoder, and what the tokenizer would cut alike."""
    try:
        version = folder / versions.current(folder)
        facts = versions.manifest(version)
    except (IndexMissing, IndexBroken):
        return Made({}, {})
    rows = [json.loads(line) for line in read_lines(version / "passages.jsonl")]
    vectors: dict[str, Vectors] = {}
    tokens: dict[str, Tokens] = {}
    if facts.get("encoder") == encoder:
        matrix = np.load(version / "vectors.npy", mmap_mode="r")
        vectors = {row["sought"]: matrix[number] for number, row in enumerate(rows)}
    before = Tokenizer.loads((version / "tokenizer.json").read_text(encoding="utf-8"))
    lines = (version / TOKENS).read_text(encoding="utf-8").split("\n")
    pairs = zip((row["text"] for row in rows), lines, strict=True)
    tokens = {text: parse_tokens(line) for text, line in pairs if tokenizer.cuts_alike(before, text)}
    return Made(vectors, tokens)


def save_tokens(folder: Path, tokens: Iterable[Tokens]) -> None:
    """Write one line a passage: its words, a tab, its pairs, parted by spaces."""
    lines = ("\t".join(" ".join(group) for group in pair) for pair in tokens)
    (folder / TOKENS).write_text("\n".join(lines), encoding="utf-8")


def parse_tokens(line: str) -> Tokens:
    """Return the tokens of a line that `save_tokens` wrote."""
    words, _, pairs = line.partition("\t")
    return words.split(), pairs.split()
