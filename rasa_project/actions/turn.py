"""The one action: reads the tracker, has the turn decided, hands the reply on as data."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from rasa_project.actions.runtime import opened
from rasa_project.actions.slots import day_of, memory_of, silence, slots_of
from retriever.dialogue.acts import acts_of
from retriever.dialogue.message import Message
from retriever.dialogue.payload import payload
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import turn
from retriever.search.question_vectors import PACKED


class ActionReply(Action):
    """Answers one message."""

    def name(self) -> str:
        """Return the name the rules call it by."""
        return "action_reply"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """Say one JSON payload and return the slots that changed."""
        process, message = opened(), tracker.latest_message
        metadata = message.get("metadata") or {}
        last = tracker.slots.get("last_turn") or {}
        turn_id = str(metadata.get("turn_id", ""))
        if turn_id and turn_id == last.get("turn_id"):
            dispatcher.utter_message(json_message=last["payload"])
            return []
        if PACKED in message:
            process.searcher.learn(message[PACKED])
        desk = Desk(process.searcher, process.settings, day_of(metadata))
        said = Message(str(message.get("text") or ""), silence(tracker.events))
        done = turn(said, memory_of(tracker.slots), acts_of(message), desk)
        data = payload(done.reply, done.memory.form, done.sure).as_json()
        dispatcher.utter_message(json_message=data)
        slots = {**slots_of(done.memory), "last_turn": {"turn_id": turn_id, "payload": data}}
        return [SlotSet(name, value) for name, value in slots.items() if value != tracker.slots.get(name)]
