"""One index version in memory: cards of entries, passages, vectors, word fields and names."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import UnknownEntry
from kb.models import Entry
from retriever.errors import CURE, IndexBroken
from retriever.index import answer_types, versions
from retriever.index.dense import Dense, Vectors
from retriever.index.identifiers import Names
from retriever.index.lexical import Lexical
from retriever.index.part_ranking import Parts, parts_of
from retriever.index.passages import Passage
from retriever.text.english_terms import in_chinese
from retriever.text.normalize import clean
from retriever.text.pinyin_correction import FEWEST, Slips, pieces_of
from retriever.text.tokenize import COMMONEST, Tokenizer, everyday_characters

FORMAT = 3
DAYS_KEPT, ENTRIES_KEPT = 8, 256
CUTS = ("words", "pairs")
LEVELS = ("parts", "ways", "entries")
CARD = ("id", "version", "kind", "title", "theme", "status", "effective_from", "effective_to", "superseded_by")


@dataclass(frozen=True, eq=False)
class Index:
    """Everything a search reads; never changed after it is made. Passages stand in order of their entries."""

    name: str
    encoder: str
    floor: float
    lines: tuple[str, ...]
    cards: tuple[Entry, ...]
    passages: tuple[Passage, ...]
    owner: NDArray[np.int64]
    dense: Dense
    fields: Mapping[str, Lexical]
    names: Names
    tokenizer: Tokenizer
    counts: answer_types.Counts
    _parts: dict[int, Parts] = field(default_factory=dict)
    _days: dict[dt.date, tuple[tuple[str, ...], NDArray[np.bool_]]] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Number of each entry by its id."""
        return {card.id: number for number, card in enumerate(self.cards)}

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the passages of each entry begin, with one place more for the end."""
        return np.searchsorted(self.owner, np.arange(len(self.cards) + 1))

    @cached_property
    def is_way(self) -> NDArray[np.bool_]:
        """True for passages that are names or questions, False for parts that answer."""
        return np.array([bool(passage.way) for passage in self.passages], dtype=bool)

    @cached_property
    def ways(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Places of names and questions among the passages, the entry of each, and where those of an entry begin."""
        places = np.flatnonzero(self.is_way)
        owner = self.owner[places]
        return places, owner, np.searchsorted(owner, np.arange(len(self.cards) + 1))

    @cached_property
    def gives(self) -> NDArray[np.float32]:
        """How fully the text of each entry gives each kind of value, 0-1; shape (entries, kinds)."""
        total = np.zeros((len(self.cards), len(answer_types.KINDS)), dtype=np.int64)
        np.add.at(total, self.owner, self.counts)
        return answer_types.share(total)

    @cached_property
    def slips(self) -> Slips:
        """The words of the entries' own texts by their sound; those of names are trusted wherever they stand.

        What people say in questions is left out: 赶货 must not become 干活.
        """
        written = self.fields["words-parts"].words()
        names = [passage.text for passage in self.passages if passage.way in ("title", "alias")]
        named = {word: FEWEST for name in names for word in self.tokenizer.cut(name)}
        pieces = {piece for name in names for piece in pieces_of(name)}
        words = {word: max(written.get(word, 0), named.get(word, 0)) for word in {*written, *named}}
        everyday, commonest = everyday_characters(), everyday_characters(COMMONEST)
        return Slips(words, everyday, self.fields["pairs-entries"].words(), commonest, pieces)

    def mended(self, question: str) -> str:
        """Return the question without its opening, its English words in Chinese and slips of the pen mended.

        One that names a code, number or title stays as it is.
        """
        if self.names.find(question):
            return question
        read = clean(in_chinese(question))
        return (
            read if self.names.find(read) else self.slips.mended(self.tokenizer.cut(self.tokenizer.to_the_point(read)))
        )

    def span(self, number: int) -> slice:
        """Return where the passages of an entry stand."""
        return slice(int(self.starts[number]), int(self.starts[number + 1]))

    def take_parts(self, before: Index) -> None:
        """Take over what an earlier index knows of the parts of entries whose passages are the same."""
        for name, number in self.numbers.items():
            known = before._parts.get(before.numbers.get(name, -1))
            if (
                known is not None
                and before.passages[before.span(before.numbers[name])] == self.passages[self.span(number)]
            ):
                self._parts[number] = known

    def parts(self, number: int) -> Parts:
        """Return what is known of the parts of an entry, put together when first asked for."""
        known = self._parts.get(number)
        if known is None:
            known = parts_of(self.passages[self.span(number)])
            self._parts[number] = known
        return known

    def entry(self, entry_id: str) -> Entry:
        """Return the entry as it was when the index was made (UnknownEntry)."""
        if entry_id not in self.numbers:
            raise UnknownEntry(f"索引里没有条目 {entry_id}")
        return self._entry(self.numbers[entry_id])

    @cached_property
    def _entry(self) -> Callable[[int], Entry]:
        return lru_cache(maxsize=ENTRIES_KEPT)(lambda number: Entry.parse_raw(self.lines[number]))

    @cached_property
    def kinds(self) -> NDArray[np.str_]:
        """Kind of each entry."""
        return np.array([card.kind for card in self.cards], dtype=np.str_)

    def states(self, day: dt.date) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return how each entry stands on the day, as `Entry.state_on` says it, and which are not in force."""
        known = self._days.get(day)
        if known is None:
            states = tuple(card.state_on(day) for card in self.cards)
            known = states, np.array([state != "current" for state in states], dtype=bool)
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            self._days[day] = known
        return known


def card(line: str) -> Entry:
    """Return an entry with only the fields a search needs, without checking them again."""
    data = json.loads(line)
    values = {name: data.get(name) for name in CARD}
    for name in ("effective_from", "effective_to"):
        values[name] = dt.date.fromisoformat(values[name]) if values[name] else None
    return Entry.construct(**values)


def texts_by_level(passages: Sequence[Passage], count: int, owner: NDArray[np.int64]) -> dict[str, list[list[int]]]:
    """Return, for each level, the passages (by number) that make up each document."""
    whole: list[list[int]] = [[] for _ in range(count)]
    for number, entry in enumerate(owner):
        whole[int(entry)].append(number)
    numbers = range(len(passages))
    return {
        "parts": [[number] for number in numbers if not passages[number].way],
        "ways": [[number] for number in numbers if passages[number].way],
        "entries": whole,
    }


def write(index: Index, folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Write the index into an empty folder; returns what the manifest says (OSError when it cannot be written)."""
    _write_lines(folder / "entries.jsonl", index.lines)
    _write_lines(folder / "passages.jsonl", (json.dumps(vars(item), ensure_ascii=False) for item in index.passages))
    (folder / "names.json").write_text(
        json.dumps({"codes": index.names.codes, "names": index.names.names}, ensure_ascii=False), encoding="utf-8"
    )
    index.dense.save(folder)
    np.save(folder / "values.npy", index.counts)
    for name, lexical in index.fields.items():
        lexical.save(folder / name)
    (folder / "tokenizer.json").write_text(index.tokenizer.dumps(), encoding="utf-8")
    return {"format": FORMAT, "encoder": index.encoder, "floor": index.floor, **facts}


