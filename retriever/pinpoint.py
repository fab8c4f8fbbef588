"""The part of an entry that a question's own words single out: an article by its number, a thing by its exact name."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from kb.facets import Facet, facets
from kb.models import Entry
from retriever.asking import asked
from retriever.normalize import normalise

ARTICLE = re.compile(r"第\d+条(?:之\d+)?")
LITERAL = 4  # shorter words stand in too many answers to single one out


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
    if len(words) < LITERAL or words == asked(text).rest:
        return ""
    having = [part.key for part in facets(entry) if any(words in normalise(asks) for asks in part.questions)]
    return having[0] if len(having) == 1 else ""


def _near(text: str, part: Facet) -> float:
    return max(fuzz.partial_token_ratio(normalise(text), normalise(asks)) for asks in (part.text, *part.questions))
