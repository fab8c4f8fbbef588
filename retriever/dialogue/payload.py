"""A reply as the one small JSON value that the dialogue hands to the website: the contract between the two, once."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field, validator

from retriever.dialogue.commands import Command
from retriever.dialogue.forms.catalogue import forms
from retriever.dialogue.forms.model import State
from retriever.dialogue.values import Choice, Outcome, Part, Reply, Source, Value

HITS = 3


class Why(Value):
    """A passage that was found: how, and how well (0-1). Its text stays behind: Rasa's tracker keeps the payload."""

    entry_id: str
    key: str
    score: float
    found_by: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()


class Progress(Value):
    """Which form is open and which step it waits for, from 1."""

    name: str
    title: str
    asking: str
    step: int
    of: int
    resting: bool = False


class Payload(Value):
    """What the dialogue decided on one turn. Confidences are 0-1.

    `act_confidence` is the classifier's for the act, 1 when a button named it; `form` is None when no form is open.
    """

    outcome: Outcome
    text: str = ""
    entry: str = ""
    version: int = 0
    facet: str = ""
    key: str = ""
    confidence: float = Field(default=0.0, ge=0, le=1)
    act: str = ""
    act_confidence: float | None = Field(default=None, ge=0, le=1)
    sources: tuple[Source, ...] = ()
    candidates: tuple[Choice, ...] = ()
    suggestions: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    why: tuple[Why, ...] = ()
    command: Command | None = None
    form: Progress | None = None

    @validator("entry", "facet", "key", "act", "text", pre=True)
    def _none_is_empty(cls, value: Any) -> Any:
        return "" if value is None else value

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it: lists for tuples, nothing but plain values."""
        found: dict[str, Any] = json.loads(self.json())
        return found


def payload(reply: Reply, form: State, act_confidence: float = 1.0) -> Payload:
    """Return what the website needs of one turn; `form` is the state of the form after it."""
    return Payload(
        outcome=reply.outcome,
        text=reply.text,
        entry=reply.entry,
        version=reply.version,
        facet=reply.facet,
        key=reply.key,
        confidence=round(reply.confidence, 4),
        act=reply.act,
        act_confidence=round(act_confidence, 4),
        sources=reply.sources,
        candidates=reply.candidates,
        suggestions=reply.suggestions,
        parts=reply.parts,
        why=tuple(
            Why(
                entry_id=hit.entry_id,
                key=hit.key,
                score=round(hit.score, 4),
                found_by=tuple(hit.found_by),
                matched=tuple(hit.matched),
            )
            for hit in reply.hits[:HITS]
        ),
        command=reply.command,
        form=_progress(form),
    )


def _progress(form: State) -> Progress | None:
    if not form.open:
        return None
    kind = forms()[form.form]
    names = [item.name for item in kind.asked_for(form.values)]
    step = names.index(form.asking) + 1 if form.asking in names else len(names)
    return Progress(
        name=form.form, title=kind.title, asking=form.asking, step=step, of=len(names), resting=form.resting
    )
