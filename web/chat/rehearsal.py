"""A turn as the chat would have it now: the same decision, the same lists, with nothing kept and nothing done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.errors import UnknownEntry
from kb.settings import Settings
from retriever.dialogue.acts import Acts
from retriever.dialogue.message import Message
from retriever.dialogue.payload import Payload, payload
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import Memory, turn
from retriever.dialogue.values import Context
from retriever.search.searcher import Searcher
from web import clock
from web.chat.answers import filled
from web.knowledge.list_answers import Lists

Classify = Callable[[str], Acts]


@dataclass(frozen=True)
class Rehearsed:
    """What would be said, the way to a whole list where one is asked for, and what the message was taken for."""

    payload: Payload
    link: dict[str, Any] | None
    acts: Acts


class Rehearsal:
    """Asks the dialogue as a visitor would. Safe to share between threads."""

    def __init__(self, settings: Settings, lists: Lists, classify: Classify) -> None:
        """`classify` returns the acts of a message, none while the dialogue server is away."""
        self._settings, self._lists, self.classify = settings, lists, classify

    def say(self, text: str, searcher: Searcher, *, entry_id: str = "", acts: Acts | None = None) -> Rehearsed:
        """Return what is said to a message; `entry_id` is what the talk was about before, empty for a fresh one.

        Without `acts` the message is classified as in the chat; none at all count it as a question.
        """
        message = Message(text)
        acts = self.classify(text) if acts is None else acts
        memory = Memory(Context(entry=_there(entry_id, searcher)))
        done = turn(message, memory, acts, Desk(searcher, self._settings, clock.today()))
        said, link = filled(payload(done.reply, done.memory.form, done.sure), self._lists)
        return Rehearsed(said, link, acts)


def _there(entry_id: str, searcher: Searcher) -> str:
    try:
        return searcher.entry(entry_id).id if entry_id else ""
    except UnknownEntry:
        return ""
