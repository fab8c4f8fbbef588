"""Choosing among entries on offer: by number, by place in the list, or by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from retriever.dialogue.thresholds import CHOICE_LEAD, CHOICE_LIKENESS, CHOICE_LONGER, CHOICE_NAME_LEAST
from retriever.text.normalize import clean

NUMBERS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "头": 1,
    "①": 1,
    "②": 2,
    "③": 3,
    "a": 1,
    "b": 2,
    "c": 3,
    "1": 1,
    "2": 2,
    "3": 3,
}
NUMBERED = re.compile(
    r"(?:第|选择?|要|点|看|打开|^)\s*([一二两三头①②③abc123])(?:\s*[个项条种号]|选项|吧|$|[那这])|^([一二三①②③abc123])[.、,，。吧]?$|([123一二三])号"
)
FROM_END = re.compile(r"最后|末尾|倒数第一|倒数第1|最下面")
AFTER = re.compile(r"后面|后一|下面|后者")
BEFORE = re.compile(r"前面|前一|上面|前者|头一")
MIDDLE = re.compile(r"中间")
NONE = re.compile(r"都不(是|对|要|合适)|一个(都|也)不|没有(我要|一个)|哪个都不是|没一个|以上都不")


def chosen(text: str, labels: Sequence[str]) -> int | None:
    """Return the place (from 0) of the label that is meant, or None when none is clearly meant."""
    said = clean(text).lower()
    if not labels or none_of_them(said):
        return None
    place = _by_position(said, len(labels))
    return place if place is not None else _by_name(said, labels)


def none_of_them(text: str) -> bool:
    """Say whether all that is on offer is turned down."""
    return bool(NONE.search(clean(text)))


def _by_position(said: str, count: int) -> int | None:
    if FROM_END.search(said):
        return count - 1
    if MIDDLE.search(said):
        return 1 if count == 3 else None
    if AFTER.search(said) and count >= 2:
        return count - 1
    if BEFORE.search(said):
        return 0
    match = NUMBERED.search(said)
    if match is None:
        return None
    place = NUMBERS[next(group for group in match.groups() if group)] - 1
    return place if place < count else None


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
