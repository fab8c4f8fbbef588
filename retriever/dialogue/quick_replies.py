"""Words on the buttons of the chat: understood as they stand, whatever the classifier takes them for."""

from __future__ import annotations

from kb.text_fit import ANSWER_LIMIT, fit_list
from retriever.dialogue import responses
from retriever.dialogue.answer import offer, plain
from retriever.dialogue.message import Message
from retriever.dialogue.scope import Desk
from retriever.dialogue.sentences import sentence
from retriever.dialogue.thresholds import ENTRIES_OFFERED
from retriever.dialogue.values import Context, Reply

ACTS = {
    "我要联系": "contact_person",
    responses.PERSON: "contact_person",
    responses.MESSAGE: "report_appeal",
    "查进度": "check_progress",
    responses.NONE_OF_THESE: "deny",
    "以上都不是": "deny",
    "换一个": "correct",
    "我要办事": "ask_guide",
    "我要提问": "ask_guide",
    "产业政策": "ask_policy",
    "会议通知": "ask_notice",
    "活动公告": "ask_notice",
}
OPENS_BUSINESS, OPENS_QUESTION = "我要办事", "我要提问"
POLICIES = "产业政策"


def is_button(message: Message) -> bool:
    """Say whether the message is what a button of the chat sends."""
    return message.words in ACTS


def act_of(message: Message, act: str) -> str:
    """Return the act of a button's words, else the act that the classifier gave."""
    return ACTS.get(message.words, act)


def pressed(message: Message, context: Context, desk: Desk) -> Reply | None:
    """Return the reply to a button that opens a subject; None for any other message."""
    words = message.words
    if words == OPENS_BUSINESS:
        return plain("smalltalk", sentence("opening_business"), context, responses.EXAMPLES)
    if words == OPENS_QUESTION:
        return plain("smalltalk", sentence("opening_question"), context, responses.EXAMPLES)
    if words != POLICIES:
        return None
    current = [entry for entry in desk.searcher.of_kind("policy") if entry.state_on(desk.today) == "current"]
    titles = [entry.title for entry in current]
    after = sentence("policies_or_matched")
    text = fit_list(sentence("policies_now", count=len(titles)), titles, ANSWER_LIMIT - len(after)) + after
    return offer([entry.id for entry in current[:ENTRIES_OFFERED]], text, "", context, desk) if current else None
