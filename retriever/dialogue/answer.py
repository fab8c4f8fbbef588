"""From a question and its context to an answer, a question back, or an honest no. Nothing here keeps state."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from kb.facets import HEADINGS, facets
from kb.facets.answers import answer_text
from kb.models import Entry
from kb.text_fit import ANSWER_LIMIT, fit
from retriever.dialogue import responses
from retriever.dialogue.commands import OFFER_PERSON, Command, command
from retriever.dialogue.question import Asked, questions
from retriever.dialogue.resolve import resolve
from retriever.dialogue.scope import Desk, Resolved
from retriever.dialogue.sentences import sentence
from retriever.dialogue.thresholds import (
    ENTRIES_OFFERED,
    ENTRIES_TO_GO_BACK_TO,
    FAILURES_BEFORE_A_PERSON,
    PARTS_AT_ONCE,
    VAGUE_MOST,
)
from retriever.dialogue.values import Context, Outcome, Part, Reply, Source
from retriever.search.results import Found


def answer(message: str, context: Context, desk: Desk, *, kinds: Collection[str] = ()) -> Reply:
    """Answer the message's questions (at most three) in one reply."""
    current = desk.entry(context.entry)
    asked = questions(message, alone=current is None)
    if all(one.bare for one in asked) and current is None:
        return which_item(asked[0], context)
    resolved: list[Resolved] = []
    for one in asked:
        got = resolve(one, current, context, desk, kinds)
        resolved.append(got)
        current = got.entry or current
    if choices := vague(asked[0], resolved[0], desk):
        return offer(choices, sentence("which_entry"), message, context, desk, resolved[0].found)
    good = [one for one in resolved if one.entry is not None and not one.lacking]
    if good:
        return answered(good, message, context, desk)
    if resolved[0].lacking and resolved[0].entry is not None:
        return lacking(resolved[0], message, context, desk)
    return unanswered(resolved[0].found, message, context, desk)


def vague(one: Asked, got: Resolved, desk: Desk) -> list[str]:
    """Return the entries to choose from when a bare word (注销, 备案) stands in the titles of several; else none."""
    if len(one.rest) > VAGUE_MOST or one.facets or got.followed or got.found is None:
        return []
    found = got.found.candidates
    titles = [item.entry_id for item in found if one.rest in item.title and item.title != one.rest]
    return titles[:ENTRIES_OFFERED] if len(titles) > 1 else []


def answered(resolved: Sequence[Resolved], message: str, context: Context, desk: Desk) -> Reply:
    """Say what was found: one part, or several one after the other; of a single question in doubt, two."""
    beside = (resolved[0].beside,) if len(resolved) == 1 and resolved[0].beside else ()
    parts_of = [(one, one.entry, key) for one in resolved if one.entry is not None for key in (*one.keys, *beside)]
    once = {(entry.id, key): number for number, (_, entry, key) in reversed([*enumerate(parts_of)])}
    shown = [parts_of[number] for number in sorted(once.values())[:PARTS_AT_ONCE]]
    room = (ANSWER_LIMIT - 4 * len(shown)) // len(shown)
    leads = [one.note + (_asked_as(entry, key) if key in beside else "") for one, entry, key in shown]
    parts = tuple(
        Part(entry=entry.id, key=key, text=lead + say(entry, key, desk, room - len(lead)))
        for lead, (_, entry, key) in zip(leads, shown, strict=True)
    )
    text = (
        parts[0].text
        if len(parts) == 1
        else "\n".join(f"{number}. {part.text}" for number, part in enumerate(parts, 1))
    )
    first, entry, key = shown[0]
    last = shown[-1][1]
    left = [item for item in context.trail if item != last.id]
    if context.entry and context.entry != last.id:
        left = [item for item in left if item != context.entry] + [context.entry]
    return Reply(
        "answered",
        text,
        entry=entry.id,
        version=entry.version,
        facet=key.split("-")[0],
        key=key,
        confidence=first.confidence,
        sources=tuple(source(item, part, one.confidence) for one, item, part in shown),
        hits=first.found.hits if first.found else (),
        suggestions=responses.follow_ups(last, [part.split("-")[0] for _, item, part in shown if item.id == last.id]),
        parts=parts if len(parts) > 1 else (),
        context=Context(
            last.id,
            shown[-1][2],
            question=context.question if shown[-1][0].followed else message,
            trail=tuple(left[-ENTRIES_TO_GO_BACK_TO:]),
            text=text,
        ),
    )


def _asked_as(entry: Entry, key: str) -> str:
    """Return the question that a frequent question's answer is to: alone 要先经批准 says nothing of what."""
    return next((part.heading for part in facets(entry) if part.key == key and part.name == "faq"), "")


