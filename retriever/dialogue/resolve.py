"""Finds what one question is about: an item of its own, or the entry the conversation is on already."""

from __future__ import annotations

from collections.abc import Collection

from kb.models import Entry
from retriever.dialogue.follow_up import continued, inside_of, stays
from retriever.dialogue.part_choice import wanted_keys
from retriever.dialogue.question import Asked
from retriever.dialogue.scope import Desk, Resolved
from retriever.dialogue.values import Context


def resolve(one: Asked, current: Entry | None, context: Context, desk: Desk, kinds: Collection[str] = ()) -> Resolved:
    """Find the entry and its parts for one question; `current` and `context` are what the conversation is about."""
    if current is not None and (going_on := continued(one, current, context, desk)):
        return going_on
    found = desk.search(one.text, kinds=kinds)
    if kinds and not found.answerable:
        found = desk.search(one.text)
    if current is not None and stays(one, found, current):
        return inside_of(one, current, desk, found)
    if not found.answerable and one.facets and one.rest:
        item = desk.search(one.rest)  # the item alone: 注册公司, without 要什么材料
        found = item if item.confidence > found.confidence else found
    if not found.answerable or not found.candidates:
        return Resolved(None, found=found, confidence=found.confidence)
    first = found.candidates[0]
    entry = desk.searcher.entry(first.entry_id)
    keys = wanted_keys(one, entry, first.hit)
    return Resolved(entry, keys, found.confidence, found, beside=first.beside if keys == (first.hit.key,) else "")
