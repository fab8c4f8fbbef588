"""The decision of what to say: safety first, then the act, then the question. Same input, same reply."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.facets import facets
from kb.privacy import personal
from kb.settings import Settings
from retriever import safety, wording
from retriever.answering import answer, answered, nothing, offer, unanswered
from retriever.asking import asked, questions
from retriever.choosing import chosen, none_of_them
from retriever.following import FOLLOWED, Desk, Resolved, certain
from retriever.normalize import clean
from retriever.results import Found
from retriever.searcher import Searcher
from retriever.turns import Context, Outcome, Reply

QUESTIONS = {"ask_guide", "ask_facet", "ask_policy", "ask_package", "ask_place", "ask_notice"}
KINDS = {"ask_package": ("package",), "ask_notice": ("notice",), "ask_policy": ("policy", "faq"), "ask_place": ()}
LISTING = re.compile(
    r"最近|近期|近来|现在|目前|今天|明天|(这|本|下|上)个?(周|星期|月)|年底|有没有|有|都|哪些|什么|啥|几个?|多少|新的?|最新|吗|呢|的|活动|会议|培训|通知|公告|讲座|一件事|套餐|清单|目录|可以|能|参加|看看|看|给我|我|办|[\s\W]"
)
LIST = re.compile(r"^(?![这那它]).*(一件事|套餐).*(哪些|什么|清单|目录)|(哪些|什么|有).*(一件事|套餐)")
LISTED = {"ask_package": "一件事", "ask_notice": "活动 会议 通知"}
BACK = re.compile(
    r"回到?(刚才|之前|前面|上一个|最开始|第一个)(那个|说的|的)?(问题|事项|话题|业务)?|(上一个|之前那个|前面那个|刚开始那个)(事项|问题|话题|业务)"
)
ASKS = re.compile(
    r"[?？]$|[吗么]$|什么|怎么(?!样)|多久|多少|如何|能不能|可不可以|要不要|会不会|算不算|哪些|哪家|找谁|还是|会怎样|是不是|几天|怎么回事"
)
WORD = re.compile(r"\w")
SHORTEST_RESCUE = 4
RIVAL = 0.25
RESCUED = 0.65
FRAGMENTS = {
    "out_of_scope",
    "small_talk",
    "inform",
    "injection",
    "report_appeal",
    "check_progress",
    "rate",
}  # what 那得花多少钱 may be taken for
ASKED_FIRST = {*wording.FORMS, "contact_person"}  # these are answered from the guides only when put as a question


def reply(question: str, act: str, context: Context, searcher: Searcher, settings: Settings, today: dt.date) -> Reply:
    """Decide what to say to `question`, which the classifier took for `act` (empty: a question)."""
    desk = Desk(searcher, settings, today)
    text = without_numbers(clean(question))
    said = (
        guarded(text, context, settings)
        or _unfit(text, act, context, desk)
        or _acted(text, act or "ask_guide", context, desk)
    )
    return replace(said, act=act)


def without_numbers(text: str) -> str:
    """Return the text without personal numbers: they name no item, and a search should not see them."""
    for one in reversed(personal(text)):
        text = f"{text[: one.begin]} {text[one.end :]}"
    return text


def guarded(text: str, context: Context, settings: Settings) -> Reply | None:
    """Return what must be said before anything else, even while a form is open: danger, steering, others' data."""
    if danger := safety.danger(text, settings.hotline):
        command = {"name": "emergency.shown", "args": {"kind": danger.kind}}
        return _fixed("handoff", danger.text, context, (wording.MESSAGE, wording.PERSON), command)
    if safety.injected(text):
        return _fixed("refused", wording.refusal("injection", settings), context, wording.EXAMPLES)
    if safety.asks_about_others(text):
        return _fixed("refused", wording.refusal("others", settings), context, ("查进度", wording.PERSON))
    return None


