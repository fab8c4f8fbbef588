"""The reply that lists the policies matched for an enterprise, explains each, and asks for what decides most."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from kb.matching.next_question import Question, next_question
from kb.matching.policies import CAUTION, STANDINGS, Match, Policy, match, policies, reaching
from kb.text_fit import ANSWER_LIMIT, fit
from retriever.dialogue.commands import Command
from retriever.dialogue.profile.profile_state import Enterprise
from retriever.dialogue.scope import Desk
from retriever.dialogue.sentences import sentence
from retriever.dialogue.values import Context, Reply, Source
from retriever.search.searcher import Searcher

NAMED = 3
EXPLAINED = 6
FEW_OPTIONS = 8
SKIP = "不清楚"


def matched(
    enterprise: Enterprise, desk: Desk, context: Context, lead: str, command: str, **args: Any
) -> tuple[Reply, str]:
    """Return the reply with the best matches, and the field that it asks for, empty when it asks nothing.

    `command` is what the website is asked to do, with `args`.
    """
    values = enterprise.read()
    found = match(values, policies_in_force(desk.searcher, desk.searcher.version, desk.today))
    shown = reaching(found)
    question = next_question(found, values, skipped=enterprise.skipped)
    text = summary(lead, shown, question)
    told = [explained(number, one) for number, one in enumerate(shown[:EXPLAINED], 1)]
    said = Reply(
        "form" if question else "answered",
        text,
        confidence=1.0,
        sources=tuple(_source(one, desk) for one in shown[:NAMED]),
        suggestions=options(question),
        command=Command(name=command, args={**args, "told": told, "count": len(shown)}),
        context=replace(context, text=text, entry="", facet="", candidates=(), failures=0),
    )
    return said, question.field if question else ""


@lru_cache(maxsize=4)
def policies_in_force(searcher: Searcher, version: str, day: dt.date) -> tuple[Policy, ...]:
    """Return the policies of one index version with conditions that count on `day`; read once."""
    return tuple(policies(searcher.of_kind("policy"), day))


def summary(lead: str, shown: Sequence[Match], question: Question | None) -> str:
    """Return the first sentence: how many match, the best by name, what to tell next; at most 300 characters."""
    ask = "\n" + sentence("matches_ask", question=question.text) if question else ""
    if not shown:
        return fit(sentence("matches_none", lead=lead), ANSWER_LIMIT - len(ask)) + ask
    named = "；".join(_named(number, one) for number, one in enumerate(shown[:NAMED], 1))
    count = len(shown)
    more = sentence("matches_and_more", count=count) if count > NAMED else sentence("matches_all", count=count)
    text = sentence("matches", lead=lead, named=named, more=more, caution=CAUTION)
    return fit(text, ANSWER_LIMIT - len(ask)) + ask


def _named(number: int, one: Match) -> str:
    return sentence("matches_named", number=number, title=one.policy.title, standing=standing(one))


def standing(one: Match) -> str:
    """Return in a few words how a match stands: how much is met, how much is not known."""
    met, unknown = len(one.of("met")), len(one.of("unknown"))
    counts = sentence("match_partly", met=met, unknown=unknown) if unknown else sentence("match_met", met=met)
    left = one.days_left
    window = sentence("match_window", days=left) if left is not None and one.policy.window == "open" else ""
    return (counts if one.standing in ("met", "unknown") else sentence(f"match_{one.standing}")) + window


def explained(number: int, one: Match) -> str:
    """Return one match with its reasons: 因为…；还缺…；请补充…."""
    return f"{number}. {one.policy.title}：{STANDINGS[one.standing]}\n{one.explanation.removesuffix(CAUTION)}"


def options(question: Question | None) -> tuple[str, ...]:
    """Return the buttons under the question: the answers when they are few, and a way past it."""
    if question is None:
        return ()
    few = question.options if len(question.options) <= FEW_OPTIONS else ()
    yes_no: Mapping[bool, tuple[str, ...]] = {True: ("是", "否"), False: few}
    return (*yes_no[set(few) == {"是", "否"}], SKIP)


def _source(one: Match, desk: Desk) -> Source:
    entry = desk.searcher.entry(one.policy.id)
    begin, end = (day.isoformat() if day else "" for day in (entry.effective_from, entry.effective_to))
    return Source(
        entry_id=entry.id,
        title=entry.title,
        section=sentence("match_source"),
        url=f"/entries/{entry.id}",
        version=entry.version,
        effective_from=begin,
        effective_to=end,
        score=1.0,
    )
