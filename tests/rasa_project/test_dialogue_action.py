"""The action only translates: tracker in, one payload and slots out; the same turn twice says the same thing."""

import pytest
from dialogue_world import TODAY, PairSearcher
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from kb.settings import Settings
from rasa_project.actions import turn as action_turn
from rasa_project.actions.runtime import Opened
from rasa_project.actions.slots import day_of, memory_of, silence, slots_of
from retriever.dialogue.turn import Memory


@pytest.fixture(autouse=True)
def small_desk(monkeypatch):
    """The action process opened on the small desk instead of an index."""
    monkeypatch.setattr(action_turn, "opened", lambda: Opened(Settings(), PairSearcher()))


class Talk:
    """A tracker that goes on from turn to turn as Rasa's does."""

    def __init__(self):
        self.slots, self.events, self.clock = {}, [], 0.0

    def say(self, text, act, turn_id="", after=1.0):
        self.clock += after
        message = {
            "text": text,
            "intent": {"name": act, "confidence": 0.9},
            "metadata": {"turn_id": turn_id or f"turn-{len(self.events)}", "today": str(TODAY)},
        }
        self.events.append({"event": "user", "timestamp": self.clock, "text": text})
        tracker = Tracker("s", dict(self.slots), message, list(self.events), False, None, {}, "action_listen")
        dispatcher = CollectingDispatcher()
        changed = action_turn.ActionReply().run(dispatcher, tracker, {})
        self.slots |= {event["name"]: event["value"] for event in changed}
        assert len(dispatcher.messages) == 1
        return dispatcher.messages[0]["custom"]


def test_payload_has_what_the_website_is_promised():
    data = Talk().say("开公司注册资本多久要交完", "ask_guide")
    assert set(data) >= {"outcome", "text", "entry", "version", "facet", "key", "confidence", "act", "sources"}
    assert set(data) >= {"candidates", "suggestions", "why", "command", "parts", "form"}
    assert data["outcome"] == "answered" and data["act"] == "ask_guide"
    assert set(data["sources"][0]) == {
        "entry_id",
        "title",
        "section",
        "url",
        "version",
        "effective_from",
        "effective_to",
        "score",
    }
    assert set(data["why"][0]) == {"entry_id", "key", "score", "found_by", "matched"}


def test_context_goes_through_the_slots():
    talk = Talk()
    talk.say("注册公司", "ask_guide")
    assert talk.slots["current_entry"] == "A1-company-setup"
    assert talk.say("那要多久", "ask_facet")["key"] == "time"


def test_turn_sent_twice_is_answered_once():
    talk = Talk()
    talk.say("查进度QX20261122001", "check_progress", "t-1")
    first = talk.slots["last_turn"]["payload"]
    again = talk.say("查进度QX20261122001", "check_progress", "t-1")
    assert again == first and talk.slots["form"]["serial"] == 1


def test_context_ends_with_the_session_and_half_a_form_does_not():
    talk = Talk()
    talk.say("注册公司", "ask_guide")
    talk.say("我要投诉", "report_appeal")
    talk.say("那要多久", "ask_facet", after=3601)
    assert talk.slots["current_entry"] is None and talk.slots["form"]["resting"] is True


def test_memory_survives_the_slots():
    talk = Talk()
    talk.say("注销", "ask_guide")
    memory = memory_of(talk.slots)
    assert len(memory.context.candidates) >= 2
    assert {name: value for name, value in slots_of(memory).items() if value} == {
        name: value for name, value in talk.slots.items() if value and name != "last_turn"
    }
    assert memory_of({}) == Memory()


def test_day_comes_from_the_website_or_is_today():
    assert day_of({"today": "2026-11-20"}) == TODAY
    assert day_of({"today": "soon"}) == day_of({})


def test_silence_is_the_time_between_the_last_two_messages():
    events = [{"event": "user", "timestamp": 0.0 + 60 * at} for at in (1, 2, 12)]
    assert silence(events) == 10
    assert silence(events[:1]) == 0


def test_the_vector_that_the_classifier_made_is_handed_to_the_search(monkeypatch):
    searcher = PairSearcher()
    monkeypatch.setattr(searcher, "learn", (learned := []).append, raising=False)
    monkeypatch.setattr(action_turn, "opened", lambda: Opened(Settings(), searcher))
    message = {"text": "开公司", "intent": {"name": "ask_guide"}, "sentence_vector": {"text": "开公司"}}
    tracker = Tracker("s", {}, message, [], False, None, {}, "action_listen")
    action_turn.ActionReply().run(CollectingDispatcher(), tracker, {})
    assert learned == [{"text": "开公司"}]
