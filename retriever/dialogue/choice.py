"""Choosing among entries on offer: by number, by place in the list, or by name.

The words stand in `kb/lexicon/navigation.yaml`; what stays here are the forms in which people write numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from cn2an import cn2an
from rapidfuzz import fuzz

from retriever.dialogue.thresholds import CHOICE_LEAD, CHOICE_LIKENESS, CHOICE_LONGER, CHOICE_NAME_LEAST
from retriever.text.normalize import clean
from retriever.text.word_rules import load

NUMERAL = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
NUMBER = rf"({NUMERAL}|[a-z])"
NUMBERED = re.compile(
    rf"第\s*{NUMBER}\s*(?:个(?!月)|号(?![公文令])|[项条种]|选项|吧|[那这]|$)"  # 第二个, not 第二个月 or 第4号公告
    rf"|(?:选[择项]?|要|点|看|打开|^)\s*{NUMBER}\s*(?:[个项条种号]|选项)?\s*(?:[吧的那这]|[.、,，。!?]?$)"  # 选3, 2号吧
    rf"|(?<![路街道弄巷第\d])({NUMERAL})号(?:[吧那这]|$)",  # 就2号吧, not 江南路5号
    re.ASCII,
)


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """Return the place (from 0) of the label that is meant, or None when none is clearly meant."""
    said = clean(text).lower()
    if not labels or none_of_them(said):
        return None
    place = _by_position(said, len(labels))
    return place if place is not None else _by_name(said, labels)


def none_of_them(text: str) -> bool:
    """Say whether all that is on offer is turned down."""
    return load("navigation")["none_of_them"].found(clean(text))


def _by_position(said: str, count: int) -> int | None:
    words = load("navigation")
    if words["last"].found(said):
        return count - 1
    if words["middle"].found(said):
        return 1 if count == 3 else None
    if words["later"].found(said) and count >= 2:
        return count - 1
    if words["earlier"].found(said):
        return 0
    match = NUMBERED.search(said)
    place = _number(next(filter(None, match.groups()))) - 1 if match else count
    return place if 0 <= place < count else None


def _number(word: str) -> int:
    """Return 十二, 12 and l as 12, and 0 for what is no number (十一十)."""
    if "a" <= word <= "z":
        return ord(word) - ord("a") + 1
    try:
        return int(cn2an(word, "smart"))
    except ValueError:
        return 0


def _by_name(said: str, labels: Sequence[str]) -> int | None:
    """Return the label that the words single out; words shared by all labels do not count."""
    shared = set.intersection(*(set(label) for label in labels)) if len(labels) > 1 else set()
    own = ["".join(mark for mark in label.lower() if mark not in shared) or label for label in labels]
    words = "".join(mark for mark in said if mark not in shared)
    if said in (label.lower() for label in labels):
        return [label.lower() for label in labels].index(said)
    if len(words) < CHOICE_NAME_LEAST:
        return None
    scores = [fuzz.partial_ratio(words, label) if len(words) <= len(label) + CHOICE_LONGER else 0.0 for label in own]
    best = max(range(len(labels)), key=lambda place: (scores[place], -place))
    rivals = [score for place, score in enumerate(scores) if place != best]
    return (
        best if scores[best] >= CHOICE_LIKENESS and (not rivals or scores[best] - max(rivals) >= CHOICE_LEAD) else None
    )
