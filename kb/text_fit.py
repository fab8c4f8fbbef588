"""Fits text into a given length without breaking a sentence or an item of a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

ANSWER_LIMIT = 300  # characters of the first text of a reply, as the API promises
_SENTENCE = re.compile(r"[^。！？；]+[。！？；]?")
_CLAUSE = re.compile(r"[，、：,]")


def fit(text: str, limit: int) -> str:
    """Return as many whole sentences of `text` as fit; a single too long one ends at a clause and says so."""
    if len(text) <= limit:
        return text
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if len(kept) + len(sentence) > limit:
            break
        kept += sentence
    if len(kept) >= 20:
        return kept if kept[-1] in "。！？" else kept.rstrip("；") + "。"
    tail = "等，全文见下方。"
    cuts = [match.start() for match in _CLAUSE.finditer(text) if match.start() <= limit - len(tail)]
    return text[: cuts[-1] if cuts else limit - len(tail)] + tail


def fit_list(lead: str, items: Sequence[str], limit: int, joint: str = "、", tail: str = "完整内容见下方。") -> str:
    """Return `lead` and as many items as fit, whole; when some are left out, say 等 and where they stand."""
    clean = [item.strip().rstrip("。；;") for item in items]
    whole = f"{lead}{joint.join(clean)}。"
    if len(whole) <= limit:
        return whole
    kept: list[str] = []
    for item in clean:
        if len(lead) + len(joint.join([*kept, item])) + len("等，" + tail) > limit:
            break
        kept.append(item)
    return f"{lead}{joint.join(kept)}等，{tail}" if kept else fit(f"{lead}{clean[0]}。", limit)


def numbered(lead: str, items: Sequence[str], limit: int) -> str:
    """Return `lead` and the items with their numbers, as many as fit; a single one without a number."""
    if len(items) == 1:
        return fit(f"{lead}{items[0].rstrip('。；')}。", limit)
    return fit_list(lead, [f"{number}. {item}" for number, item in enumerate(items, start=1)], limit, "；")
