"""Rules about who answers for an entry, where it comes from, and whether people will find it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from kb.bodies import PolicyBody
from kb.checks.finding import Finding
from kb.facets import facets
from kb.models import Entry

FEWEST_QUESTIONS = 8
FEWEST_ALIASES = 3


def missing_owner(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Nobody answers for the entry."""
    if not entry.owner:
        yield Finding("没有责任人", "警告", entry.id, "owner", "没有写由哪条线维护")


def missing_source(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Nothing says where the facts were seen."""
    if not entry.sources:
        yield Finding("没有来源", "警告", entry.id, "sources", "没有写事实从哪里看到")


def missing_summary(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """No sentence says who must do it and when."""
    if not entry.summary:
        yield Finding("没有概述", "警告", entry.id, "summary", "没有一句话说清谁在什么情况下要办")


def few_questions(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Fewer than eight ways in which people ask."""
    if isinstance(entry.body, PolicyBody) and entry.body.articles:
        return
    if len(entry.questions) < FEWEST_QUESTIONS:
        message = f"只有 {len(entry.questions)} 种问法，至少要 {FEWEST_QUESTIONS} 种"
        yield Finding("问法太少", "警告", entry.id, "questions", message)


def ways_to_nothing(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Ways of asking for a part that the entry does not have: they lead to no answer."""
    there = {part.heading for part in facets(entry)}
    for number, ways in enumerate(entry.ways, start=1):
        if ways.part not in there:
            message = f"条目没有写“{ways.part}”，问它的话找不到答案"
            yield Finding("问法没有着落", "警告", entry.id, f"ways[{number}].part", message)


def few_aliases(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Fewer than three other names."""
    if len(entry.aliases) < FEWEST_ALIASES and not (isinstance(entry.body, PolicyBody) and entry.body.articles):
        yield Finding("别名太少", "提示", entry.id, "aliases", f"只有 {len(entry.aliases)} 个别名")


def unsaid_status(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """An entry that is over does not say why, or what took its place."""
    if entry.status == "superseded" and not entry.superseded_by:
        yield Finding("失效未说明", "错误", entry.id, "superseded_by", "已被替代，却没有写被哪个条目替代")
    if entry.status in ("expired", "abolished") and not entry.status_note:
        yield Finding("失效未说明", "警告", entry.id, "status_note", "已停用，却没有说明原因")


RULES = (missing_owner, missing_source, missing_summary, few_questions, ways_to_nothing, few_aliases, unsaid_status)
