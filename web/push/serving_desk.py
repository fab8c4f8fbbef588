"""Everything about profiles, pushing, notices and places, put together once for an application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from huey import Huey
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.engine import Engine

from kb.settings import Settings
from kb.workdays import Calendar
from web.accounts.audit import record
from web.knowledge.entries import Entries
from web.notices import Notices
from web.profiles import Profiles
from web.profiles.errors import UnknownProfile
from web.profiles.links import Ways
from web.push.jobs import declare, open_queue, signer
from web.push.push_log import PushLog
from web.push.subscriptions import Wishes


@dataclass(frozen=True)
class ServingDesk:
    """The services of one database; each is safe to share between threads."""

    engine: Engine
    entries: Entries
    profiles: Profiles
    ways: Ways
    wishes: Wishes
    notices: Notices
    log: PushLog
    calendar: Calendar
    queue: Huey
    wake: Callable[[], object]
    signs: URLSafeSerializer

    @classmethod
    def open(cls, settings: Settings, engine: Engine, entries: Entries, calendar: Calendar) -> ServingDesk:
        """Put the services together on an engine whose tables are there (`web.database.migrate`)."""
        queue = open_queue(settings)
        return cls(
            engine=engine,
            entries=entries,
            profiles=Profiles(engine, record),
            ways=Ways(engine),
            wishes=Wishes(engine, record),
            notices=Notices(engine, entries.get, record),
            log=PushLog(engine, record),
            calendar=calendar,
            queue=queue,
            wake=declare(queue, _elsewhere),
            signs=signer(settings),
        )

    def subscriber(self, token: str) -> tuple[str, str]:
        """Return (profile id, channel) of a signed link to unsubscribe (UnknownProfile when it is not ours)."""
        try:
            profile_id, channel = self.signs.loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise UnknownProfile("这个退订链接不对，请用最近一条消息里的链接") from error
        return str(profile_id), str(channel)


def _elsewhere() -> None:
    """Do nothing: the site only puts jobs into the queue, the push process does them."""