def unanswered(found: Found | None, message: str, context: Context, desk: Desk) -> Reply:
    """Ask back among the candidates when that may help, else say honestly that nothing was found."""
    if found is not None and found.band != "refuse" and found.candidates:
        ids = [item.entry_id for item in found.candidates[:ENTRIES_OFFERED]]
        if not set(ids) & set(context.candidates):
            return offer(ids, sentence("which_entry"), message, context, desk, found)
    return nothing(found, message, context, desk)


def offer(
    ids: Sequence[str], text: str, message: str, context: Context, desk: Desk, found: Found | None = None
) -> Reply:
    """Ask which of the entries is meant, with labels that tell them apart."""
    entries = [entry for entry in map(desk.entry, ids) if entry is not None]
    choices = responses.choices(entries)
    return Reply(
        "clarify",
        text,
        confidence=found.confidence if found else 0.0,
        candidates=choices,
        hits=found.hits if found else (),
        suggestions=(responses.NONE_OF_THESE,),
        context=replace(context, candidates=tuple(item.entry_id for item in choices), question=message, text=text),
    )


def nothing(found: Found | None, message: str, context: Context, desk: Desk) -> Reply:
    """Say that nothing was found; after two failures in a row offer a person with the transcript."""
    failures = context.failures + 1
    state = replace(context, candidates=(), failures=failures, question=message)
    confidence, hits = (found.confidence, found.hits) if found else (0.0, ())
    if failures >= FAILURES_BEFORE_A_PERSON:
        text = responses.offer_person(desk.settings)
        wish = command(OFFER_PERSON, reason="two_failures")
        return Reply(
            "handoff",
            text,
            confidence=confidence,
            hits=hits,
            command=wish,
            suggestions=(responses.PERSON, responses.MESSAGE),
            context=replace(state, text=text),
        )
    near = () if found is None or found.band == "refuse" else found.candidates
    titles = list(dict.fromkeys(item.title for item in near[:ENTRIES_OFFERED]))
    text = fit(responses.not_found(titles, desk.settings), ANSWER_LIMIT)
    return Reply(
        "no_answer",
        text,
        confidence=confidence,
        hits=hits,
        suggestions=(responses.MESSAGE, responses.PERSON),
        context=replace(state, text=text),
    )


def lacking(one: Resolved, message: str, context: Context, desk: Desk) -> Reply:
    """Say that the entry in hand has nothing on the part asked for, and stay on it."""
    assert one.entry is not None
    text = responses.lacks(one.entry, one.lacking, desk.settings)
    state = replace(context, entry=one.entry.id, candidates=(), question=message, text=text)
    return Reply(
        "no_answer",
        text,
        entry=one.entry.id,
        version=one.entry.version,
        facet=one.lacking,
        confidence=one.confidence,
        suggestions=responses.follow_ups(one.entry, [one.lacking]),
        context=state,
    )


def which_item(one: Asked, context: Context) -> Reply:
    """Ask which item is meant when a question names none and none is in hand."""
    about = HEADINGS.get(one.facet, "")
    text = sentence("which_item_of_part", part=about) if about else sentence("which_item")
    return Reply(
        "clarify",
        text,
        facet=one.facet,
        suggestions=responses.EXAMPLES,
        context=replace(context, question=one.text, text=text),
    )


def plain(
    outcome: Outcome,
    text: str,
    context: Context,
    suggestions: Sequence[str] = (),
    command: Command | None = None,
) -> Reply:
    """Return a reply with a fixed sentence; the context stays as it is."""
    return Reply(outcome, text, suggestions=tuple(suggestions), command=command, context=replace(context, text=text))


def say(entry: Entry, key: str, desk: Desk, limit: int = ANSWER_LIMIT) -> str:
    """Return the sentence for one part, naming what replaced an entry that is no longer in force."""
    successor = desk.entry(entry.superseded_by)
    return answer_text(entry, key, desk.today, replacement=successor.title if successor else "", limit=limit)


def source(entry: Entry, key: str, score: float) -> Source:
    """Return where a part stands, with the entry's own page as address."""
    section = next((part.heading for part in facets(entry) if part.key == key), HEADINGS["overview"])
    begin, end = (str(day or "") for day in (entry.effective_from, entry.effective_to))
    return Source(
        entry_id=entry.id,
        title=entry.title,
        section=section,
        url=f"/entries/{entry.id}",
        version=entry.version,
        effective_from=begin,
        effective_to=end,
        score=round(score, 4),
    )
