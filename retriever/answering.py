"""From a question and its context to an answer, a question back, or an honest no. Nothing here keeps state."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from kb.answers import answer_text, fit
from kb.errors import UnknownEntry
from kb.facets import HEADINGS, facets
from kb.models import Entry
from kb.settings import Settings
from retriever import wording
from retriever.asking import Asked, questions
from retriever.results import Found, Hit
from retriever.searcher import Searcher
from retriever.turns import Context, Part, Reply, Source

LIMIT = 300
OFFERED = 3
TRAIL = 5
CERTAIN = 0.85
FOLLOWED = 0.8  # what a follow-up on the entry in hand counts as: no search decided it
NEAR = 0.08
ELSEWHERE = re.compile(r"[区市县省镇]|地方|外地|异地")
ASKED_BY_NAME = {
    "materials",
    "time",
    "fee",
    "conditions",
    "steps",
    "place",
    "department",
    "result",
    "penalties",
    "components",
    "window",
}
EXACT = {"code", "title", "alias"}


@dataclass(frozen=True)
class Desk:
    """What answering needs: the search, the settings and the day."""

    searcher: Searcher
    settings: Settings
    today: dt.date

    def entry(self, entry_id: str) -> Entry | None:
        """Return the entry, or None when the index in force does not have it any more."""
        try:
            return self.searcher.entry(entry_id) if entry_id else None
        except UnknownEntry:
            return None

    def search(self, text: str, *, within: str = "", kinds: Collection[str] = ()) -> Found:
        """Search as of the day of the turn."""
        return self.searcher.search(text, top_k=self.settings.top_k, on=self.today, within=within, kinds=kinds)


@dataclass(frozen=True)
class Resolved:
    """What one question came to: an entry with the keys to show, or a search that was not enough.

    `lacking` is the part asked for that the entry does not have; `note` stands before the answer;
    `followed` says that the entry was in hand already and the question did not name it.
    """

    entry: Entry | None
    keys: tuple[str, ...] = ()
    confidence: float = 0.0
    found: Found | None = None
    lacking: str = ""
    note: str = ""
    followed: bool = False


def answer(message: str, context: Context, desk: Desk, *, kinds: Collection[str] = ()) -> Reply:
    """Answer the message's questions (at most three) in one reply."""
    asked = questions(message)
    current = desk.entry(context.entry)
    if all(one.bare for one in asked) and current is None:
        return which_item(asked[0], context)
    resolved: list[Resolved] = []
    for one in asked:
        got = resolve(one, current, context.facet, desk, kinds)
        resolved.append(got)
        current = got.entry or current
    good = [one for one in resolved if one.entry is not None and not one.lacking]
    if good:
        return answered(good, message, context, desk)
    if resolved[0].lacking and resolved[0].entry is not None:
        return lacking(resolved[0], message, context, desk)
    return unanswered(resolved[0].found, message, context, desk)


def resolve(one: Asked, current: Entry | None, facet: str, desk: Desk, kinds: Collection[str] = ()) -> Resolved:
    """Find the entry and its parts for one question; `current` and `facet` are what the conversation is about."""
    if current is not None and one.bare:
        return _follow_up(one, current, desk)
    if current is not None and (one.variant or one.pointing):
        return _variant(one, current, facet, desk)
    found = desk.search(one.text, kinds=kinds)
    if kinds and not found.answerable:
        found = desk.search(one.text)
    if current is not None and _stays(found, current):
        return _inside(one, current, desk)
    if not found.answerable and one.facets and one.rest:
        named = desk.search(one.rest)  # the item alone: 注册公司, without 要什么材料
        found = named if named.confidence > found.confidence else found
    if not found.answerable or not found.candidates:
        return Resolved(None, found=found, confidence=found.confidence)
    first = found.candidates[0]
    entry = desk.searcher.entry(first.entry_id)
    return Resolved(entry, _keys(one, entry, first.hit, found.question == one.rest), found.confidence, found)


