"""Between Rasa's slots and the memory of a conversation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from retriever.dialogue.forms.model import State
from retriever.dialogue.profile.profile_state import Enterprise
from retriever.dialogue.turn import Memory
from retriever.dialogue.values import Context


def memory_of(slots: Mapping[str, Any]) -> Memory:
    """Return the memory that the slots hold; an empty slot counts as nothing."""
    last = slots.get("last_turn") or {}
    context = Context(
        entry=slots.get("current_entry") or "",
        facet=slots.get("current_facet") or "",
        candidates=tuple(slots.get("candidates") or ()),
        failures=int(slots.get("failures") or 0),
        question=slots.get("last_question") or "",
        trail=tuple(slots.get("trail") or ()),
        text=str((last.get("payload") or {}).get("text", "")),
    )
    return Memory(context, State.of(slots.get("form")), Enterprise.of(slots.get("enterprise")))


def slots_of(memory: Memory) -> dict[str, Any]:
    """Return the slots for a memory; what is empty becomes None."""
    context = memory.context
    return {
        "current_entry": context.entry or None,
        "current_facet": context.facet or None,
        "candidates": list(context.candidates) or None,
        "failures": context.failures or None,
        "last_question": context.question or None,
        "trail": list(context.trail) or None,
        "form": memory.form.slot() if memory.form != State() else None,
        "enterprise": memory.enterprise.slot(),
    }


def silence(events: Sequence[Mapping[str, Any]]) -> float:
    """Return the minutes between the last two messages of the visitor; 0 for the first one."""
    moments = [float(event["timestamp"]) for event in events if event.get("event") == "user" and event.get("timestamp")]
    return max(0.0, moments[-1] - moments[-2]) / 60 if len(moments) > 1 else 0.0


def day_of(metadata: Mapping[str, Any]) -> dt.date:
    """Return the day the website names for this turn, today when it names none that can be read."""
    try:
        return dt.date.fromisoformat(str(metadata.get("today", "")))
    except ValueError:
        return dt.date.today()
