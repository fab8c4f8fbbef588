"""Word lists: curated ones beside this file, and the folder of user words that every tokeniser reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import get_ident
from typing import Any

import yaml

from kb.models import Entry

CURATED = Path(__file__).parent / "lexicon"
FREQUENCY = 2000  # high enough that a listed word is not cut apart, low enough not to pull its neighbours in
LONGEST_WORD = 8
_WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+")
_GLUE = frozenset("的了和与及或")
_ENGLISH_OR_NUMBER = re.compile(r"[0-9A-Za-z]+")


@dataclass(frozen=True)
class Lexicon:
    """Groups of words that mean the same, by the word each is known by, and words to keep whole."""

    named: tuple[tuple[str, tuple[str, ...]], ...]
    words: frozenset[str]

    @cached_property
    def groups(self) -> list[tuple[str, ...]]:
        """The groups; the first word of each is the usual official one."""
        return [words for _, words in self.named]

    def group_of(self, word: str) -> str:
        """Return the name of the group that holds a word, empty when none does."""
        return next((name for name, words in self.named if word in words), "")


def curated() -> Lexicon:
    """Return the lists beside this file."""
    return Lexicon(tuple((group[0], group) for group in synonyms()), frozenset(_lines("words.txt")))


def write_lexicon(entries: Iterable[Entry], folder: Path, lexicon: Lexicon | None = None) -> None:
    """Write the user words into `folder` as jieba reads them: word, blank, frequency, one a line.

    `entries.txt` has the words of titles and aliases, `domain.txt` those of `lexicon` (the curated one when not
    given); a file is replaced at once, and one that would not change is left alone.
    """
    lexicon = lexicon or curated()
    folder.mkdir(parents=True, exist_ok=True)
    domain = {word for group in lexicon.groups for word in group} | lexicon.words
    own = {word for entry in entries for text in (entry.title, *entry.aliases) for word in words_of(text)}
    _write(folder / "domain.txt", (word for word in domain if usable(word)))
    _write(folder / "entries.txt", own - domain)


def words_of(text: str) -> list[str]:
    """Return the pieces of a title or an alias that may stand as words: 2 to 8 characters, no half sentences."""
    return [word for word in _WORD.findall(text) if usable(word) and not _GLUE & set(word)]


def synonyms() -> list[tuple[str, ...]]:
    """Return the groups of words that mean the same; the first of each is the usual official word."""
    return [tuple(line.split()) for line in _lines("synonyms.txt")]


def english() -> dict[str, str]:
    """Return the Chinese of English words and phrases, in lower case; empty for those that say nothing."""
    rows = (line.partition("=") for line in _lines("english.txt"))
    return {form.strip().lower(): chinese.strip() for chinese, _, forms in rows for form in forms.split(",")}


def stop_words() -> frozenset[str]:
    """Return the words without a topic."""
    return frozenset(_lines("stop_words.txt"))


def stop_phrases() -> tuple[str, ...]:
    """Return polite phrases around a question, longest first."""
    return tuple(sorted(set(_lines("stop_phrases.txt")), key=lambda phrase: (-len(phrase), phrase)))


def filler_words() -> frozenset[str]:
    """Return the words that name no item, for finding in a question what may be a name."""
    return frozenset(_lines("filler_words.txt"))


def rules(name: str) -> dict[str, Any]:
    """Return one file of rules on words that stand together."""
    return read_rules(CURATED / f"{name}.yaml")


def read_rules(path: Path) -> dict[str, Any]:
    """Return a file of rules on words; all of it is text, `yes` and `no` too."""
    text = path.read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, yaml.BaseLoader)  # noqa: S506 - this loader makes nothing but text
    return content


def usable(word: str) -> bool:
    """Say whether a tokeniser can keep a word whole: 2 to 8 characters, at least one of them Chinese."""
    return 2 <= len(word) <= LONGEST_WORD and bool(_WORD.fullmatch(word)) and not _ENGLISH_OR_NUMBER.fullmatch(word)


def _lines(name: str) -> Iterator[str]:
    for line in (CURATED / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _write(path: Path, words: Iterable[str]) -> None:
    text = "".join(f"{word} {FREQUENCY}\n" for word in sorted(words))
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    folder = path.parent  # the new file is made beside the folder: readers take every file inside it
    fresh = folder.with_name(f".{folder.name}-{path.name}.{os.getpid()}-{get_ident()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
