"""What a question means while an entry is in hand: a part of it, a variant of it, what it points to, or another one."""

from __future__ import annotations

import re

from kb.facets import facets
from kb.models import Entry
from retriever.dialogue.part_choice import cited, wanted_keys
from retriever.dialogue.question import Asked
from retriever.dialogue.scope import Desk, Resolved, certain, named
from retriever.dialogue.sentences import sentence
from retriever.dialogue.thresholds import (
    ANOTHER_ENTRY_CERTAIN,
    ELSEWHERE_LEAST,
    FOLLOWED_CONFIDENCE,
    NAME_LEAST,
    SCORES_ALIKE,
    SEARCH_CERTAIN,
    STAYS_MOST,
)
from retriever.dialogue.values import Context
from retriever.search.results import Candidate, Found
from retriever.text.normalize import clean, normalise

AROUND = re.compile(r"^(那么?|如果|要是|假如|换成?|改成)(是|个(?![人体]))?|(的话|呢|的|[?？!！。])+$")
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


def continued(one: Asked, current: Entry, context: Context, desk: Desk) -> Resolved | None:
    """Resolve a question that by its form goes on from the entry in hand; None when it has to be searched for."""
    if one.bare:
        return _follow_up(one, current, desk)
    if one.of_it:
        return inside_of(one, current, desk)
    if one.variant:
        return _variant(one, current, context.facet, desk)
    return _pointed(one, current, context.question, desk) if one.pointing else None


def stays(one: Asked, found: Found, current: Entry) -> bool:
    """Say whether a question with words of its own still is about the entry in hand."""
    if one.facets and len(one.rest) <= STAYS_MOST and not certain(found):
        return True
    if found.answerable:
        return found.candidates[0].entry_id == current.id
    best = found.candidates[0].score if found.candidates else 0.0
    return found.band != "refuse" and any(
        item.entry_id == current.id and item.score >= best - SCORES_ALIKE for item in found.candidates
    )


def _follow_up(one: Asked, current: Entry, desk: Desk) -> Resolved:
    """Answer a question without an item of its own from the entry in hand."""
    there = [part.key for part in facets(current)]
    wanted = tuple(name for name in one.facets if name in there)
    if wanted:
        return Resolved(current, wanted, FOLLOWED_CONFIDENCE, followed=True)
    return (
        Resolved(current, (), FOLLOWED_CONFIDENCE, lacking=one.facet, followed=True)
        if one.facet in ASKED_BY_NAME
        else inside_of(one, current, desk)
    )


def _variant(one: Asked, current: Entry, facet: str, desk: Desk) -> Resolved:
    """Answer 外资的呢: another entry when that is surely meant, else the one in hand."""
    there = {part.key for part in facets(current)}
    found = desk.search(AROUND.sub("", clean(one.text)))
    nearest = _nearest(found, current)
    if certain(found) and nearest is not None and nearest.entry_id != current.id:
        entry = desk.searcher.entry(nearest.entry_id)
        wanted = one.facet or facet
        key = wanted if wanted in {part.key for part in facets(entry)} else nearest.hit.key
        return Resolved(entry, (key,), found.confidence, found)
    alike = next(
        (item for item in desk.search(f"{one.rest} {current.title}").candidates if one.rest in item.title), None
    )
    if alike is not None and alike.entry_id != current.id:
        entry = desk.searcher.entry(alike.entry_id)
        key = facet if facet in {part.key for part in facets(entry)} else alike.hit.key
        return Resolved(entry, (key,), FOLLOWED_CONFIDENCE, found)
    inside = desk.search(f"{current.title} {one.rest}", within=current.id)
    hit = inside.candidates[0].hit if inside.candidates else None
    wanted = one.facet or facet
    if hit is not None and one.rest in hit.text:
        return Resolved(current, (hit.key,), FOLLOWED_CONFIDENCE, inside, followed=True)
    if wanted in there:
        return Resolved(current, (wanted,), FOLLOWED_CONFIDENCE, inside, followed=True, note=_no_exception(one.text))
    return Resolved(current, (hit.key if hit else "overview",), FOLLOWED_CONFIDENCE, inside, followed=True)


def _pointed(one: Asked, current: Entry, before: str, desk: Desk) -> Resolved:
    """Answer 那逾期不缴会怎样: from the entry in hand or one that it points to; from another only when surely meant."""
    found = desk.search(one.text)
    nearest = _nearest(found, current)
    there = {part.name for part in facets(current)}
    if nearest is not None and nearest.entry_id != current.id:
        entry = desk.searcher.entry(nearest.entry_id)
        bar = SEARCH_CERTAIN if one.facet not in there else ANOTHER_ENTRY_CERTAIN
        meant = certain(found) and found.confidence >= bar and len(one.rest) >= ELSEWHERE_LEAST
        if named(found) or meant or (found.answerable and _says_a_name_of(one.rest, entry)):
            return Resolved(entry, wanted_keys(one, entry, nearest.hit), found.confidence, found)
    if one.facet in ASKED_BY_NAME and one.facet not in there:
        for item in desk.search(f"{before} {one.text}").candidates:
            entry = desk.searcher.entry(item.entry_id)
            if item.entry_id in _kin(current) and one.facet in {part.name for part in facets(entry)}:
                inside = desk.search(one.text, within=entry.id)
                return Resolved(entry, (inside.candidates[0].hit.key,), FOLLOWED_CONFIDENCE, inside)
    return inside_of(one, current, desk, found)


def _says_a_name_of(rest: str, entry: Entry) -> bool:
    """Say whether what is left of a question is a name of the entry, holds one, or stands in one (刻章)."""
    names = [normalise(name) for name in (entry.title, *entry.aliases)]
    return len(rest) >= NAME_LEAST and any(rest in name or name in rest for name in names)


def _kin(current: Entry) -> set[str]:
    """Return the entries that the one in hand points to."""
    return {*current.related, *(item.id for item in current.confused_with)}


def _nearest(found: Found, current: Entry) -> Candidate | None:
    """Return the best candidate, but before it, when about as good, the entry in hand or one that it points to."""
    if not found.candidates:
        return None
    good = [item for item in found.candidates if item.score >= found.candidates[0].score - SCORES_ALIKE]
    kin = _kin(current)
    return next(
        (item for item in good if item.entry_id == current.id),
        next((item for item in good if item.entry_id in kin), good[0]),
    )


def _no_exception(text: str) -> str:
    what = AROUND.sub("", clean(text))
    if ELSEWHERE.search(what):
        return sentence("no_exception_elsewhere")
    return sentence("no_exception", what=what)


def inside_of(one: Asked, current: Entry, desk: Desk, searched: Found | None = None) -> Resolved:
    """Answer from the entry in hand with the part nearest to the words, or the article that they name.

    A search among all entries that came upon this one has put its parts in order already.
    """
    found = (searched and searched.only(current.id)) or desk.search(one.text, within=current.id)
    key = cited(one.text, current) or (found.candidates[0].hit.key if found.candidates else "overview")
    return Resolved(current, (key,), FOLLOWED_CONFIDENCE, found, followed=True)
