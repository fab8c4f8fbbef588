"""The parts of an entry that a question wants: singled out by its words, asked for by name, or as the search has it."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from kb.facets import Facet, facets
from kb.models import Entry
from retriever.dialogue.question import Asked, asked
from retriever.dialogue.thresholds import LITERAL_LEAST, NAME_LIKENESS, PLAIN_PART_MOST
from retriever.index.part_words import cues_of_notices
from retriever.search.results import Hit
from retriever.text.normalize import normalise

ARTICLE = re.compile(r"第\d+条(?:之\d+)?")
EXACT_PARTS = {"faq", "article", "components"}  # these answer more exactly than a part asked for by name
PLAIN = {"fee", "materials"}  # asked for in words that hardly mean anything else


def wanted_keys(one: Asked, entry: Entry, hit: Hit) -> tuple[str, ...]:
    """Return the parts to show: several asked for by name, or the one that the search holds for the answer."""
    there = {part.key for part in facets(entry)}
    if entry.kind == "notice":
        told = next((name for name, words in cues_of_notices() if words.search(one.text) and name in there), "")
        return (told or hit.key or "overview",)
    if (key := pinpointed(one.text, entry)) and (hit.facet in EXACT_PARTS | {"basis"} or not one.facets):
        return (key,)
    wanted = tuple(name for name in one.facets if name in there)
    if len(wanted) > 1:
        return wanted
    other = hit.facet == "faq" and one.facet not in asked(hit.section).facets  # a faq on another part
    plain = one.facet in PLAIN and len(one.facets) == 1 and len(one.rest) <= PLAIN_PART_MOST
    if wanted and other and (plain or _is_name(one.rest, entry)):
        return wanted
    told_of = one.rest if one.facet == "overview" else one.text  # 介绍一下公章刻制备案
    if not hit.key or (one.facet in ("", "overview") and _is_name(told_of, entry)):
        return ("overview",)
    return (hit.key,)


def _is_name(text: str, entry: Entry) -> bool:
    """Say whether the text is no more than a name of the entry, a slip of the pen allowed."""
    return any(fuzz.ratio(normalise(text), normalise(name)) >= NAME_LIKENESS for name in (entry.title, *entry.aliases))


def pinpointed(text: str, entry: Entry) -> str:
    """Return the key of the part that the words single out; empty when they single out none."""
    return cited(text, entry) or literal(text, entry)


def cited(text: str, entry: Entry) -> str:
    """Return the key of the part that tells what an article says (第四十七条), the article itself before an answer.

    Of several answers that rest on the article the one nearest to the question's words is taken.
    """
    wanted = set(ARTICLE.findall(normalise(text)))
    parts = [part for part in facets(entry) if part.name in ("article", "faq")]
    own = [part for part in parts if part.name == "article" and normalise(part.heading) in wanted]
    resting = [part for part in parts if part.name == "faq" and wanted & set(ARTICLE.findall(normalise(part.text)))]
    return max(own or resting, key=lambda part: _near(text, part)).key if own or resting else ""


def literal(text: str, entry: Entry) -> str:
    """Return the key of the only part with a way of asking that holds the words left beside the entry's name.

    开对公账户要不要开户许可证: beside the name of the entry there is 开户许可证, which one part alone is asked about.
    """
    rest = normalise(text)
    for name in sorted(map(normalise, (entry.title, *entry.aliases)), key=len, reverse=True):
        rest = rest.replace(name, " ", 1)
    words = asked(rest).rest
    if len(words) < LITERAL_LEAST or words == asked(text).rest:
        return ""
    having = [part.key for part in facets(entry) if any(words in normalise(asks) for asks in part.questions)]
    return having[0] if len(having) == 1 else ""


def _near(text: str, part: Facet) -> float:
    return max(fuzz.partial_token_ratio(normalise(text), normalise(asks)) for asks in (part.text, *part.questions))
