"""Sayings that must not be said: patterns kept in banned.yaml, looked for in every sentence of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.checks.finding import Finding
from kb.models import Entry
from kb.yaml_reader import read_yaml

SAYINGS = Path(__file__).with_name("banned.yaml")
_SENTENCE = re.compile(r"[^。！？；\n]+")
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Saying:
    """One saying: refused where `pattern` and `context` meet, and neither `unless` nor `elsewhere` is found."""

    name: str
    pattern: re.Pattern[str]
    context: re.Pattern[str]
    unless: re.Pattern[str]
    elsewhere: re.Pattern[str]


def sayings(path: Path = SAYINGS) -> list[Saying]:
    """Read the sayings of a file."""
    return [
        Saying(
            item["name"],
            re.compile(item["pattern"]),
            re.compile(item.get("context", "")),
            *(re.compile(item[name]) if name in item else _NEVER for name in ("unless", "elsewhere")),
        )
        for item in read_yaml(path.read_text(encoding="utf-8"))
    ]


def find(entry: Entry, refused: Sequence[Saying]) -> Iterator[Finding]:
    """Yield a finding for every sentence of the entry that says what must not be said."""
    topic = "\n".join((entry.title, *entry.aliases))
    everything = "\n".join(text for _, text, _ in texts(entry.dict()))
    refused = [saying for saying in refused if saying.pattern.search(everything)]
    if not refused:
        return
    for field, text, around in texts(entry.dict()):
        for sentence in _SENTENCE.findall(text):
            for saying in refused:
                if says(saying, sentence, topic, around):
                    message = f"“{saying.name}”：{sentence.strip()[:80]}"
                    yield Finding("不能收录的说法", "错误", entry.id, field, message)


def says(saying: Saying, sentence: str, topic: str = "", around: str = "") -> bool:
    """Say whether a sentence, in an entry about `topic` and a paragraph `around`, says it."""
    if (
        not saying.pattern.search(sentence)
        or saying.unless.search(sentence)
        or saying.elsewhere.search(around or sentence)
    ):
        return False
    return bool(saying.context.search(sentence) or saying.context.search(topic))


def texts(value: Any, path: str = "", around: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (path, text, what stands around it) of every text inside plain data; list items count from 1."""
    if isinstance(value, str):
        yield path, value, around + value
    elif isinstance(value, dict):
        question = value.get("q", "")
        for name, item in value.items():
            yield from texts(item, f"{path}.{name}" if path else name, question)
    elif isinstance(value, (list, tuple)):
        for number, item in enumerate(value, start=1):
            yield from texts(item, f"{path}[{number}]", around)
