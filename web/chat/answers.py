"""From what the dialogue decided to what a person sees: text first, then card, number, links and buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.bodies import UNFILLED
from kb.privacy import Masked, mask
from kb.settings import Settings
from retriever.dialogue.payload import Payload
from web.chat.conversations import Answer
from web.chat.requests import Request
from web.knowledge.entries import Entries
from web.knowledge.list_answers import Lists
from web.text import split_answer

Item = dict[str, Any]
NONE_OF_THESE = "都不是"
MAX_CANDIDATES = 3
MAX_SUGGESTIONS = 4
ASKED_BY_FORMS = {"phone", "email"}
CARDLESS = {"clarify", "no_answer", "refused"}
CONTACT_OUTCOMES = {"no_answer", "handoff", "error"}


def compose(payload: Payload, entries: Entries, settings: Settings, done: Item | None) -> Answer:
    """Return the answer with its items in the order in which they are read."""
    card = None
    if payload.entry and payload.outcome not in CARDLESS:
        card = entries.card(payload.entry, payload.version, payload.facet, payload.key)
    items = texts(payload.text)
    if card:
        items.append(card)
    if done:
        items.append(done)
    if payload.outcome in CONTACT_OUTCOMES:
        items += contacts(settings)
    items += choices(payload)
    act_confidence = payload.confidence if payload.act_confidence is None else payload.act_confidence
    return Answer(
        outcome=payload.outcome,
        messages=tuple(items),
        act=payload.act,
        act_confidence=act_confidence,
        confidence=payload.confidence,
        sources=tuple(sources(payload)),
        why=tuple(one.dict() for one in payload.why),
        entry=payload.entry,
        version=payload.version,
        facet=payload.facet,
        key=payload.key,
    )


def unreadable() -> Answer:
    """Return the answer to a message without a single word in it."""
    text = "这条消息里没有文字，我还看不懂。请用一句话说说要办的事，比如“开公司要什么材料”。"
    examples = [{"title": title, "payload": title} for title in ("开公司要什么材料", "社保怎么缴费")]
    items = [*texts(text), {"type": "choices", "purpose": "follow_up", "title": "", "choices": examples}]
    return Answer(outcome="clarify", messages=tuple(items), act="wordless", act_confidence=1.0)


def silence() -> Answer:
    """Return the answer of a bot that is silent because a person speaks: no item at all."""
    return Answer(outcome="handoff", messages=(), act="held")


def with_remarks(answer: Answer, remarks: Sequence[Item]) -> Answer:
    """Return the answer with further texts right after its own."""
    first = sum(item["type"] == "text" for item in answer.messages)
    return answer.with_messages((*answer.messages[:first], *remarks, *answer.messages[first:]))


def privacy_notice(text: str, outcome: str) -> tuple[Item, ...]:
    """Return what a person is told whose message holds personal numbers; a form asks for phone and e-mail itself."""
    found = mask(text).found
    if outcome == "form":
        found = tuple(item for item in found if item.kind not in ASKED_BY_FORMS)
    return tuple(texts(Masked("", found).notice)) if found else ()


def said(answer: Answer) -> list[str]:
    """Return the sentences of an answer."""
    return [str(item["text"]) for item in answer.messages if item["type"] == "text"]


def apology(settings: Settings) -> list[Item]:
    """Return what is shown when there is no answer because something of ours is down."""
    text = f"抱歉，系统现在答不上来，您的问题已经记下。请稍后重试，急事请拨打 {settings.hotline}。"
    return [*texts(text), *contacts(settings)]


def texts(text: str) -> list[Item]:
    """Return the answer as text items; the first one has at most 300 characters."""
    first, rest = split_answer(text)
    return [{"type": "text", "text": part} for part in (first, rest) if part]


def contacts(settings: Settings) -> list[Item]:
    """Return the ways to reach a person."""
    items = [{"type": "link", "title": f"拨打政务服务热线 {settings.hotline}", "url": f"tel:{settings.hotline}"}]
    if settings.desk_phone and settings.desk_phone != UNFILLED:
        title = f"{settings.desk_name} {settings.desk_phone}（{settings.desk_hours}）"
        items.append({"type": "link", "title": title, "url": f"tel:{settings.desk_phone}"})
    return items


def ticket(request: Request) -> Item:
    """Return the item that shows the number of a request."""
    text = f"{request.title}已登记，编号 {request.number}，请记下以便查询进度。"
    return {"type": "ticket", "number": request.number, "title": request.title, "status": request.status, "text": text}


def choices(payload: Payload) -> list[Item]:
    """Return the candidates of a clarifying question, or else the follow-ups; each is what one would type."""
    if payload.outcome == "clarify" and payload.candidates:
        labels = _distinct([item.label or item.title for item in payload.candidates])[:MAX_CANDIDATES]
        title = "" if payload.text.rstrip().endswith("？") else "您问的是哪一项？"  # the text may have asked already
        return [_choices("clarify", title, [*labels, NONE_OF_THESE])]
    if payload.suggestions:
        return [_choices("follow_up", "", _distinct(payload.suggestions)[:MAX_SUGGESTIONS])]
    return []


def sources(payload: Payload) -> list[Item]:
    """Return the sources with the address of each entry's page."""
    return [
        {
            **source.dict(),
            "effective_from": source.effective_from or None,
            "effective_to": source.effective_to or None,
            "url": f"/entries/{source.entry_id}",
        }
        for source in payload.sources
    ]


def filled(payload: Payload, lists: Lists) -> tuple[Payload, Item | None]:
    """Return the answer with the list that it asks for as it stands now, and the way to the page that has all of it.

    An answer that asks for no list stays as it is, without a link.
    """
    listing = payload.command and lists.of(payload.command.name, payload.command.args)
    if not listing:
        return payload, None
    found = listing.sources
    outcome = payload.outcome if found else "no_answer"
    said = payload.copy(update={"text": listing.text, "sources": found, "outcome": outcome})
    return said, {"type": "link", "title": listing.title, "url": listing.url}


def _choices(purpose: str, title: str, labels: Sequence[str]) -> Item:
    buttons = [{"title": label, "payload": label} for label in labels]
    return {"type": "choices", "purpose": purpose, "title": title, "choices": buttons}


def _distinct(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(label.strip() for label in labels if label.strip()))
