"""Finds what one question is about: an item of its own, or the entry the conversation is on already."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

from rapidfuzz import fuzz

from kb.errors import UnknownEntry
from kb.facets import facets
from kb.models import Entry
from kb.settings import Settings
from retriever.asking import Asked, asked
from retriever.normalize import clean, normalise
from retriever.pinpoint import cited, pinpointed
from retriever.results import Found, Hit
from retriever.searcher import Searcher

CERTAIN = 0.85
SPOKEN = 0.3  # share of the question's words that the entry has
FOLLOWED = 0.8  # what a follow-up on the entry in hand counts as: no search decided it
NEAR = 0.08
FEW = 4
SHORT = 12
NAMING = 3
NAMED = 75.0
EXACT_PARTS = {"faq", "article", "components"}  # these answer more exactly than a part asked for by name
OF_NOTICES = (
    ("signup", re.compile(r"报上?名|怎么?样?参加|名额")),
    ("schedule", re.compile(r"哪天|几号|什么时候|啥时候|几点|时间|在哪|地点")),
)
AROUND = re.compile(r"^(那么?|如果|要是|假如|换成?|改成)(是|个)?|(的话|呢|的|[?？!！。])+$")
ELSEWHERE = re.compile(r"[区市县省镇]|地方|外地|异地")
PLAIN = {"fee", "materials"}  # asked for in words that hardly mean anything else
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
EXACT = {"code", "title", "alias", "question"}


@dataclass(frozen=True)
class Desk:
    """What answering needs: the search, the settings, the day, and how certain the act of the message is (0-1)."""

    searcher: Searcher
    settings: Settings
    today: dt.date
    sure: float = 0.0

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

    `beside` is a further part that may be meant nearly as well as the one to show, empty when there is no doubt;
    `lacking` is the part asked for that the entry does not have; `note` stands before the answer; `followed` says
    that the entry was in hand already and the question did not name it.
    """

    entry: Entry | None
    keys: tuple[str, ...] = ()
    confidence: float = 0.0
    found: Found | None = None
    lacking: str = ""
    note: str = ""
    followed: bool = False
    beside: str = ""


def resolve(one: Asked, current: Entry | None, facet: str, desk: Desk, kinds: Collection[str] = ()) -> Resolved:
    """Find the entry and its parts for one question; `current` and `facet` are what the conversation is about."""
    if current is not None and one.bare:
        return _follow_up(one, current, desk)
    if current is not None and one.of_it:
        return _inside(one, current, desk)
    if current is not None and (one.variant or one.pointing):
        return _variant(one, current, facet, desk)
    found = desk.search(one.text, kinds=kinds)
    if kinds and not found.answerable:
        found = desk.search(one.text)
    if current is not None and _stays(one, found, current):
        return _inside(one, current, desk, found)
    if not found.answerable and one.facets and one.rest:
        named = desk.search(one.rest)  # the item alone: 注册公司, without 要什么材料
        found = named if named.confidence > found.confidence else found
    if not found.answerable or not found.candidates:
        return Resolved(None, found=found, confidence=found.confidence)
    first = found.candidates[0]
    entry = desk.searcher.entry(first.entry_id)
    keys = _keys(one, entry, first.hit)
    return Resolved(entry, keys, found.confidence, found, beside=first.beside if keys == (first.hit.key,) else "")


def certain(found: Found) -> bool:
    """Say whether the search leaves no doubt: the item is named outright, or its words are there and it is sure."""
    first = found.candidates[0].hit if found.candidates else None
    if first is None or not found.answerable:
        return False
    spoken = found.confidence >= CERTAIN and found.evidence.coverage >= SPOKEN
    return spoken or bool(EXACT & set(first.found_by))


def named(found: Found) -> bool:
    """Say whether the words are a name, a number or a question of an entry: it answers, whatever they seem to be."""
    return bool(found.candidates) and found.answerable and bool(EXACT & set(found.candidates[0].hit.found_by))


