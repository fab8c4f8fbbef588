"""What a message asks: its questions, the parts of an entry they want, and whether they name an item of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from retriever.dialogue import thresholds
from retriever.index import part_words
from retriever.text.english_terms import in_chinese
from retriever.text.filler_words import without_filler
from retriever.text.normalize import clean, normalise

VARIANT = re.compile(r"^(如果|要是|假如|换成?|改成)|(呢|的话)[?？]?$")
POINTS_BACK = re.compile(r"^(那么?|这|它|刚才|上面|前面|上述|该)")
OF_IT = re.compile(r"它(?!们?(和|跟|与|俩))|[那这](头|边|块|方面)")
SWAPS = {"换", "换成", "改成"}
REMEMBERED = 1 << 13
BREAK = re.compile(
    r"[?？!！。;；\n]+|[,，]?(?:另外|顺便|还有(?:一?个问题|就是)?|再|还想)(?:再)?(?:问|请问|想问|咨询)(?:一下|下|个事)?[,，:：]?|[,，](?:另外|还有)[,，]?"
)
ASKS = re.compile(
    r"[?？]$|[吗么]$|什么|啥|怎么(?!样)|咋|多久|多少|如何|能不能|可不可以|要不要|会不会|算不算|哪些|哪家|找谁|还是|会怎样|是不是|几天|怎么回事"
)
CLAUSE = re.compile(r"[ ,，]+(?:还有)?")
JOINED = re.compile(r"和|跟|与|以及|还有|[、,，]|分别|各")


@dataclass(frozen=True)
class Asked:
    """One question: its text, the parts it wants in order, and what is left of it that may name an item.

    `variant` is a short one that changes what is in hand (外资的呢), `pointing` one that points back to it (那…),
    `of_it` one that asks about it or a side of it (它, 税务那头).
    """

    text: str
    facets: tuple[str, ...]
    rest: str
    variant: bool = False
    pointing: bool = False
    of_it: bool = False

    @property
    def bare(self) -> bool:
        """True when the question names nothing of its own: 那要多久, 需要什么材料."""
        return not self.rest

    @property
    def facet(self) -> str:
        """The first part asked for; empty when none is."""
        return self.facets[0] if self.facets else ""


@lru_cache(maxsize=REMEMBERED)
def asked(text: str) -> Asked:
    """Take one question apart."""
    read = normalise(in_chinese(text))
    spans = _cues(read)
    words = without_filler(read, {place for _, begin, end in spans for place in range(begin, end)})
    if words and words[0] in SWAPS:
        words = words[2 if words[1:2] == ["个"] else 1 :]
    rest = "".join(words)
    short = 0 < len(rest) <= thresholds.VARIANT_MOST
    variant, pointing = (short and bool(form.search(clean(text))) for form in (VARIANT, POINTS_BACK))
    names = tuple(dict.fromkeys(name for name, _, _ in spans))
    names = tuple(name for name in names if name != "overview") or names
    return Asked(text, names if JOINED.search(text) else names[:1], rest, variant, pointing, bool(OF_IT.search(text)))


def questions(message: str, limit: int = thresholds.QUESTIONS_AT_ONCE, *, alone: bool = False) -> list[Asked]:
    """Return the questions of a message in order, at most `limit`; one that wants two parts stays one.

    Pieces that ask nothing (greetings, thanks) are dropped as long as something is left. With `alone` no entry is in
    hand: when no question names an item, what is told before them does (我打算开面馆。要带什么材料).
    """
    taken = [
        one if number == 0 else replace(one, pointing=True)  # a clause goes on from the one before it
        for piece in _pieces(clean(message))
        for number, one in enumerate(map(asked, _clauses(piece)))
    ]
    asking = [one for one in taken if one.facets or ASKS.search(one.text)]
    if alone and asking and all(one.bare for one in asking):
        told = [one.text for one in taken if one not in asking and len(one.rest) >= thresholds.NAME_LEAST]
        asking = [asked(" ".join([*told, asking[0].text])), *asking[1:]]
    asking = asking or [one for one in taken if len(one.rest) >= thresholds.NAME_LEAST]
    return (asking or taken or [asked(clean(message))])[:limit]


def _pieces(text: str) -> list[str]:
    """Cut a message where one question ends; a piece that a question mark ended keeps it."""
    ends = [(match.start(), match.end(), match.group()) for match in BREAK.finditer(text)]
    begins = [0, *(end for _, end, _ in ends)]
    cut = zip(begins, [*ends, (len(text), len(text), "")], strict=True)
    pieces = [(text[begin:end].strip(" ,，"), "?" if {"?", "？"} & set(mark) else "") for begin, (end, _, mark) in cut]
    return [piece + mark for piece, mark in pieces if piece]


def _clauses(piece: str) -> list[str]:
    """Cut 清算组几天内成立 债权人多少天申报 in two: each clause asks for a part, the first of what it names."""
    parts = [part for part in CLAUSE.split(piece) if part]
    taken = [asked(part) for part in parts]
    whole = len(parts) > 1 and all(one.facets for one in taken) and bool(taken[0].rest)
    return parts if whole else [piece]


def _cues(text: str) -> list[tuple[str, int, int]]:
    """Return (part, begin, end) of the words of a normalised text that ask for a part, in order; longer ones first."""
    found = [
        (name, match.start(), match.end())
        for name, cue in part_words.cues()
        for match in cue.finditer(text)
        if match.group()
    ]
    kept: list[tuple[str, int, int]] = []
    for name, begin, end in sorted(found, key=lambda span: (span[1] - span[2], span[1])):
        if all(end <= other[1] or begin >= other[2] for other in kept):
            kept.append((name, begin, end))
    return sorted(kept, key=lambda span: span[1])
