"""The decision of what to say: safety first, then the act, then the question. Same input, same reply."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.settings import Settings
from retriever.dialogue import responses, safety
from retriever.dialogue.answer import answer, nothing, offer, plain, unanswered
from retriever.dialogue.commands import EMERGENCY, OPEN_FORM, REQUEST_PERSON, command
from retriever.dialogue.forms.form_words import QUESTION_ACTS
from retriever.dialogue.message import Message
from retriever.dialogue.navigation import steered
from retriever.dialogue.profile import list_requests
from retriever.dialogue.question import ASKS, asked, questions
from retriever.dialogue.quick_replies import pressed
from retriever.dialogue.scope import Desk, named
from retriever.dialogue.sentences import sentence
from retriever.dialogue.thresholds import (
    ACT_CERTAIN,
    ACT_UNSURE,
    ENTRIES_OFFERED,
    NAME_LEAST,
    NAMED_LEAST,
    RESCUE_CERTAIN,
    RESCUE_LEAST,
    RESCUE_PART_LEAST,
    SEARCH_CERTAIN,
)
from retriever.dialogue.values import Context, Outcome, Reply
from retriever.text.word_rules import load

KINDS = {"ask_package": ("package",), "ask_notice": ("notice",)}
WORD = re.compile(r"\w")
TALK_ACTS = {"cancel", "correct", "affirm", "deny", "choose", "repeat", "inform", "start_over"}
SWAP_ACTS = {"correct", "inform", "choose", "start_over"}
ASKED_FIRST = {*responses.FORMS, "contact_person"}  # these are answered from the guides only when put as a question


def reply(message: Message, act: str, context: Context, desk: Desk) -> Reply:
    """Decide what to say to a message that is no danger, which the classifier took for `act` (empty: a question)."""
    text = message.searched
    said = (
        pressed(message, context, desk)
        or _unfit(text, act, context, desk)
        or _acted(text, act or "ask_guide", context, desk)
    )
    return replace(said, act=act)


def guarded(message: Message, context: Context, settings: Settings) -> Reply | None:
    """Return what must be said before anything else, even while a form is open: danger, steering, others' data."""
    text = message.searched
    if danger := safety.danger(text, settings.hotline):
        wish = command(EMERGENCY, kind=danger.kind)
        return plain("handoff", danger.text, context, (responses.MESSAGE, responses.PERSON), wish)
    if safety.injected(text):
        return plain("refused", responses.refusal("injection", settings), context, responses.EXAMPLES)
    if safety.asks_about_others(text):
        return plain("refused", responses.refusal("others", settings), context, ("查进度", responses.PERSON))
    return None


def _unfit(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the fixed reply to text without words, to swearing, and to what was taken for steering."""
    settings = desk.settings
    if not WORD.search(text):
        return plain("no_answer", responses.refusal("unreadable", settings), context, responses.EXAMPLES)
    if safety.abusive(text) or act == "abuse":
        rest = safety.without_abuse(text)
        asks = bool(asked(rest).facets or ASKS.search(rest))
        if asks and len(asked(rest).rest) >= RESCUE_LEAST and desk.search(rest).answerable:
            return answer(rest, context, desk)
        return plain("refused", responses.refusal("abuse", settings), context, (responses.PERSON, responses.MESSAGE))
    return None


def _acted(text: str, act: str, context: Context, desk: Desk) -> Reply:
    """Return the reply to an act of an ordinary message."""
    if said := steered(text, act, context, desk):
        return said
    swap = act in SWAP_ACTS and bool(context.entry) and asked(text).variant  # 换成西区的 corrects nothing
    if act in QUESTION_ACTS or act == "nlu_fallback" or swap:
        return _question(text, act, context, desk)
    if len(text) >= NAMED_LEAST and named(desk.search(text)):
        return answer(text, context, desk)
    return _rescued(text, act, context, desk) or _talk(act, text, context, desk)


def _question(text: str, act: str, context: Context, desk: Desk) -> Reply:
    if listing := list_requests.to_offer(text, act):
        found = desk.search(listing, kinds=KINDS[act])
        ids = [item.entry_id for item in found.candidates if item.hit.state == "current"][:ENTRIES_OFFERED]
        if ids:
            return offer(ids, sentence("which_of_listed"), "", context, desk, found)
        return plain("no_answer", responses.none_listed(act, desk.settings), context, ("订阅通知", responses.PERSON))
    said = answer(text, context, desk, kinds=KINDS.get(act, ()))
    if said.outcome in ("clarify", "answered") and said.confidence < SEARCH_CERTAIN and safety.private(text):
        return plain("no_answer", responses.refusal("private", desk.settings), context, responses.EXAMPLES)
    return said


def _rescued(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return an answer when an act that is no question carries a question that the guides can answer."""
    wishes = load("wishes")
    meant = act in ASKED_FIRST and not ASKS.search(text) and wishes["form"].found(text)
    if meant or (act == "start_over" and not 0 < desk.sure < ACT_UNSURE):
        return None
    one = questions(text)[-1]
    if context.entry and one.bare and one.facets and act not in ("choose", "repeat"):
        return answer(text, context, desk)
    if act == "injection" and not safety.steering(text):
        return answer(text, context, desk)
    if desk.sure >= ACT_CERTAIN and not (act in ASKED_FIRST - {"match_policy"} and ASKS.search(text)):
        return None
    word = act in TALK_ACTS and not wishes["talk"].found(text) and len(one.rest) >= NAME_LEAST
    if not word and len(one.rest) < (RESCUE_PART_LEAST if one.facets else RESCUE_LEAST):
        return None
    found = desk.search(one.text)
    doubtful = word or (act == "report_appeal" and not wishes["form"].found(text))
    sure = found.answerable and found.confidence >= (
        RESCUE_CERTAIN if ASKS.search(text) or act != "out_of_scope" else 1.0
    )
    return answer(text, context, desk) if sure or (doubtful and found.band != "refuse") else None


def _talk(act: str, text: str, context: Context, desk: Desk) -> Reply:
    """Return the fixed reply to an act of conversation."""
    settings = desk.settings
    if act in responses.FORMS:
        return plain("form", sentence("form_opens"), context, (), command(OPEN_FORM, form=responses.FORMS[act]))
    if act == "contact_person":
        said = sentence("to_a_person", hours=settings.desk_hours, human=responses.human(settings))
        return plain("handoff", said, context, (responses.MESSAGE,), command(REQUEST_PERSON, reason="asked"))
    if act == "out_of_scope" and context.failures:
        return nothing(None, text, context, desk)
    if act in ("injection", "out_of_scope"):
        outcome: Outcome = "refused" if act == "injection" else "no_answer"
        return plain(outcome, responses.refusal(act, settings), context, responses.EXAMPLES)
    if not responses.is_talk(act):
        return unanswered(desk.search(text), text, context, desk)
    buttons = responses.EXAMPLES if act in ("greet", "small_talk", "start_over") else ()
    return plain("smalltalk", responses.talk(act, settings), Context() if act == "start_over" else context, buttons)
