"""The values of one turn: what the conversation is about, and what is said in reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from retriever.search.results import Hit

Outcome = Literal["answered", "clarify", "no_answer", "form", "handoff", "smalltalk", "refused", "error"]


@dataclass(frozen=True)
class Context:
    """What the conversation is about: entry and part last shown, entries on offer, failures in a row, last question.

    `trail` holds earlier entries, latest last, to go back to; `text` is what was said last, for repeating.
    """

    entry: str = ""
    facet: str = ""
    candidates: tuple[str, ...] = ()
    failures: int = 0
    question: str = ""
    trail: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Choice:
    """One entry on offer, with words that tell it from the others."""

    entry_id: str
    title: str
    label: str


@dataclass(frozen=True)
class Source:
    """The part of an entry that an answer comes from; dates are ISO days or empty, `score` is 0-1."""

    entry_id: str
    title: str
    section: str
    url: str
    version: int
    effective_from: str
    effective_to: str
    score: float


@dataclass(frozen=True)
class Part:
    """One of several parts answered in one turn."""

    entry: str
    key: str
    text: str


@dataclass(frozen=True)
class Reply:
    """What is said in one turn; `text` has at most 300 characters. `context` is what the next turn starts from."""

    outcome: Outcome
    text: str
    entry: str = ""
    version: int = 0
    facet: str = ""
    key: str = ""
    confidence: float = 0.0
    candidates: tuple[Choice, ...] = ()
    sources: tuple[Source, ...] = ()
    hits: tuple[Hit, ...] = ()
    suggestions: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    command: Mapping[str, Any] | None = None
    act: str = ""
    context: Context = field(default_factory=Context)