def answered(resolved: Sequence[Resolved], message: str, context: Context, desk: Desk) -> Reply:
    """Say what was found: one part, or several one after the other."""
    shown = [(one, one.entry, key) for one in resolved if one.entry is not None for key in one.keys][:3]
    room = (LIMIT - 4 * len(shown)) // len(shown)
    parts = tuple(
        Part(entry.id, key, one.note + say(entry, key, desk, room - len(one.note))) for one, entry, key in shown
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
        suggestions=wording.follow_ups(last, [part.split("-")[0] for _, item, part in shown if item.id == last.id]),
        parts=parts if len(parts) > 1 else (),
        context=Context(
            last.id,
            shown[-1][2].split("-")[0],
            question=context.question if shown[-1][0].followed else message,
            trail=tuple(left[-TRAIL:]),
            text=text,
        ),
    )


def unanswered(found: Found | None, message: str, context: Context, desk: Desk) -> Reply:
    """Ask back among the candidates when that may help, else say honestly that nothing was found."""
    if found is not None and found.band != "refuse" and found.candidates:
        ids = [item.entry_id for item in found.candidates[:OFFERED]]
        if not set(ids) & set(context.candidates):
            return offer(ids, "您问的是哪一项？", message, context, desk, found)
    return nothing(found, message, context, desk)


def offer(
    ids: Sequence[str], text: str, message: str, context: Context, desk: Desk, found: Found | None = None
) -> Reply:
    """Ask which of the entries is meant, with labels that tell them apart."""
    entries = [entry for entry in map(desk.entry, ids) if entry is not None]
    choices = wording.choices(entries)
    return Reply(
        "clarify",
        text,
        confidence=found.confidence if found else 0.0,
        candidates=choices,
        hits=found.hits if found else (),
        suggestions=(wording.NONE_OF_THESE,),
        context=replace(context, candidates=tuple(item.entry_id for item in choices), question=message, text=text),
    )


def nothing(found: Found | None, message: str, context: Context, desk: Desk) -> Reply:
    """Say that nothing was found; after two failures in a row offer a person with the transcript."""
    failures = context.failures + 1
    state = replace(context, candidates=(), failures=failures, question=message)
    confidence, hits = (found.confidence, found.hits) if found else (0.0, ())
    if failures >= 2:
        text = wording.offer_person(desk.settings)
        command = {"name": "handoff.offer", "args": {"reason": "two_failures"}}
        return Reply(
            "handoff",
            text,
            confidence=confidence,
            hits=hits,
            command=command,
            suggestions=(wording.PERSON, wording.MESSAGE),
            context=replace(state, text=text),
        )
    near = () if found is None or found.band == "refuse" else found.candidates
    titles = list(dict.fromkeys(item.title for item in near[:OFFERED]))
    text = fit(wording.not_found(titles, desk.settings), LIMIT)
    return Reply(
        "no_answer",
        text,
        confidence=confidence,
        hits=hits,
        suggestions=(wording.MESSAGE, wording.PERSON),
        context=replace(state, text=text),
    )


def lacking(one: Resolved, message: str, context: Context, desk: Desk) -> Reply:
    """Say that the entry in hand has nothing on the part asked for, and stay on it."""
    assert one.entry is not None
    text = wording.lacks(one.entry, one.lacking, desk.settings)
    state = replace(context, entry=one.entry.id, candidates=(), question=message, text=text)
    return Reply(
        "no_answer",
        text,
        entry=one.entry.id,
        version=one.entry.version,
        facet=one.lacking,
        confidence=one.confidence,
        suggestions=wording.follow_ups(one.entry, [one.lacking]),
        context=state,
    )


def which_item(one: Asked, context: Context) -> Reply:
    """Ask which item is meant when a question names none and none is in hand."""
    about = HEADINGS.get(one.facet, "")
    text = f"您问的是哪一项业务{'的' + about if about else ''}？请说事项名称，比如“公司设立登记”“食品经营许可”。"
    return Reply(
        "clarify",
        text,
        facet=one.facet,
        suggestions=wording.EXAMPLES,
        context=replace(context, question=one.text, text=text),
    )


