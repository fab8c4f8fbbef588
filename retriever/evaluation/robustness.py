"""How steady search is: wordings of one question together, and questions with slips of the pen or in other scripts.

A slip replaces one Chinese character by another of the same sound (the commonest slip of pinyin input) or by one of a
like shape; positions and replacements are drawn with a fixed seed.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain

from pypinyin import lazy_pinyin

from retriever.search.searcher import Searcher
from retriever.text.normalize import traditional
from retriever.text.tokenize import frequent_characters
from retriever.training.calibrate import Gold

GROUP_LEAST = 5
ALIKE = (
    "己已",
    "未末",
    "侯候",
    "账帐",
    "办为",
    "日曰",
    "土士",
    "人入",
    "千干",
    "贷货",
    "税锐",
    "证征",
    "营菅",
    "险检",
    "续读",
)
Change = Callable[[str, random.Random], str]


def slip(text: str, rng: random.Random) -> str:
    """Return the text with one Chinese character replaced by one of the same sound or a like shape."""
    places = [place for place, char in enumerate(text) if _others(char)]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice(_others(text[place])) + text[place + 1 :]


def wide(text: str, rng: random.Random) -> str:
    """Return the text with digits, Latin letters and punctuation in full width."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def in_traditional(text: str, rng: random.Random) -> str:
    """Return the text in traditional characters."""
    return traditional(text)


CHANGES: dict[str, Change] = {"错别字": slip, "繁体": in_traditional, "全角": wide}


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, str]:
    groups: dict[str, list[str]] = defaultdict(list)
    for char in frequent_characters():
        groups[lazy_pinyin(char)[0]].append(char)
    return {char: "".join(group).replace(char, "") for group in groups.values() for char in group}


def _others(char: str) -> str:
    shapes = "".join(chain.from_iterable(pair.replace(char, "") for pair in ALIKE if char in pair))
    return _by_sound().get(char, "") + shapes


def share_right(searcher: Searcher, gold: Sequence[Gold], change: Change | None = None, seed: int = 0) -> float:
    """Return the share of questions whose first entry is right, each changed first when `change` is given."""
    rng = random.Random(seed)  # noqa: S311
    hits = 0
    for row in gold:
        found = searcher.search(change(row.question, rng) if change else row.question).candidates
        hits += bool(found) and found[0].entry_id in row.entries
    return hits / max(len(gold), 1)


def consistency(searcher: Searcher, gold: Sequence[Gold]) -> tuple[int, float]:
    """Return how many groups of at least five wordings there are, and the share that all lead to one entry."""
    groups: dict[str, set[str]] = defaultdict(set)
    sizes: dict[str, int] = defaultdict(int)
    for row in gold:
        if row.group:
            found = searcher.search(row.question).candidates
            groups[row.group].add(found[0].entry_id if found else "")
            sizes[row.group] += 1
    counted = [name for name, size in sizes.items() if size >= GROUP_LEAST]
    return len(counted), sum(len(groups[name]) == 1 for name in counted) / max(len(counted), 1)
