"""Which conversation a person of a channel is in. The person's id is kept as an HMAC only."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock
from web.channels.tables import messages, people
from web.chat.conversations import Conversations

RESTED = dt.timedelta(hours=24)  # after a day of silence a new conversation begins
PEOPLE_KEPT = dt.timedelta(days=7)  # a vendor tries again within minutes; who rested so long begins anew


@dataclass(frozen=True)
class Known:
    """A person in a conversation: what the last answer numbered, and the last word of the staff that was passed on."""

    key: str
    conversation_id: str
    choices: tuple[str, ...] = ()
    heard: int = 0


class People:
    """The people of all channels."""

    def __init__(self, engine: Engine, conversations: Conversations, secret: str) -> None:
        """Keep rows through `engine`; `secret` makes the keys, so that the table alone names nobody."""
        self._engine, self._conversations, self._secret = engine, conversations, secret.encode()

    def key(self, channel: str, person: str) -> str:
        """Return what the tables keep of a person's id."""
        return hmac.new(self._secret, f"{channel}|{person}".encode(), hashlib.sha256).hexdigest()

    def find(self, channel: str, person: str, message: str) -> Known:
        """Return the person in the conversation that the message belongs to; a new message may begin a new one."""
        key = self.key(channel, person)
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(people).where(people.c.key == key)).first()
            seen = sa.select(messages.c.conversation_id).where(messages.c.digest == message)
            conversation_id = connection.execute(seen).scalar()
        fresh = row is not None and clock.now() - row.last_at < RESTED
        if row is None or not (fresh or conversation_id):
            return self.begin(channel, person)
        return Known(key, conversation_id or row.conversation_id, tuple(row.choices), row.heard)

    def begin(self, channel: str, person: str) -> Known:
        """Put the person into a new conversation."""
        known = Known(self.key(channel, person), self._conversations.start(channel))
        values = {"conversation_id": known.conversation_id, "choices": [], "heard": 0, "last_at": clock.now()}
        try:
            self._put(known.key, channel, values)
        except sa.exc.IntegrityError:  # on PostgreSQL two first messages may come at once
            self._put(known.key, channel, values)
        return known

    def _put(self, key: str, channel: str, values: dict[str, object]) -> None:
        with writing(self._engine) as connection:
            if not connection.execute(sa.update(people).where(people.c.key == key).values(**values)).rowcount:
                connection.execute(sa.insert(people), {"key": key, "channel": channel, **values})

    def keep(self, known: Known, choices: Sequence[str], heard: int) -> None:
        """Remember what the answer numbered and what was passed on."""
        values = {"choices": list(choices), "heard": heard, "last_at": clock.now()}
        mine = sa.update(people).where(people.c.key == known.key, people.c.conversation_id == known.conversation_id)
        with writing(self._engine) as connection:
            connection.execute(mine.values(**values))

    def arrive(self, message: str, conversation_id: str) -> None:
        """Note that a message came; coming again changes nothing. What is older than PEOPLE_KEPT is forgotten."""
        moment = clock.now()
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.delete(messages).where(messages.c.at < moment - PEOPLE_KEPT))
                connection.execute(sa.delete(people).where(people.c.last_at < moment - PEOPLE_KEPT))
                known = connection.execute(sa.select(messages.c.digest).where(messages.c.digest == message)).first()
                if known is None:
                    row = {"digest": message, "conversation_id": conversation_id, "late": False, "at": moment}
                    connection.execute(sa.insert(messages), row)
        except sa.exc.IntegrityError:  # on PostgreSQL the same message may come twice at once: it is there
            return

    def claim_late(self, message: str) -> bool:
        """Say whether the caller is the one who sends the late reply to a message: true once."""
        mine = sa.update(messages).where(messages.c.digest == message, messages.c.late.is_(False))
        with writing(self._engine) as connection:
            return bool(connection.execute(mine.values(late=True)).rowcount)

    def is_late(self, message: str) -> bool:
        """Say whether somebody sends the reply to a message late."""
        with reading(self._engine) as connection:
            return bool(connection.execute(sa.select(messages.c.late).where(messages.c.digest == message)).scalar())


def digest(channel: str, message_id: str) -> str:
    """Return what the tables keep of a vendor's message id: 64 characters, whatever its form."""
    return hashlib.sha256(f"{channel}|{message_id}".encode()).hexdigest()
