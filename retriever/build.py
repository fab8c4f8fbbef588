"""Makes an index version from entries: unchanged passages keep their vectors and tokens, the rest is made anew."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb import lexicon
from kb.models import Entry
from kb.settings import Settings
from retriever import versions
from retriever.dense import Dense, Vectors
from retriever.encode import Encoder
from retriever.errors import IndexBroken, IndexMissing
from retriever.exact import Names
from retriever.index import CUTS, LEVELS, Index, card, mean_cosine, texts_by_level, write
from retriever.lexical import Lexical
from retriever.normalize import clean
from retriever.passages import Passage, passages
from retriever.tokenize import Tokenizer

INDEXED = ("published", "expired", "abolished", "superseded")
MEMORY = "made.npz"


@dataclass(frozen=True)
class BuildReport:
    """What one build did: counts, seconds in total and of encoding, and the version now in force."""

    version: str
    entries: int
    passages: int
    encoded: int
    reused: int
    seconds: float
    encode_seconds: float

    @property
    def passages_per_second(self) -> float:
        """How many passages were encoded in a second; 0 when none had to be."""
        return self.encoded / self.encode_seconds if self.encoded and self.encode_seconds else 0.0


@dataclass(frozen=True)
class Made:
    """What an earlier version holds by fingerprint of the text: its vector, its words and its pairs."""

    places: dict[str, int]
    vectors: Vectors
    tokens: dict[str, list[list[str]]]


NOTHING_MADE = Made({}, np.zeros((0, 0), dtype=np.float32), {cut: [] for cut in CUTS})


def build_index(entries: Iterable[Entry], encoder: Encoder, settings: Settings, progress: bool = False) -> BuildReport:
    """Write a new index version of all entries but drafts, and put it in force.

    Raises IndexNotWritten when the disk refuses; the version in force before then goes on serving.
    """
    began = time.perf_counter()
    kept = sorted((entry for entry in entries if entry.status in INDEXED), key=lambda entry: entry.id)
    lexicon.write_lexicon(kept, settings.lexicon_dir)
    tokenizer = Tokenizer.of(settings.lexicon_dir, lexicon.stop_words(), lexicon.stop_phrases())
    with versions.turn(settings.index_dir):
        made = _made_before(settings.index_dir, encoder, tokenizer)
        job = _Job(kept, encoder, tokenizer, made)
        index = job.index(progress)
        stamp = hashlib.blake2b("\n".join(index.lines).encode(), digest_size=5).hexdigest()
        name = versions.publish(settings.index_dir, stamp, lambda folder: job.write(index, folder))
    return BuildReport(
        version=name,
        entries=len(kept),
        passages=len(index.passages),
        encoded=job.encoded,
        reused=len(index.passages) - job.encoded,
        seconds=time.perf_counter() - began,
        encode_seconds=job.encode_seconds,
    )
