"""Which entries say nearly the same: the likeness that the knowledge base's rules ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kb.facets import facets
from kb.models import Entry
from retriever.encoder.protocol import Encoder
from retriever.search.thresholds import HEAD_MOST, NEIGHBOURS
from retriever.text.normalize import clean


def likeness(entries: Sequence[Entry], encoder: Encoder) -> Callable[[Entry], list[tuple[str, float]]]:
    """Return a function from an entry to its nearest others of the same kind as (id, cosine of their heads, 0-1).

    A head is the title and the first parts, up to HEAD_MOST characters. All entries are encoded once, here; an entry
    that is not among them has no neighbours.
    """
    texts = [clean(head(entry)) for entry in entries]
    vectors = encoder.encode_passages(texts) if texts else np.zeros((0, encoder.dimension), dtype=np.float32)
    place = {entry.id: number for number, entry in enumerate(entries)}

    def nearest(entry: Entry) -> list[tuple[str, float]]:
        if entry.id not in place:
            return []
        cosines = vectors @ vectors[place[entry.id]]
        order = [int(number) for number in np.argsort(-cosines, kind="stable") if _other(entries[number], entry)]
        return [(entries[number].id, float(np.clip(cosines[number], 0, 1))) for number in order[:NEIGHBOURS]]

    return nearest


def head(entry: Entry) -> str:
    """Return the title and what the entry says first."""
    return f"{entry.title}。{'；'.join(part.text for part in facets(entry) if part.name != 'basis')}"[:HEAD_MOST]


def _other(one: Entry, entry: Entry) -> bool:
    return one.id != entry.id and one.kind == entry.kind
