"""A call of any channel, from its signature to its reply: the same chat, log and limits as on the web."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any, TypeVar

from web.channels.adapter import Adapter, Call, Inbound, Sent
from web.channels.errors import ChannelOff, NotDelivered
from web.channels.people import Known, People, digest
from web.channels.rendering import Absolute, Rendered, render
from web.channels.replay_guard import Seals
from web.chat.chat import Chat, Reply
from web.chat.takeover import Live
from web.errors import WebError
from web.metrics import Metrics
from web.rate_limit import Meter

log = logging.getLogger(__name__)
TOO_OFTEN = "提问太频繁，请稍等一会儿再发。"
BEGIN_ANEW = ("新会话", "重新开始")
BEGUN = "已开始新会话，请直接说要办的事。"
Opened = TypeVar("Opened")
NO_TURN: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Answered:
    """What goes back to the person, and the same answer as the web API would give it."""

    text: Rendered
    turn: Mapping[str, Any]


class Channels:
    """The channels that are configured. Safe to share between threads."""

    def __init__(
        self,
        adapters: Mapping[str, Adapter],
        chat: Chat,
        live: Live,
        people: People,
        seals: Seals,
        meter: Meter,
        metrics: Metrics,
        threads: int,
    ) -> None:
        """Put the parts together; threads start with the first call."""
        self._adapters, self._chat, self._live, self._people = adapters, chat, live, people
        self._seals, self._meter, self._metrics = seals, meter, metrics
        self._workers = ThreadPoolExecutor(threads, thread_name_prefix="channel")

    def close(self) -> None:
        """Finish what is being answered and stop the threads."""
        self._workers.shutdown()

    def greet(self, channel: str, call: Call) -> Sent:
        """Answer a vendor's check of the address (ChannelOff, GarbledCall, ForgedCall)."""
        return self._refusing(channel, lambda: self._adapter(channel).greet(call))

    def receive(self, channel: str, call: Call, absolute: Absolute) -> Sent:
        """Answer a vendor's call (ChannelOff, GarbledCall, ForgedCall, ExpiredCall, ReplayedCall)."""
        adapter = self._adapter(channel)
        inbound = self._refusing(channel, lambda: self._opened(adapter, call))
        if not inbound.text:
            return adapter.reply(inbound, inbound.said, NO_TURN)
        if not self._meter.allows(f"{channel}|{self._people.key(channel, inbound.person)}"):
            return adapter.reply(inbound, TOO_OFTEN, NO_TURN)
        if inbound.text in BEGIN_ANEW:
            self._people.begin(channel, inbound.person)
            return adapter.reply(inbound, BEGUN, NO_TURN)
        message = digest(channel, inbound.message_id)
        if self._people.is_late(message):
            return adapter.reply(inbound, "", NO_TURN)
        known = self._people.find(channel, inbound.person, message)
        self._people.arrive(message, known.conversation_id)
        work = self._workers.submit(self._answer, adapter, inbound.text, known, message, absolute)
        return self._awaited(adapter, inbound, message, work)

    def _awaited(self, adapter: Adapter, inbound: Inbound, message: str, work: Future[Answered]) -> Sent:
        """Reply within the vendor's patience; what takes longer is sent later where the channel can do that."""
        late = adapter.sends_late(inbound)
        try:
            answered = work.result(timeout=adapter.patience if late else None)
        except NotYet:
            if self._people.claim_late(message):
                work.add_done_callback(lambda done: _send_late(adapter, inbound, done))
            return adapter.reply(inbound, "", NO_TURN)
        return adapter.reply(inbound, answered.text.fit(adapter.size), answered.turn)

    def _adapter(self, channel: str) -> Adapter:
        try:
            return self._adapters[channel]
        except KeyError as error:
            raise ChannelOff("这个渠道没有开通") from error

    def _opened(self, adapter: Adapter, call: Call) -> Inbound:
        inbound = adapter.open(call)
        self._seals.use(adapter.name, inbound.seal)
        return inbound

    def _refusing(self, channel: str, step: Callable[[], Opened]) -> Opened:
        try:
            return step()
        except WebError as error:
            self._metrics.channel_refusals.labels(channel, error.name).inc()
            log.warning("call of channel %s refused: %s: %s", channel, error.name, error.detail)
            raise

    def _answer(self, adapter: Adapter, said: str, known: Known, message: str, absolute: Absolute) -> Answered:
        try:
            reply = self._chat.ask(meant(said, known), known.conversation_id, message)
        except WebError as error:  # a person reads a sentence; a status would only make the vendor try again
            return Answered(Rendered(error.detail), {"conversation_id": known.conversation_id, "outcome": "error"})
        words, heard = self._staff_said(known)
        text = render(reply.answer, adapter.link, absolute, words)
        self._people.keep(known, text.choices, heard)
        return Answered(text, as_turn(reply))

    def _staff_said(self, known: Known) -> tuple[list[str], int]:
        """Return what people of the staff said since the last message, and the number of the last of it."""
        events = self._live.news(known.conversation_id, known.heard)["events"]
        said = [f"【{event['who']}】{event['text']}" for event in events if event["kind"] == "said"]
        return said, max((event["number"] for event in events), default=known.heard)


def _send_late(adapter: Adapter, inbound: Inbound, done: Future[Answered]) -> None:
    error = done.exception()
    if error is not None:
        log.error("message of channel %s not answered", adapter.name, exc_info=error)
        return
    try:
        adapter.send_late(inbound, done.result().text.fit(adapter.size))
    except NotDelivered as refused:
        log.warning("late reply of channel %s not delivered: %s", adapter.name, refused.detail)


def meant(text: str, known: Known) -> str:
    """Return what a message says: a number of the last answer's list stands for its line."""
    number = text.strip().rstrip(".。、")
    if number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(known.choices):
        return known.choices[int(number[:4]) - 1]
    return text


def as_turn(reply: Reply) -> dict[str, Any]:
    """Return the answer as the web API gives it."""
    answer = reply.answer
    return {
        "conversation_id": reply.conversation_id,
        "turn_id": reply.turn_id,
        "outcome": answer.outcome,
        "messages": list(answer.messages),
        "sources": list(answer.sources),
        "confidence": answer.confidence,
        "intent": {"name": answer.act, "confidence": answer.act_confidence},
    }
