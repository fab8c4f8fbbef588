"""What stands beside an appeal: the like of it, the conversation that led to it, and its files as downloads."""

from __future__ import annotations

from typing import Any

from web.errors import SearchDown, UnknownConversation
from web.pages.officer.home import tickets
from web.review import transcript
from web.services import desk
from web.tickets.lifecycle.ticket import Ticket

SIMILAR_SHOWN = 5


def near(found: Ticket) -> dict[str, Any]:
    """Return what is like an appeal: open ones that may be the same, answered ones, entries of the knowledge base."""
    service = tickets().duplicates
    same = service.of(found.text, category=found.category, phone=found.phone, but=found.number)
    alike = [
        match for match in service.answered(found.text, most=SIMILAR_SHOWN + 1) if match.ticket.number != found.number
    ]
    try:
        answer, trouble = desk().search.find(found.title, top_k=SIMILAR_SHOWN * 2), ""
        hits = {hit.entry_id: hit for hit in reversed(answer.hits)} if answer.band != "refuse" else {}
    except SearchDown as error:
        hits, trouble = {}, error.detail
    return {
        "same": same[:SIMILAR_SHOWN],
        "alike": alike[:SIMILAR_SHOWN],
        "hits": list(hits.values())[::-1][:SIMILAR_SHOWN],
        "trouble": trouble,
    }


def talk_of(found: Ticket) -> transcript.Transcript | None:
    """Return the conversation that an appeal was told in; None when there was none, or it was cleared."""
    try:
        return transcript.read(desk().engine, found.conversation_id) if found.conversation_id else None
    except UnknownConversation:
        return None
