"""A reply as the one small JSON value that Rasa hands to the website."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from retriever.turns import Reply

HITS = 3


def payload(reply: Reply) -> dict[str, Any]:
    """Return what the website needs of one reply; it stays in Rasa's tracker, so hits come without their text."""
    return {
        "outcome": reply.outcome,
        "text": reply.text,
        "entry": reply.entry,
        "version": reply.version,
        "facet": reply.facet,
        "key": reply.key,
        "confidence": round(reply.confidence, 4),
        "act": reply.act,
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
    }
