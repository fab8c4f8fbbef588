"""Takes out of a question the words that name no item, word by word: 力 stays in 人力资源, 不 in 不动产登记."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from kb import lexicon
from retriever.text.normalize import normalise
from retriever.text.tokenize import WORD, Tokenizer

LONGEST_LINE = 6  # words in one line of the list


def without_filler(text: str, covered: Collection[int] = ()) -> list[str]:
    """Return the words of a normalised text that are no filler, without the letters at the `covered` places.

    The text is cut into words as a whole, so that what stands beside a covered place is still read as the word it is;
    what is left of a word that is covered in part is cut again.
    """
    cutter, filler = _lists()
    kept: list[str] = []
    for begin, end in _named(cutter.cut(text), filler):
        word = text[begin:end]
        left = "".join(letter for place, letter in enumerate(word, begin) if place not in covered)
        kept += [word] if left == word else without_filler(left)
    return [word for word in kept if WORD.search(word)]


def _named(words: Sequence[str], filler: Collection[str]) -> Iterator[tuple[int, int]]:
    """Yield (begin, end) in the text of each word that belongs to no line of the list; longer lines are tried first."""
    ends = [0, *accumulate(map(len, words))]
    at = 0
    while at < len(words):
        sizes = range(min(LONGEST_LINE, len(words) - at), 0, -1)
        run = next((size for size in sizes if "".join(words[at : at + size]) in filler), 0)
        if not run:
            yield ends[at], ends[at + 1]
        at += run or 1


@lru_cache(maxsize=1)
def _lists() -> tuple[Tokenizer, frozenset[str]]:
    """Read the tokenizer that knows the field's words, and the list."""
    words = lexicon.curated()
    known = {word for group in words.groups for word in group} | words.words
    cutter = Tokenizer({word: lexicon.FREQUENCY for word in known if lexicon.usable(word)})
    return cutter, frozenset(map(normalise, lexicon.filler_words()))