def _unfit(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the fixed reply to text without words, to swearing, and to what was taken for steering."""
    settings = desk.settings
    if not WORD.search(text):
        return _fixed("no_answer", wording.refusal("unreadable", settings), context, wording.EXAMPLES)
    if safety.abusive(text) or act == "abuse":
        rest = safety.without_abuse(text)
        if len(asked(rest).rest) >= SHORTEST_RESCUE and certain(desk.search(rest)):
            return answer(rest, context, desk)
        return _fixed("refused", wording.refusal("abuse", settings), context, (wording.PERSON, wording.MESSAGE))
    return None


def _acted(text: str, act: str, context: Context, desk: Desk) -> Reply:
    """Return the reply to an act of an ordinary message."""
    if context.candidates and (picked := _picked(text, act, context, desk)):
        return picked
    if BACK.search(text) and (context.trail or context.entry):
        return _back(context, desk)
    if act in QUESTIONS or act == "nlu_fallback":
        return _question(text, act, context, desk)
    if act == "correct" and context.entry:
        return _not_this(context, desk)
    if act == "repeat" and context.text:
        return _fixed("smalltalk", context.text, context, ())
    if rescued := _rescued(text, act, context, desk):
        return rescued
    return _talk(act, text, context, desk)


def _question(text: str, act: str, context: Context, desk: Desk) -> Reply:
    if act in LISTED and not LISTING.sub("", text) and (act == "ask_notice" or LIST.search(text)):
        found = desk.search(LISTED[act], kinds=KINDS[act])
        ids = [item.entry_id for item in found.candidates if item.hit.state == "current"][:3]
        if ids:
            return offer(ids, "目前有这几项，您想看哪一项？", "", context, desk, found)
        return _fixed("no_answer", wording.none_listed(act, desk.settings), context, ("订阅通知", wording.PERSON))
    return answer(text, context, desk, kinds=KINDS.get(act, ()))


def _picked(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the answer to a choice among the entries on offer; None when the message is something else."""
    entries = [entry for entry in map(desk.entry, context.candidates) if entry is not None]
    if none_of_them(text) or act == "deny":
        return nothing(None, context.question, replace(context, candidates=()), desk)
    place = chosen(text, [item.label for item in wording.choices(entries)])
    if place is None and act == "affirm" and len(entries) == 1:
        place = 0
    if place is None:
        return None
    picked = entries[place]
    question = text if asked(text).facets else context.question or picked.title
    facet = asked(question)
    found = desk.search(f"{picked.title} {question}", within=picked.id)
    there = {part.key for part in facets(picked)}
    first = "components" if "components" in there else "overview"
    best = found.candidates[0].hit.key if found.candidates and question != picked.title else first
    key = facet.facet if facet.facet in there else best
    return _shown(picked.id, key, question, replace(context, candidates=(), failures=0), desk, found)


def _shown(entry_id: str, key: str, question: str, context: Context, desk: Desk, found: Found | None = None) -> Reply:
    entry = desk.searcher.entry(entry_id)
    return answered([Resolved(entry, (key,), FOLLOWED, found)], question, context, desk)


def _back(context: Context, desk: Desk) -> Reply:
    """Return to the entry that was in hand before this one."""
    earlier = desk.entry((context.trail or (context.entry,))[-1])
    if earlier is None:
        return nothing(None, "", replace(context, trail=context.trail[:-1]), desk)
    return _shown(earlier.id, "overview", earlier.title, context, desk)


def _not_this(context: Context, desk: Desk) -> Reply:
    """Offer the next best entries for the last question when the one shown was wrong."""
    if not context.question:
        return _talk("correct", "", context, desk)
    found = desk.search(context.question)
    floor = max((item.score for item in found.candidates), default=0.0) - RIVAL
    ids = [item.entry_id for item in found.candidates if item.entry_id != context.entry and item.score >= floor][:3]
    state = replace(context, entry="", facet="", candidates=(), failures=context.failures + 1)
    if not ids or context.failures:
        return nothing(found, context.question, replace(state, failures=context.failures), desk)
    return offer(ids, "抱歉，理解错了。您问的是下面哪一项？", context.question, state, desk, found)


def _rescued(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return an answer when an act that is no question carries a question that the guides surely answer."""
    if act in ("start_over", "cancel") or (act in ASKED_FIRST and not ASKS.search(text)):
        return None
    one = questions(text)[-1]
    if context.entry and one.bare and one.facets and act in FRAGMENTS:
        return answer(text, context, desk)
    if len(one.rest) < SHORTEST_RESCUE:
        return None
    found = desk.search(one.text)
    return answer(one.text, context, desk) if found.answerable and found.confidence >= RESCUED else None


def _talk(act: str, text: str, context: Context, desk: Desk) -> Reply:
    settings = desk.settings
    if act in wording.FORMS:
        command = {"name": "form.start", "args": {"form": wording.FORMS[act]}}
        return _fixed("form", "好的，我来登记。", context, (), command)
    if act == "contact_person":
        said = f"好的，为您转人工（{settings.desk_hours}）。{wording.human(settings)}。"
        return _fixed(
            "handoff", said, context, (wording.MESSAGE,), {"name": "handoff.request", "args": {"reason": "asked"}}
        )
    if act == "injection":
        return _fixed("refused", wording.refusal(act, settings), context, wording.EXAMPLES)
    if act == "out_of_scope":
        return _fixed("no_answer", wording.refusal("out_of_scope", settings), context, wording.EXAMPLES)
    if act == "start_over":
        return _fixed("smalltalk", wording.talk(act, settings), Context(), wording.EXAMPLES)
    if act not in wording.TALK:
        return unanswered(desk.search(text), text, context, desk)
    return _fixed(
        "smalltalk", wording.talk(act, settings), context, wording.EXAMPLES if act in ("greet", "small_talk") else ()
    )


def _fixed(
    outcome: Outcome, text: str, context: Context, suggestions: Sequence[str], command: Mapping[str, Any] | None = None
) -> Reply:
    return Reply(outcome, text, suggestions=tuple(suggestions), command=command, context=replace(context, text=text))
