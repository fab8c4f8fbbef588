"""Mends slips of pinyin input: characters that make no word, but sound like a word of the knowledge base.

劳物派遣 becomes 劳务派遣, 财料 becomes 材料. Only characters that the dictionary leaves standing alone are touched, and
none that often is a word by itself (要, 有, 罚), so that what was meant is hardly ever changed; nor what an entry
writes in the same way, though the dictionary does not know it (志工). One character at least must be right: 柯基 is no
科技. Sounds are compared without tones.

Where nothing of that kind is found, a single character is put right by its neighbours, though they may be words by
themselves or the end of one: 拍水许可 becomes 排水许可, 企业名撑 企业名称.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from pypinyin import lazy_pinyin

from retriever.text.bigrams import bigrams

CHINESE = re.compile(r"^[\u4e00-\u9fff]+$")
SHORTEST_CORRECTED_WORD, LONG_WORD, LONGEST_CORRECTED_WORD = 2, 3, 4
FEWEST = 3  # texts that must hold a word before anything is taken for it
REMEMBERED = 1 << 16
Sounds = tuple[str, ...]


class Slips:
    """Words of the knowledge base by their sound; of words that sound alike the one that stands in more entries."""

    def __init__(
        self,
        words: Mapping[str, int],
        everyday: Collection[str],
        pairs: Collection[str],
        commonest: Collection[str] = frozenset(),
        pieces: Collection[str] = frozenset(),
    ) -> None:
        """Take words with the number of texts that hold them, pairs of characters that are written, and the characters
        that are words by themselves; the `commonest` of these say nothing of their neighbours. `pieces` of names are
        no words, but a rarer character is put right by them too.
        """
        self._everyday, self._pairs, self._commonest = everyday, pairs, frozenset(commonest)
        self._pieces = {sounds(piece): piece for piece in sorted(pieces) if CHINESE.match(piece)}
        self._by_sound: dict[Sounds, str] = {}
        self._words = {
            word
            for word, texts in words.items()
            if texts >= FEWEST
            and SHORTEST_CORRECTED_WORD <= len(word) <= LONGEST_CORRECTED_WORD
            and CHINESE.match(word)
        }
        for word in sorted(self._words, key=lambda word: (words[word], word)):
            self._by_sound[sounds(word)] = word

    def mended(self, tokens: Sequence[str]) -> str:
        """Return the text of the tokens with what sounds like a word of the knowledge base replaced by that word."""
        text = self._runs(tokens)
        return text if text != "".join(tokens) else self._singles(tokens)

    def _runs(self, tokens: Sequence[str]) -> str:
        """Return the text with runs of lone characters replaced by the word they sound like."""
        out: list[str] = []
        lone: list[str] = []
        for token in [*tokens, ""]:
            if len(token) == 1 and CHINESE.match(token):
                lone.append(token)
            else:
                out += [*self._mend("".join(lone)), token]
                lone = []
        return "".join(out)

    def _singles(self, tokens: Sequence[str]) -> str:
        """Return the text with lone characters replaced where one other character makes a word with its neighbours."""
        text = "".join(tokens)
        begins = list(accumulate(map(len, tokens), initial=0))
        whole = {
            at
            for begin, token in zip(begins, tokens, strict=False)
            if token in self._words
            for at in range(begin + 1, begin + len(token))
        }
        out = list(text)
        for begin, token in zip(begins, tokens, strict=False):
            if len(token) == 1 and CHINESE.match(token):
                out[begin] = self._by_neighbours(text, begin, whole) or token
        return "".join(out)

    def _by_neighbours(self, text: str, place: int, whole: Collection[int]) -> str:
        """Return the character that makes a word with those beside `place`; empty when there is none.

        No window begins or ends inside a word of the knowledge base, that is at a place of `whole`. An everyday
        character is put right by a long word alone, one of the commonest never by a mere piece of a name.
        """
        for size in range(LONGEST_CORRECTED_WORD, SHORTEST_CORRECTED_WORD - 1, -1):
            for begin in range(max(0, place - size + 1), min(place, len(text) - size) + 1):
                said, at = text[begin : begin + size], place - begin
                rest = said[:at] + said[at + 1 :]
                cuts = begin in whole or begin + size in whole
                if cuts or not CHINESE.match(said) or not self._commonest.isdisjoint(rest):
                    continue
                meant = self._word_like(said, text[place])
                if meant[:at] + meant[at + 1 :] == rest and meant != said and not self._written(said):
                    return meant[at]
        return ""

    def _word_like(self, said: str, doubtful: str) -> str:
        """Return the word that sounds like `said` and may stand for it when its `doubtful` character is wrong."""
        if len(said) < LONG_WORD:
            return said if doubtful in self._everyday else self._by_sound.get(sounds(said), said)
        word = self._by_sound.get(sounds(said), said)
        return word if doubtful in self._commonest or word != said else self._pieces.get(sounds(said), said)

    def _mend(self, run: str) -> Iterable[str]:
        place = 0
        while place < len(run):
            word, size = self._longest(run, place)
            yield word
            place += size

    def _longest(self, run: str, place: int) -> tuple[str, int]:
        for size in range(min(LONGEST_CORRECTED_WORD, len(run) - place), SHORTEST_CORRECTED_WORD - 1, -1):
            said = run[place : place + size]
            if said in self._words:
                return said, size
            meant = self._by_sound.get(sounds(said), "")
            if not set(said).isdisjoint(meant) and not self._meant(said, meant):
                return meant, size
        return run[place], 1

    def _meant(self, said: str, meant: str) -> bool:
        """Say whether the characters may well be meant as they stand; in a long word only one is not (增只税)."""
        if size_of_slip(said, meant) == 1 and len(said) >= LONG_WORD:
            return self._written(said)
        return self._written(said) or any(char in self._everyday for char in said)

    def _written(self, said: str) -> bool:
        """Say whether each pair of the characters is written somewhere in the knowledge base."""
        return all(pair in self._pairs for pair in bigrams(said))


def pieces_of(name: str) -> list[str]:
    """Return the pieces of a name that are long enough to be known by all characters but one: 食品生产, 品生产."""
    return [
        name[at : at + size]
        for size in range(LONG_WORD, LONGEST_CORRECTED_WORD + 1)
        for at in range(len(name) - size + 1)
    ]


def size_of_slip(said: str, meant: str) -> int:
    """Return how many characters differ; both texts have the same length."""
    return sum(one != other for one, other in zip(said, meant, strict=True))


@lru_cache(maxsize=REMEMBERED)
def sounds(word: str) -> Sounds:
    """Return the sound of each character: 材料 and 财料 are both ("cai", "liao")."""
    return tuple(lazy_pinyin(word))
