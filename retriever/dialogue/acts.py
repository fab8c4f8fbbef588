"""What a classifier holds a message for: how certain it is of each act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Acts = Mapping[str, float]  # certainty of each act, 0-1, the likeliest first; empty when no classifier was asked


def acts_of(parsed: Mapping[str, Any]) -> Acts:
    """Return the acts of a message as Rasa parsed it; the intent it settled on comes first."""
    ranked = [parsed.get("intent") or {}, *(parsed.get("intent_ranking") or ())]
    found: dict[str, float] = {}
    for one in ranked:
        if one.get("name"):
            found.setdefault(str(one["name"]), float(one.get("confidence") or 0.0))
    return found
