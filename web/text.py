"""What a person typed, made safe to keep and to answer: pure functions on text."""

from __future__ import annotations

import re
import unicodedata

from kb.text_fit import ANSWER_LIMIT
from web.errors import EmptyMessage, MessageTooLong

KEPT_CONTROLS = "\n\t"
DROPPED = {"Cc", "Cf", "Cs"}  # control characters, invisible format characters, halves of surrogate pairs
SENTENCE_ENDS = "。！？；!?;\n"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\d[\d\s-]{5,}\d")


def clean(text: str, limit: int) -> str:
    """Return the message without invisible characters and outer space (EmptyMessage, MessageTooLong)."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = "".join(char for char in unified if char in KEPT_CONTROLS or unicodedata.category(char) not in DROPPED)
    seen = seen.strip()
    if not seen:
        raise EmptyMessage("请先写下您的问题")
    if len(seen) > limit:
        raise MessageTooLong(f"一条消息最多 {limit} 个字，您写了 {len(seen)} 个字，请缩短或分几次发送")
    return seen


def wordless(text: str) -> bool:
    """Say whether there is no letter and no digit in it: emoji or punctuation only."""
    return not any(char.isalnum() for char in text)


def split_answer(text: str, limit: int = ANSWER_LIMIT) -> tuple[str, str]:
    """Return the first part, at most `limit` characters and ending with a sentence where it can, and the rest."""
    text = text.strip()
    if len(text) <= limit:
        return text, ""
    head = text[:limit]
    end = max(head.rfind(mark) for mark in SENTENCE_ENDS) + 1
    cut = end if end > limit // 3 else limit
    return text[:cut].strip(), text[cut:].strip()


def contact_of(contact: str) -> tuple[str, str]:
    """Return (name, phone) of 王工 13812345678; an e-mail address stays with the name, there is no phone then."""
    found = ADDRESS.search(contact)
    if found is None:
        return contact.strip(), ""
    rest = (contact[: found.start()] + contact[found.end() :]).strip()
    if "@" in found[0]:
        return f"{rest} {found[0]}".strip(), ""
    return rest, re.sub(r"\s", "", found[0])
