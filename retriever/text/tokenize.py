"""The one place where Chinese is cut into words: a private jieba tokenizer with the knowledge base's lexicon."""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import jieba

from retriever.text.bigrams import bigrams
from retriever.text.normalize import normalise

WORD = re.compile(r"\w")
RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9.]+")
FREQUENCY = 2000
BETWEEN = r"[哈嘛啊呀哦,，。.!！:：~\s]*"
EVERYDAY, COMMONEST = 15_000, 40_000
NOTHING: Mapping[str, int] = {}


@lru_cache(maxsize=1)
def _dictionary() -> jieba.Tokenizer:
    """Read jieba's own dictionary once; nobody adds words to this one."""
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


def frequent_characters(count: int = 3000) -> list[str]:
    """Return the characters that stand in the most frequent words of jieba's dictionary, most frequent first."""
    weight: Counter[str] = Counter()
    for word, frequency in _dictionary().FREQ.items():
        weight.update({char: frequency for char in word if "\u4e00" <= char <= "\u9fff"})
    return [char for char, _ in weight.most_common(count)]


@lru_cache(maxsize=2)
def everyday_characters(more_than: int = EVERYDAY) -> frozenset[str]:
    """Return the characters that are frequent words by themselves, by their count in jieba's dictionary: 的, 要, 有."""
    return frozenset(word for word, count in _dictionary().FREQ.items() if len(word) == 1 and count > more_than)


def pairs_of(text: str) -> list[str]:
    """Return overlapping pairs of Chinese characters in order, and Latin words and numbers whole."""
    found: list[str] = []
    for run in RUN.findall(normalise(text)):
        if len(run) < 3 or run[0] <= "z":
            found.append(run)
        else:
            found += bigrams(run)
    return found


def _private_copy() -> jieba.Tokenizer:
    """Return a tokenizer to which words can be added without anyone else knowing them."""
    known, own = _dictionary(), jieba.Tokenizer()
    own.FREQ, own.total, own.initialized = dict(known.FREQ), known.total, True
    return own


def forget_user_words() -> None:
    """Bring jieba's shared tokenizer, the one Rasa cuts with, back to its own dictionary: words can be taken out."""
    fresh = _private_copy()
    jieba.dt.FREQ, jieba.dt.total, jieba.dt.initialized = fresh.FREQ, fresh.total, True


class Tokenizer:
    """Cuts text into words (search mode, stop words gone) and into character pairs."""

    def __init__(
        self,
        lexicon: Mapping[str, int] = NOTHING,
        stop_words: Iterable[str] = (),
        stop_phrases: Iterable[str] = (),
        synonyms: Iterable[Iterable[str]] = (),
    ) -> None:
        """Take words with frequencies, words without meaning, polite phrases, and groups of words for one thing."""
        self._jieba = _private_copy()
        self._lexicon = {normalise(word): int(frequency) for word, frequency in lexicon.items()}
        for word, frequency in sorted(self._lexicon.items()):
            self._jieba.add_word(word, frequency)
        self._stop = frozenset(normalise(word) for word in stop_words)
        self._phrases = sorted({normalise(item) for item in stop_phrases} - {""}, key=lambda item: (-len(item), item))
        phrases = "|".join(map(re.escape, self._phrases)) or r"(?!)"
        self._polite = re.compile(phrases)
        self._opening = re.compile(rf"(?:(?:{phrases}){BETWEEN})+")
        self._synonyms = [[normalise(word) for word in group] for group in synonyms]
        self._compared: Tokenizer | None = None
        self._differing: re.Pattern[str] | None = None

    @classmethod
    def of(
        cls,
        folder: Path,
        stop_words: Iterable[str] = (),
        stop_phrases: Iterable[str] = (),
        synonyms: Iterable[Iterable[str]] = (),
    ) -> Tokenizer:
        """Read every `*.txt` of a lexicon folder as jieba does: a word, a blank and its frequency in each line."""
        lexicon: dict[str, int] = {}
        for path in sorted(folder.glob("*.txt")) if folder.is_dir() else []:
            for line in path.read_text(encoding="utf-8").splitlines():
                word, _, frequency = line.partition(" ")
                if word:
                    lexicon[word] = int(frequency) if frequency.isdigit() else FREQUENCY
        return cls(lexicon, stop_words, stop_phrases, synonyms)

    def dumps(self) -> str:
        """Return everything the tokenizer was made of, as JSON that `loads` reads back."""
        parts = {
            "lexicon": self._lexicon,
            "stop_words": sorted(self._stop),
            "stop_phrases": self._phrases,
            "synonyms": self._synonyms,
        }
        return json.dumps(parts, ensure_ascii=False, sort_keys=True)

    @classmethod
    def loads(cls, text: str) -> Tokenizer:
        """Make the tokenizer that `dumps` wrote (ValueError, TypeError when the text is damaged)."""
        return cls(**json.loads(text))

    def cuts_alike(self, other: Tokenizer, text: str) -> bool:
        """True when both tokenizers cut the text in the same way: no word that only one of them knows is in it."""
        if other is not self._compared:
            changed = {word for word, _ in self._lexicon.items() ^ other._lexicon.items()}
            same_lists = self._stop == other._stop
            self._differing = re.compile("|".join(map(re.escape, sorted(changed)))) if same_lists else None
            self._compared = other
        if self._differing is None or not self._differing.pattern:
            return self._differing is not None
        return not self._differing.search(normalise(text))

    def words(self, text: str) -> list[str]:
        """Return the words of the text in order, long words also in their parts, stop words left out."""
        cut = self._jieba.cut_for_search(normalise(text))
        return [word for word in cut if word not in self._stop and WORD.search(word)]

    def cut(self, text: str) -> list[str]:
        """Return the text in pieces that put together give it again: words that are known, and lone characters."""
        return list(self._jieba.cut(text, HMM=False))

    def pairs(self, text: str) -> list[str]:
        """Return overlapping pairs of Chinese characters, and Latin words and numbers whole."""
        return pairs_of(text)

    def to_the_point(self, text: str) -> str:
        """Return the text without its opening phrases (哎呀那个，我想问一下); unchanged when nothing else is left."""
        opening = self._opening.match(text)
        kept = text[opening.end() :] if opening else text
        return kept if WORD.search(kept) else text

    def question(self, text: str) -> str:
        """Return the question without its polite phrases, wherever they stand; unchanged when nothing else is left."""
        kept = self._polite.sub(" ", normalise(text)).strip()
        return kept if WORD.search(kept) else text

    def akin(self, text: str) -> str:
        """Return other words for the things the question names, by the table of synonyms, parted by spaces."""
        plain = normalise(text)
        groups = (group for group in self._synonyms if any(word in plain for word in group))
        return " ".join(word for group in groups for word in group if word not in plain)
