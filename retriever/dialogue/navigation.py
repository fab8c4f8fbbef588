"""Moving about in a conversation: choosing what is on offer, going back, turning an answer down, repeating."""

from __future__ import annotations

from dataclasses import replace

from kb.facets import facets
from retriever.dialogue import responses
from retriever.dialogue.answer import answer, answered, nothing, offer, plain
from retriever.dialogue.choice import chosen, none_of_them
from retriever.dialogue.question import asked
from retriever.dialogue.scope import Desk, Resolved
from retriever.dialogue.sentences import sentence
from retriever.dialogue.thresholds import CHOICE_MOST, ENTRIES_OFFERED, FOLLOWED_CONFIDENCE, NAME_LEAST, RIVALS_WITHIN
from retriever.dialogue.values import Context, Reply
from retriever.search.results import Found
from retriever.text.word_rules import load


def steered(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the reply to a message that moves about in the conversation; None when it does not."""
    another = load("navigation")["another"].found(text)
    if another and context.candidates:
        return others(context, desk)
    if context.candidates and (said := picked(text, act, context, desk)):
        return said
    if load("navigation")["back"].found(text) and (context.trail or context.entry):
        return back(text, context, desk)
    if act == "correct" and context.entry and context.question and (another or not asked(text).variant):
        return not_this(context, desk)
    return again(context, desk) if act == "repeat" and context.text else None


def again(context: Context, desk: Desk) -> Reply:
    """Say the last thing once more; an answer comes with its source again."""
    entry = desk.entry(context.entry)
    if context.candidates:
        return offer(context.candidates, context.text, context.question, context, desk)
    if entry is not None and context.facet:
        said = answered([Resolved(entry, (context.facet,), FOLLOWED_CONFIDENCE)], context.question, context, desk)
        if said.text in context.text:
            return replace(said, text=context.text, context=context)
    return plain("smalltalk", context.text, context)


def picked(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the answer to a choice among the entries on offer; None when the message is something else."""
    entries = [entry for entry in map(desk.entry, context.candidates) if entry is not None]
    labels = [item.label for item in responses.choices(entries)]
    if text not in labels and (none_of_them(text) or act == "deny"):
        return nothing(None, context.question, replace(context, candidates=()), desk)
    place = chosen(text, labels)
    if place is None and act == "affirm" and len(entries) == 1:
        place = 0
    if place is None and act == "choose" and len(text) <= CHOICE_MOST:
        return offer(
            context.candidates,
            sentence("which_of_these", count=len(entries), none=responses.NONE_OF_THESE),
            context.question,
            context,
            desk,
        )
    if place is None:
        return None
    picked = entries[place]
    question = text if asked(text).facets else context.question or picked.title
    facet = asked(question)
    found = desk.search(question, within=picked.id)
    there = {part.key for part in facets(picked)}
    first = "components" if "components" in there else "overview"
    best = found.candidates[0].hit.key if found.candidates and question != picked.title else first
    key = facet.facet if facet.facet in there else best
    return _shown(picked.id, key, question, replace(context, candidates=(), failures=0), desk, found)


def _shown(entry_id: str, key: str, question: str, context: Context, desk: Desk, found: Found | None = None) -> Reply:
    entry = desk.searcher.entry(entry_id)
    return answered([Resolved(entry, (key,), FOLLOWED_CONFIDENCE, found)], question, context, desk)


def back(text: str, context: Context, desk: Desk) -> Reply:
    """Return to the entry that was in hand before this one, or to the one that the words name."""
    rest = load("navigation")["back_words"].without(text, " ")
    one = asked(rest)
    if len(one.rest) >= NAME_LEAST:
        return answer(rest, replace(context, entry=""), desk)
    earlier = desk.entry((context.trail or (context.entry,))[-1])
    if earlier is None:
        return nothing(None, "", replace(context, trail=context.trail[:-1]), desk)
    key = one.facet if one.facet in {part.key for part in facets(earlier)} else "overview"
    return _shown(earlier.id, key, earlier.title, context, desk)


def others(context: Context, desk: Desk) -> Reply:
    """Offer the next best entries when none of those on offer is wanted."""
    found = desk.search(context.question) if context.question else None
    left = [item.entry_id for item in found.candidates if item.entry_id not in context.candidates] if found else []
    if not left:
        return nothing(found, context.question, replace(context, candidates=()), desk)
    return offer(left[:ENTRIES_OFFERED], sentence("which_of_others"), context.question, context, desk, found)


def not_this(context: Context, desk: Desk) -> Reply:
    """Offer the next best entries for the last question when the one shown was wrong."""
    found = desk.search(context.question)
    floor = max((item.score for item in found.candidates), default=0.0) - RIVALS_WITHIN
    ids = [item.entry_id for item in found.candidates if item.entry_id != context.entry and item.score >= floor]
    state = replace(context, entry="", facet="", candidates=(), failures=context.failures + 1)
    if not ids or context.failures:
        return nothing(found, context.question, replace(state, failures=context.failures), desk)
    return offer(ids[:ENTRIES_OFFERED], sentence("which_was_meant"), context.question, state, desk, found)
