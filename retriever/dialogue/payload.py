"""A reply as the one small JSON value that Rasa hands to the website."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from retriever.dialogue.forms.catalogue import forms
from retriever.dialogue.forms.model import State
from retriever.dialogue.values import Reply

HITS = 3


def payload(reply: Reply, form: State, act_confidence: float = 1.0) -> dict[str, Any]:
    """Return what the website needs of one turn; it stays in Rasa's tracker, so hits come without their text.

    `form` says which form is open and which step it waits for; it is null when none is. `act_confidence` (0-1) is the
    classifier's for the act, 1 when a button named it.
    """
    return {
        "outcome": reply.outcome,
        "text": reply.text,
        "entry": reply.entry,
        "version": reply.version,
        "facet": reply.facet,
        "key": reply.key,
        "confidence": round(reply.confidence, 4),
        "act": reply.act,
        "act_confidence": round(act_confidence, 4),
        "sources": [asdict(source) for source in reply.sources],
        "candidates": [asdict(choice) for choice in reply.candidates],
        "suggestions": list(reply.suggestions),
        "parts": [asdict(part) for part in reply.parts],
        "why": [
            {
                "entry_id": hit.entry_id,
                "key": hit.key,
                "score": round(hit.score, 4),
                "found_by": list(hit.found_by),
                "matched": list(hit.matched),
            }
            for hit in reply.hits[:HITS]
        ],
        "command": dict(reply.command) if reply.command else None,
        "form": _progress(form),
    }


def _progress(form: State) -> dict[str, Any] | None:
    if not form.open:
        return None
    kind = forms()[form.form]
    names = [item.name for item in kind.asked_for(form.values)]
    step = names.index(form.asking) + 1 if form.asking in names else len(names)
    return {
        "name": form.form,
        "title": kind.title,
        "asking": form.asking,
        "step": step,
        "of": len(names),
        "resting": form.resting,
    }
