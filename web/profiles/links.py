"""From a conversation to its profile, and from there to the enterprise's pages by a link that opens once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading, writing
from web import clock, one_time_tokens
from web.profiles.errors import UnknownProfile
from web.profiles.tables import doors, links

LASTS = dt.timedelta(minutes=30)
GONE = "这个进入链接已经用过或超过 30 分钟，请回到对话里再问一次“有哪些政策适合我”，或用进入码打开"


class Ways:
    """The ways of one database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        """Keep rows through `engine`."""
        self._engine = engine

    def of(self, conversation_id: str) -> str | None:
        """Return the id of the profile that a conversation has told of itself, None when it has not."""
        query = sa.select(links.c.profile_id).where(links.c.conversation_id == conversation_id)
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar()
        return None if found is None else str(found)

    def link(self, conversation_id: str, profile_id: str) -> None:
        """Note whose a conversation is; a later profile takes the place of an earlier one."""
        here = links.c.conversation_id == conversation_id
        with writing(self._engine) as connection:
            connection.execute(sa.delete(links).where(here))
            row = {"conversation_id": conversation_id, "profile_id": profile_id, "at": clock.now()}
            connection.execute(sa.insert(links), row)

    def door(self, profile_id: str) -> str:
        """Return a token that opens the pages of a profile once, within half an hour."""
        now = clock.now()
        with writing(self._engine) as connection:
            connection.execute(sa.delete(doors).where(doors.c.expires_at < now))
            return one_time_tokens.keep(connection, doors, now + LASTS, profile_id=profile_id)

    def enter(self, token: str) -> str:
        """Use a token up and return whose pages it opens (UnknownProfile)."""
        with writing(self._engine) as connection:
            found = one_time_tokens.consume(connection, doors, token, clock.now())
        if found is None:
            raise UnknownProfile(GONE)
        return str(found.profile_id)
