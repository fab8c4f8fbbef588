"""One turn of a conversation: kept first, then answered, then kept with its answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kb.settings import Settings
from retriever.dialogue.commands import SHOWN
from retriever.dialogue.payload import Payload
from web import clock
from web.chat import answers
from web.chat.conversations import Answer, Conversations, Turn
from web.chat.locks import Locks
from web.chat.rasa import Rasa
from web.chat.requests import Requests
from web.commands import Said
from web.errors import DialogueDown, WebError
from web.knowledge.entries import Entries
from web.knowledge.list_answers import Lists
from web.metrics import Metrics
from web.text import clean, wordless

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """What goes back to the person: the turn's ids and its answer."""

    conversation_id: str
    turn_id: str
    answer: Answer


class People(Protocol):
    """The people behind the desk: whether one of them holds a conversation, and what they add to its answers."""

    def held(self, conversation_id: str) -> bool:
        """Say whether a person holds the conversation, so that the bot has to be silent."""

    def remarks(self, outcome: str) -> tuple[dict[str, Any], ...]:
        """Return what an answer of this outcome has to add, such as that nobody is at the desk now."""


class Words(Protocol):
    """Finds conversations by what was said in them."""

    def index(self, conversation_id: str, turn_id: str, *texts: str) -> None:
        """Make a turn findable by what was said in it."""


class Acts(Protocol):
    """Carries out what the dialogue decides."""

    def carry_out(self, name: str, args: dict[str, Any], said: Said) -> dict[str, Any] | None:
        """Return the item that shows what was done, None for what is not its business."""


class Chat:
    """Answers messages. Safe to share between threads; one message of a conversation at a time."""

    def __init__(
        self,
        settings: Settings,
        conversations: Conversations,
        entries: Entries,
        requests: Requests,
        rasa: Rasa,
        locks: Locks,
        metrics: Metrics,
        people: People,
        words: Words,
        commands: Sequence[Acts],
        lists: Lists,
    ) -> None:
        """Put the parts together; nothing is opened here."""
        self._people, self._words, self._commands, self._lists = people, words, commands, lists
        self._settings, self._conversations, self._entries = settings, conversations, entries
        self._requests, self._rasa, self._locks, self._metrics = requests, rasa, locks, metrics

    def ask(
        self, message: str, conversation_id: str | None = None, message_id: str | None = None, channel: str = "web"
    ) -> Reply:
        """Return the answer to a message; None opens a conversation.

        Raises EmptyMessage, MessageTooLong and UnknownConversation before anything is kept, and DialogueDown (with
        the ids, the text and an apology in `extra`) when the turn is kept but could not be answered.
        """
        text = clean(message, self._settings.message_limit)
        started = time.perf_counter()
        conversation_id = conversation_id or self._conversations.start(channel)
        turn = self._conversations.open_turn(conversation_id, text, message_id)
        try:
            with self._locks.hold(conversation_id):
                answer = self._answer_once(turn, text, started)
        except Exception as error:
            self._failed(turn, text, error, started)
            raise
        return Reply(conversation_id, turn.id, answer)

    def _answer_once(self, turn: Turn, text: str, started: float) -> Answer:
        """Answer the turn, unless the same call was answered while this one waited."""
        kept = self._conversations.turn(turn.id) if turn.repeated else None
        if kept and kept.answer:
            return self.shown(kept.answer)
        answer = self._said(turn, text)
        seconds = time.perf_counter() - started
        self._conversations.complete(turn.id, answer, seconds * 1000)
        self._words.index(turn.conversation_id, turn.id, turn.question, *answers.said(answer))
        self._metrics.turn(answer.outcome, seconds)
        return answer

    def _said(self, turn: Turn, text: str) -> Answer:
        """Return the answer, or silence while a person holds the conversation or took it over in the meantime."""
        if self._people.held(turn.conversation_id):
            return answers.silence()
        answer = answers.unreadable() if wordless(text) else self._asked(turn, text)
        if self._people.held(turn.conversation_id) and not any(item["type"] == "ticket" for item in answer.messages):
            return answers.silence()
        remarks = (*answers.privacy_notice(text, answer.outcome), *self._people.remarks(answer.outcome))
        return answers.with_remarks(answer, remarks)

    def _asked(self, turn: Turn, text: str) -> Answer:
        with self._metrics.rasa_seconds.time():
            payload = self._rasa.ask(turn.conversation_id, text, turn.id, clock.today())
        payload, link = answers.filled(payload, self._lists)
        done = link or self._carried_out(payload, turn, text)
        return answers.compose(payload, self._entries, self._settings, done)

    def _carried_out(self, payload: Payload, turn: Turn, text: str) -> dict[str, Any] | None:
        if payload.command is None:
            return None
        name, args = payload.command.name, payload.command.args
        if name in SHOWN:
            return None
        said = Said(turn.conversation_id, turn.id, text)
        done = next((item for acts in self._commands if (item := acts.carry_out(name, args, said))), None)
        return done or answers.ticket(self._requests.keep(name, args, turn.conversation_id, turn.id))

    def _failed(self, turn: Turn, text: str, error: Exception, started: float) -> None:
        name = error.name if isinstance(error, WebError) else type(error).__name__
        seconds = time.perf_counter() - started
        self._conversations.fail(turn.id, name, seconds * 1000)
        self._words.index(turn.conversation_id, turn.id, turn.question)
        self._metrics.turn("error", seconds)
        log.warning("turn %s not answered: %s", turn.id, name)
        if isinstance(error, DialogueDown):
            items = answers.apology(self._settings)
            error.detail = items[0]["text"]
            error.extra |= {
                "conversation_id": turn.conversation_id,
                "turn_id": turn.id,
                "outcome": "error",
                "messages": items,
                "message": text,
                "retry": True,
            }

    def shown(self, answer: Answer) -> Answer:
        """Return a kept answer with its cards made again from the versions it was taken from."""
        return answer.with_messages(tuple(item for item in map(self._restored, answer.messages) if item))

    def _restored(self, item: dict[str, Any]) -> dict[str, Any] | None:
        if item["type"] != "guide":
            return item
        return self._entries.card(item["entry_id"], item["version"], item["facet"], item["key"])
