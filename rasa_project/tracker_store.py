"""Keeps conversations: slots and the latest events, one row each, so that the 500th turn costs what the first did."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, deserialise_events
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.pool import StaticPool

from kb.privacy import mask

EVENTS_KEPT = 8  # two turns: rules look back one, the action two messages; what is kept is read anew at every turn
KEPT_DAYS = 90
TABLES = sa.MetaData()
CONVERSATIONS = sa.Table(
    "rasa_conversations",
    TABLES,
    sa.Column("sender", sa.String(255), primary_key=True),
    sa.Column("changed", sa.Float, nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False),
)
# Put together once: two of them are carried out at every turn.
MINE = CONVERSATIONS.c.sender == sa.bindparam("mine")
UPDATE = CONVERSATIONS.update().where(MINE).values(changed=sa.bindparam("now"), state=sa.bindparam("said"))
STATE = sa.select([CONVERSATIONS.c.state]).where(MINE)


class BoundedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """A tracker store in one table: slots in full, the last events, texts of visitors with personal numbers masked.

    A conversation that nobody has touched for KEPT_DAYS is forgotten when the store is opened.
    """

    def __init__(
        self,
        domain: Domain | None = None,
        event_broker: EventBroker | None = None,
        host: str = "sqlite://",
        kept: int = EVENTS_KEPT,
        **kwargs: Any,
    ) -> None:
        """Open the database at the URL `host` (Rasa's word); keep the last `kept` events of each conversation."""
        super().__init__(domain, event_broker, **kwargs)
        self._kept = kept
        self._engine = _engine(host)
        TABLES.create_all(self._engine)
        with self._engine.begin() as connection:
            connection.execute(CONVERSATIONS.delete().where(CONVERSATIONS.c.changed < time.time() - KEPT_DAYS * 86_400))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the conversation's row: every slot that is set, and the last events."""
        await self.stream_events(tracker)
        state = json.dumps(
            {
                "slots": {name: value for name, value in tracker.current_slot_values().items() if value is not None},
                "events": [_masked(event.as_dict()) for event in recent(tracker, self._kept)],
            },
            ensure_ascii=False,
        )
        sender, now = tracker.sender_id, time.time()
        with self._engine.begin() as connection:
            if not connection.execute(UPDATE, {"mine": sender, "now": now, "said": state}).rowcount:
                connection.execute(CONVERSATIONS.insert().values(sender=sender, changed=now, state=state))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the conversation with its slots, or None when there is none."""
        with self._engine.connect() as connection:
            stored = connection.execute(STATE, {"mine": sender_id}).scalar()
        if stored is None or self.domain is None:
            return None
        state = json.loads(stored)
        events = [SlotSet(name, value) for name, value in state["slots"].items()]
        return DialogueStateTracker.from_events(
            sender_id, events + deserialise_events(state["events"]), self.domain.slots
        )

    async def keys(self) -> Iterable[str]:
        """Return the ids of all conversations."""
        with self._engine.connect() as connection:
            return [row[0] for row in connection.execute(sa.select([CONVERSATIONS.c.sender]))]


def recent(tracker: DialogueStateTracker, most: int) -> list[Any]:
    """Return the last events, at most `most`, beginning where a turn begins; session starts are left out.

    A session start would reset the slots when the events are read again, and slots are kept on their own.
    """
    events = [event for event in tracker.events if event.type_name not in ("session_started", "slot")]
    tail = events[-most:]
    for place, event in enumerate(tail):
        if event.type_name == "user":
            return tail[place:] if len(tail) < len(events) else tail
    return tail


def _masked(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event with personal numbers masked in the visitor's words, and without the classifier's ranking."""
    kept = dict(event)
    if kept.get("event") == "user":
        parsed = kept.get("parse_data") or {}
        kept["text"] = mask(kept.get("text") or "").text
        kept["parse_data"] = {
            "intent": parsed.get("intent"),
            "entities": [],
            "text": kept["text"],
            "metadata": parsed.get("metadata"),
        }
    return kept


def _engine(url: str) -> sa.engine.Engine:
    """Open the database; SQLite keeps one connection, since closing the last one would write the whole log back."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;"
    sa.event.listen(engine, "connect", lambda connection, _: connection.executescript(pragmas))
    return engine
