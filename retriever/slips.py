"""Mends slips of pinyin input: characters that make no word, but sound like a word of the knowledge base.

劳物派遣 becomes 劳务派遣, 财料 becomes 材料. Only characters that the dictionary leaves standing alone are touched, and
none that often is a word by itself (要, 有, 罚), so that what was meant is hardly ever changed; nor what several
entries write in the same way, though the dictionary does not know it (志工). Sounds are compared without tones.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from pypinyin import lazy_pinyin

CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")
SHORTEST, LONGEST = 2, 4
FEWEST = 3  # entries that must hold a word before anything is taken for it
REMEMBERED = 1 << 16
Sounds = tuple[str, ...]


class Slips:
    """Words of the knowledge base by their sound; of words that sound alike the one that stands in more entries."""

    def __init__(self, words: Mapping[str, int], everyday: Collection[str], pairs: Mapping[str, int]) -> None:
        """Take words and pairs of characters with the number of entries that hold them, and the characters that are
        words by themselves.
        """
        self._everyday, self._pairs = everyday, pairs
        self._by_sound: dict[Sounds, str] = {}
        self._words = {
            word
            for word, entries in words.items()
            if entries >= FEWEST and SHORTEST <= len(word) <= LONGEST and CHINESE.match(word)
        }
        for word in sorted(self._words, key=lambda word: (words[word], word)):
            self._by_sound[sounds(word)] = word

    def mended(self, tokens: Sequence[str]) -> str:
        """Return the text of the tokens with runs of lone characters replaced by the word they sound like."""
        out: list[str] = []
        lone: list[str] = []
        for token in [*tokens, ""]:
            if len(token) == 1 and CHINESE.match(token):
                lone.append(token)
            else:
                out += [*self._mend("".join(lone)), token]
                lone = []
        return "".join(out)

    def _mend(self, run: str) -> Iterable[str]:
        place = 0
        while place < len(run):
            word, size = self._longest(run, place)
            yield word
            place += size

    def _longest(self, run: str, place: int) -> tuple[str, int]:
        for size in range(min(LONGEST, len(run) - place), SHORTEST - 1, -1):
            said = run[place : place + size]
            if said in self._words:
                return said, size
            if not self._meant(said) and (meant := self._by_sound.get(sounds(said))):
                return meant, size
        return run[place], 1

    def _meant(self, said: str) -> bool:
        """Say whether the characters may well be meant as they stand."""
        written = all(self._pairs.get(said[at : at + 2], 0) >= FEWEST for at in range(len(said) - 1))
        return written or any(char in self._everyday for char in said)


@lru_cache(maxsize=REMEMBERED)
def sounds(word: str) -> Sounds:
    """Return the sound of each character: 材料 and 财料 are both ("cai", "liao")."""
    return tuple(lazy_pinyin(word))