def _stays(one: Asked, found: Found, current: Entry) -> bool:
    """Say whether a question with words of its own still is about the entry in hand."""
    if one.facets and len(one.rest) <= FEW and not certain(found):
        return True
    if found.answerable:
        return found.candidates[0].entry_id == current.id
    best = found.candidates[0].score if found.candidates else 0.0
    return found.band != "refuse" and any(
        item.entry_id == current.id and item.score >= best - NEAR for item in found.candidates
    )


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
    if certain(found) and found.candidates[0].entry_id != current.id and (one.variant or len(one.rest) >= NAMING):
        entry = desk.searcher.entry(found.candidates[0].entry_id)
        wanted = one.facet or facet
        key = wanted if wanted in {part.key for part in facets(entry)} else found.candidates[0].hit.key
        return Resolved(entry, (key,), found.confidence, found)
    alike = next(
        (item for item in desk.search(f"{one.rest} {current.title}").candidates if one.rest in item.title), None
    )
    if alike is not None and alike.entry_id != current.id:
        entry = desk.searcher.entry(alike.entry_id)
        key = facet if facet in {part.key for part in facets(entry)} else alike.hit.key
        return Resolved(entry, (key,), FOLLOWED, found)
    inside = desk.search(f"{current.title} {one.rest}", within=current.id)
    hit = inside.candidates[0].hit if inside.candidates else None
    wanted = one.facet or facet
    if hit is not None and one.rest in hit.text:
        return Resolved(current, (hit.key,), FOLLOWED, inside, followed=True)
    if wanted in there and (one.variant or one.facet):
        return Resolved(
            current, (wanted,), FOLLOWED, inside, followed=True, note=_no_exception(one.text) if one.variant else ""
        )
    return Resolved(current, (hit.key if hit else "overview",), FOLLOWED, inside, followed=True)


def _no_exception(text: str) -> str:
    what = AROUND.sub("", clean(text))
    if ELSEWHERE.search(what):
        return "指南按国家规定编写，各地的地址、承诺时限以当地公布为准。一般规定是："
    return f"指南没有对“{what}”另作规定，一般规定是："


def _inside(one: Asked, current: Entry, desk: Desk, searched: Found | None = None) -> Resolved:
    """Answer from the entry in hand with the part nearest to the words, or the article that they name.

    A search among all entries that came upon this one has put its parts in order already.
    """
    found = (searched and searched.only(current.id)) or desk.search(one.text, within=current.id)
    key = cited(one.text, current) or (found.candidates[0].hit.key if found.candidates else "overview")
    return Resolved(current, (key,), FOLLOWED, found, followed=True)


def _keys(one: Asked, entry: Entry, hit: Hit) -> tuple[str, ...]:
    """Return the parts to show: several asked for by name, or the one that the search holds for the answer."""
    there = {part.key for part in facets(entry)}
    if entry.kind == "notice":
        told = next((name for name, words in OF_NOTICES if words.search(one.text) and name in there), "")
        return (told or hit.key or "overview",)
    if (key := pinpointed(one.text, entry)) and (hit.facet in EXACT_PARTS | {"basis"} or not one.facets):
        return (key,)
    wanted = tuple(name for name in one.facets if name in there)
    if len(wanted) > 1:
        return wanted
    other = hit.facet == "faq" and one.facet not in asked(hit.section).facets  # a faq on another part
    plain = one.facet in PLAIN and len(one.facets) == 1 and len(one.rest) <= SHORT
    if wanted and other and (plain or _is_name(one.rest, entry)):
        return wanted
    if not hit.key or (not one.facets and _is_name(one.text, entry)):
        return ("overview",)
    return (hit.key,)


def _is_name(text: str, entry: Entry) -> bool:
    """Say whether the text is no more than a name of the entry, a slip of the pen allowed."""
    return any(fuzz.ratio(normalise(text), normalise(name)) >= NAMED for name in (entry.title, *entry.aliases))
