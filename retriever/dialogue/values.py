"""The values of one turn: what the conversation is about, and what is said in reply."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field, validator

from retriever.dialogue.commands import Command
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


class Value(BaseModel):
    """A value that crosses from the dialogue to the website as JSON; keys that are not known yet are left alone."""

    class Config:
        """Values do not change."""

        frozen = True


class Choice(Value):
    """One entry on offer, with words that tell it from the others."""

    entry_id: str = ""
    title: str
    label: str = ""


class Source(Value):
    """The part of an entry that an answer comes from; dates are ISO days or empty, `score` is 0-1."""

    entry_id: str
    title: str
    section: str = ""
    url: str = ""
    version: int = 1
    effective_from: str = ""
    effective_to: str = ""
    score: float = Field(default=0.0, ge=0, le=1)

    @validator("effective_from", "effective_to", pre=True)
    def _none_is_empty(cls, value: Any) -> Any:
        return value or ""


class Part(Value):
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
    command: Command | None = None
    act: str = ""
    context: Context = field(default_factory=Context)
