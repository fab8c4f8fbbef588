"""Lists that are asked for as lists: what is on, where to go, what has a property. The website fills them in.

What is open now and how many seats are left changes by the minute, so the reply is a command and a sentence before it.
The words stand in `kb/lexicon/list_requests.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kb.bodies import PROPERTIES
from retriever.dialogue.commands import LIST_NOTICES, LIST_PLACES, LIST_PROPERTY, Command
from retriever.dialogue.entities.districts import district_in
from retriever.dialogue.sentences import sentence
from retriever.dialogue.values import Context, Reply
from retriever.text.tokenize import WORD
from retriever.text.word_rules import Kind, load

FORMS = {"meetings": "会议通知", "announcements": "活动公告"}  # what notices are called in the list, by kind
OFFERED = {"ask_package": "一件事", "ask_notice": "活动 会议 通知"}  # what a list on offer is searched for, by act


def listed(text: str, context: Context) -> Reply | None:
    """Return the reply that has a list filled in; None when no list is asked for."""
    for name, found in (
        (LIST_PROPERTY, _property(text)),
        (LIST_PLACES, _places(text)),
        (LIST_NOTICES, _notices(text)),
    ):
        if found is not None:
            return _reply(name, found, context)
    return None


def to_offer(text: str, act: str) -> str:
    """Return what to search for when a message of the act asks for nothing but what there is; empty when it does not.

    有哪些套餐, 有什么活动: of what is found some are put on offer.
    """
    kinds = _kinds()
    bare = act in OFFERED and not WORD.search(kinds["only_listing"].without(text))
    return OFFERED[act] if bare and (act == "ask_notice" or kinds["packages"].found(text)) else ""


def _kinds() -> Mapping[str, Kind]:
    return load("list_requests", property=" ".join(PROPERTIES))


def _property(text: str) -> dict[str, Any] | None:
    name = next((one for one in PROPERTIES if one in text), "")
    return {"property": name} if name and _kinds()["with_property"].found(text) else None


def _places(text: str) -> dict[str, Any] | None:
    near, now, places = (_kinds()[name].found(text) for name in ("near", "open_now", "all_places"))
    if not (near or now or places):
        return None
    return {"near": near, "open": now, "district": (district_in(text) or "")[:20]}


def _notices(text: str) -> dict[str, Any] | None:
    kinds = _kinds()
    if not kinds["notices"].found(text):
        return None
    return {"forms": [form for name, form in FORMS.items() if kinds[name].found(text)]}


def _reply(name: str, args: dict[str, Any], context: Context) -> Reply:
    lead = sentence(f"list_{name.removeprefix('list.')}")
    return Reply(
        "answered",
        lead,
        confidence=1.0,
        command=Command(name=name, args=args),
        context=replace(context, text=lead, candidates=(), failures=0),
    )
