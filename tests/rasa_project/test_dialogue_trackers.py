"""Conversations kept by Rasa: bounded, whole in what matters, alive after a kill, personal numbers masked."""

import pytest
from running import finished

pytestmark = pytest.mark.rasa

IDENTITY = "11010519491231002X"


@pytest.fixture(scope="module")
def rasa_parts():
    """Rasa's classes, imported once: this takes seconds."""
    from rasa.shared.core import events
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    from rasa_project.project import DOMAIN

    return events, Domain.load(str(DOMAIN)), DialogueStateTracker


@pytest.fixture
def store(tmp_path, rasa_parts):
    """An empty store in a file, with its opener for a second process."""
    from rasa_project.tracker_store import BoundedTrackerStore

    def opened():
        return BoundedTrackerStore(rasa_parts[1], host=f"sqlite:///{tmp_path / 'talks.sqlite3'}")

    return opened


def one_turn(parts, tracker, number, text="食品经营许可要什么材料"):
    """The events of one turn, with the slots an action sets."""
    events, domain, _ = parts
    parsed = {"intent": {"name": "ask_guide", "confidence": 0.9}, "intent_ranking": [{"name": "x"}] * 28, "text": text}
    rows = [
        events.ActionExecuted("action_listen"),
        events.UserUttered(text, parsed["intent"], parse_data=parsed, metadata={"turn_id": str(number)}),
        events.ActionExecuted("action_reply"),
        events.SlotSet("current_entry", f"entry-{number}"),
        events.SlotSet("form", {"form": "appeal", "values": {"what": "路坏了"}, "asking": "where"}),
        events.BotUttered(data={"custom": {"text": "好" * 300}}),
    ]
    for row in rows:
        tracker.update(row, domain)


def turns(parts, store, sender, count, begin=0):
    """Play turns as Rasa does: read, add events, write; returns how many events are kept after each."""
    kept = []
    for number in range(begin, begin + count):
        tracker = finished(store.get_or_create_tracker(sender))
        one_turn(parts, tracker, number)
        finished(store.save(tracker))
        kept.append(len(tracker.events))
    return kept


def test_slots_and_half_a_form_are_there_for_a_second_process(store, rasa_parts):
    turns(rasa_parts, store(), "a", 3)
    tracker = finished(store().retrieve("a"))
    assert tracker.get_slot("current_entry") == "entry-2"
    assert tracker.get_slot("form")["values"] == {"what": "路坏了"}
    assert tracker.latest_message.text == "食品经营许可要什么材料"


def test_slot_set_long_before_the_kept_events_is_not_lost(store, rasa_parts):
    events, domain, tracker_class = rasa_parts
    tracker = tracker_class("b", domain.slots)
    tracker.update(events.SlotSet("failures", 1), domain)
    finished(store().save(tracker))
    turns(rasa_parts, store(), "b", 60)
    assert finished(store().retrieve("b")).get_slot("failures") == 1


def test_session_start_among_the_events_does_not_empty_the_slots(store, rasa_parts):
    events, domain, tracker_class = rasa_parts
    tracker = tracker_class("c", domain.slots)
    tracker.update(events.SlotSet("current_entry", "kept"), domain)
    tracker.update(events.ActionExecuted("action_session_start"), domain)
    tracker.update(events.SessionStarted(), domain)
    tracker.update(events.SlotSet("current_entry", "kept"), domain)
    tracker.update(events.ActionExecuted("action_listen"), domain)
    finished(store().save(tracker))
    assert finished(store().retrieve("c")).get_slot("current_entry") == "kept"


def test_long_conversation_keeps_few_events_and_begins_with_a_message(store, rasa_parts):
    turns(rasa_parts, store(), "d", 50)
    tracker = finished(store().retrieve("d"))
    kept = [event for event in tracker.events if event.type_name != "slot"]
    assert 4 <= len(kept) <= 8 and kept[0].type_name == "user"


def test_turn_500_reads_and_writes_no_more_than_the_tenth(store, rasa_parts):
    kept = turns(rasa_parts, store(), "e", 500)
    assert max(kept[-50:]) <= max(kept[10:60])


def test_identity_number_is_not_stored(store, rasa_parts, tmp_path):
    _, domain, tracker_class = rasa_parts
    tracker = tracker_class("f", domain.slots)
    one_turn(rasa_parts, tracker, 0, f"我的身份证{IDENTITY}")
    finished(store().save(tracker))
    assert all(IDENTITY.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    assert "身份证110" in finished(store().retrieve("f")).latest_message.text


def test_unknown_conversation_is_none_and_keys_are_listed(store, rasa_parts):
    assert finished(store().retrieve("nobody")) is None
    turns(rasa_parts, store(), "g", 1)
    assert list(finished(store().keys())) == ["g"]