def say(entry: Entry, key: str, desk: Desk, limit: int = LIMIT) -> str:
    """Return the sentence for one part, naming what replaced an entry that is no longer in force."""
    successor = desk.entry(entry.superseded_by)
    return answer_text(entry, key, desk.today, replacement=successor.title if successor else "", limit=limit)


def source(entry: Entry, key: str, score: float) -> Source:
    """Return where a part stands, with the entry's own page as address."""
    section = next((part.heading for part in facets(entry) if part.key == key), HEADINGS["overview"])
    dates = (str(day or "") for day in (entry.effective_from, entry.effective_to))
    return Source(entry.id, entry.title, section, f"/entries/{entry.id}", entry.version, *dates, round(score, 4))


def certain(found: Found) -> bool:
    """Say whether the search leaves no doubt: the item is named outright, or the confidence is very high."""
    first = found.candidates[0].hit if found.candidates else None
    return first is not None and found.answerable and (bool(EXACT & set(first.found_by)) or found.confidence >= CERTAIN)


def _stays(found: Found, current: Entry) -> bool:
    """Say whether a question with words of its own still is about the entry in hand."""
    if found.answerable:
        return found.candidates[0].entry_id == current.id
    best = found.candidates[0].score if found.candidates else 0.0
    return any(item.entry_id == current.id and item.score >= best - NEAR for item in found.candidates)


def _follow_up(one: Asked, current: Entry, desk: Desk) -> Resolved:
    """Answer a question without an item of its own from the entry in hand."""
    there = [part.key for part in facets(current)]
    wanted = tuple(name for name in one.facets if name in there)
    if wanted:
        return Resolved(current, wanted, FOLLOWED, followed=True)
    return (
        Resolved(current, (), FOLLOWED, lacking=one.facet, followed=True)
        if one.facet in ASKED_BY_NAME
        else _inside(one, current, desk)
    )


def _variant(one: Asked, current: Entry, facet: str, desk: Desk) -> Resolved:
    """Answer 外资的呢 or 那社保开户呢: another entry when that is surely meant, else the one in hand."""
    there = {part.key for part in facets(current)}
    found = desk.search(one.rest)
    if certain(found) and found.candidates[0].entry_id != current.id:
        entry = desk.searcher.entry(found.candidates[0].entry_id)
        wanted = one.facet or facet
        key = wanted if wanted in {part.key for part in facets(entry)} else found.candidates[0].hit.key
        return Resolved(entry, (key,), found.confidence, found)
    inside = desk.search(f"{current.title} {one.rest}", within=current.id)
    hit = inside.candidates[0].hit if inside.candidates else None
    wanted = one.facet or facet
    if hit is not None and one.rest in hit.text:
        return Resolved(current, (hit.key,), FOLLOWED, inside, followed=True)
    if wanted in there and (one.variant or one.facet):
        return Resolved(
            current, (wanted,), FOLLOWED, inside, followed=True, note=_no_exception(one.rest) if one.variant else ""
        )
    return Resolved(current, (hit.key if hit else "overview",), FOLLOWED, inside, followed=True)


def _no_exception(what: str) -> str:
    if ELSEWHERE.search(what):
        return "指南按国家规定编写，各地的地址、承诺时限以当地公布为准。一般规定是："
    return f"指南没有对“{what}”另作规定，一般规定是："


def _inside(one: Asked, current: Entry, desk: Desk) -> Resolved:
    """Answer from the entry in hand with the part nearest to the words."""
    found = desk.search(f"{current.title} {one.text}", within=current.id)
    key = found.candidates[0].hit.key if found.candidates else "overview"
    return Resolved(current, (key,), FOLLOWED, found, followed=True)


def _keys(one: Asked, entry: Entry, hit: Hit, item_only: bool) -> tuple[str, ...]:
    """Return the parts to show: those asked for by name when several are or the item alone was sought, else the hit."""
    there = {part.key for part in facets(entry)}
    wanted = tuple(name for name in one.facets if name in there)
    return wanted if wanted and (item_only or len(wanted) > 1) else (hit.key or "overview",)
