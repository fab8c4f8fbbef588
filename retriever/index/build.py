"""Makes an index version from entries: unchanged passages keep their vectors and tokens, the rest is made anew."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb import lexicon
from kb.lexicon import Lexicon
from kb.models import Entry
from kb.settings import Settings
from retriever.encoder.protocol import Encoder
from retriever.index import answer_types, versions
from retriever.index.dense import Dense, Vectors
from retriever.index.gc_pause import uncollected
from retriever.index.identifiers import Names
from retriever.index.index import CUTS, LEVELS, Index, card, mean_cosine, texts_by_level, write
from retriever.index.lexical import Lexical
from retriever.index.passages import passages
from retriever.index.reuse import Made, Tokens, made_before, save_tokens
from retriever.text.normalize import clean
from retriever.text.tokenize import Tokenizer

INDEXED = ("published", "expired", "abolished", "superseded")


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


def build_index(
    entries: Iterable[Entry],
    encoder: Encoder,
    settings: Settings,
    progress: bool = False,
    words: Lexicon | None = None,
) -> BuildReport:
    """Write a new index version of all entries but drafts, and put it in force.

    `words` are the word lists to cut and widen questions by, the curated ones when not given. Raises IndexNotWritten
    when the disk refuses; the version in force before then goes on serving.
    """
    began = time.perf_counter()
    kept, words = indexed(entries), words or lexicon.curated()
    lexicon.write_lexicon(kept, settings.lexicon_dir, words)
    tokenizer = tokenizer_of(settings.lexicon_dir, words)
    with versions.turn(settings.index_dir), uncollected():
        made = made_before(settings.index_dir, encoder.name, tokenizer)
        job = Job(kept, encoder, tokenizer, made)
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


def trial_index(entries: Iterable[Entry], encoder: Encoder, settings: Settings, words: Lexicon) -> Index:
    """Return the index that `build_index` would make with other word lists, in memory only."""
    kept = indexed(entries)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "lexicon"
        if settings.lexicon_dir.is_dir():
            shutil.copytree(settings.lexicon_dir, trial)
        lexicon.write_lexicon(kept, trial, words)
        tokenizer = tokenizer_of(trial, words)
    return Job(kept, encoder, tokenizer, made_before(settings.index_dir, encoder.name, tokenizer)).index()


def indexed(entries: Iterable[Entry]) -> list[Entry]:
    """Return the entries that an index holds, in the order of their ids."""
    return sorted((entry for entry in entries if entry.status in INDEXED), key=lambda entry: entry.id)


def tokenizer_of(folder: Path, words: Lexicon) -> Tokenizer:
    """Return the tokenizer of a lexicon folder and word lists."""
    return Tokenizer.of(folder, lexicon.stop_words(), lexicon.stop_phrases(), words.groups)


class Job:
    """The making of one index from sorted entries, with what an earlier version already made."""

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, tokenizer: Tokenizer, made: Made) -> None:
        """Cut the entries into passages; nothing is encoded yet."""
        self._entries, self._encoder, self._tokenizer, self._made = entries, encoder, tokenizer, made
        cut = [passages(entry) for entry in entries]
        self._passages = tuple(passage for group in cut for passage in group)
        self._owner = np.repeat(np.arange(len(cut)), [len(group) for group in cut]).astype(np.int64)
        self._tokens: list[Tokens] = []
        self.encoded = 0
        self.encode_seconds = 0.0

    def index(self, progress: bool = False) -> Index:
        """Encode and tokenise what is new, and put the index together in memory."""
        vectors = self._vectors(progress)
        self._tokens = [self._cut(passage.text) for passage in self._passages]
        lines = tuple(entry.json(ensure_ascii=False) for entry in self._entries)
        return Index(
            name="",
            encoder=self._encoder.name,
            floor=mean_cosine(vectors),
            lines=lines,
            cards=tuple(card(line) for line in lines),
            passages=self._passages,
            owner=self._owner,
            dense=Dense.build(vectors),
            fields=self._fields(),
            names=Names.build(self._entries),
            tokenizer=self._tokenizer,
            counts=answer_types.counted("" if passage.way else passage.text for passage in self._passages),
        )

    def write(self, index: Index, folder: Path) -> dict[str, Any]:
        """Write the index and what the next build can use again; returns the facts of the manifest."""
        save_tokens(folder, self._tokens)
        return write(index, folder, {"entries": len(index.lines), "passages": len(index.passages)})

    def _vectors(self, progress: bool) -> Vectors:
        """Return one row a passage, encoding only texts that no earlier version holds, each once."""
        places = self._made.vectors_of
        new = list(dict.fromkeys(item.sought for item in self._passages if item.sought not in places))
        began = time.perf_counter()
        fresh = self._encoder.encode_passages([clean(text) for text in new], progress=progress) if new else None
        self.encode_seconds, self.encoded = time.perf_counter() - began, len(new)
        row_of = {text: row for row, text in enumerate(new)}
        out = np.zeros((len(self._passages), self._encoder.dimension), dtype=np.float32)
        for row, item in enumerate(self._passages):
            out[row] = (
                fresh[row_of[item.sought]] if fresh is not None and item.sought in row_of else places[item.sought]
            )
        return out

    def _cut(self, text: str) -> Tokens:
        known = self._made.tokens_of.get(text)
        return known if known is not None else (self._tokenizer.words(text), self._tokenizer.pairs(text))

    def _fields(self) -> dict[str, Lexical]:
        groups = texts_by_level(self._passages, len(self._entries), self._owner)
        return {
            f"{cut}-{level}": Lexical.build(
                [[token for number in group for token in self._tokens[number][place]] for group in groups[level]]
            )
            for level in LEVELS
            for place, cut in enumerate(CUTS)
        }