def read(version: Path) -> Index:
    """Read a version; raises IndexBroken when a file is missing, cut off or of another format."""
    facts = versions.manifest(version)
    if facts.get("format") != FORMAT:
        raise IndexBroken(f"索引 {version} 是另一种格式（{facts.get('format')}）；{CURE}")
    try:
        return _read(version, facts)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise IndexBroken(f"索引 {version} 读不出来：{error}；{CURE}") from error


def _read(version: Path, facts: dict[str, Any]) -> Index:
    lines = tuple(read_lines(version / "entries.jsonl"))
    cards = tuple(card(line) for line in lines)
    passages = tuple(Passage(**json.loads(line)) for line in read_lines(version / "passages.jsonl"))
    numbers = {item.id: number for number, item in enumerate(cards)}
    names = json.loads((version / "names.json").read_text(encoding="utf-8"))
    return Index(
        name=version.name,
        encoder=facts["encoder"],
        floor=facts["floor"],
        lines=lines,
        cards=cards,
        passages=passages,
        owner=np.array([numbers[item.entry_id] for item in passages], dtype=np.int64),
        dense=Dense.open(version),
        fields={f"{cut}-{level}": Lexical.open(version / f"{cut}-{level}") for cut in CUTS for level in LEVELS},
        names=Names(names["codes"], {key: [tuple(item) for item in value] for key, value in names["names"].items()}),
        tokenizer=Tokenizer.loads((version / "tokenizer.json").read_text(encoding="utf-8")),
        counts=np.load(version / "values.npy"),
    )


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a text file, cut at line feeds only: other separators may stand inside JSON."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def mean_cosine(vectors: Vectors, pairs: int = 4000) -> float:
    """Return the mean cosine of unrelated rows: the encoder's zero. Drawn with a fixed seed; 0 below two rows."""
    if len(vectors) < 2:
        return 0.0
    draw = np.random.default_rng(0).integers(0, len(vectors), size=(2, pairs))
    one, other = draw[:, draw[0] != draw[1]]
    return float(np.einsum("ij,ij->i", vectors[one], vectors[other]).mean())
