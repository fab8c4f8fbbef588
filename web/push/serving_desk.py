"""Everything about profiles, pushing, notices and places, put together once for an application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.engine import Engine

from kb.settings import Settings
from kb.workdays import Calendar
from web import jobs
from web.accounts.audit import record
from web.knowledge.entries import Entries
from web.notices import Notices
from web.profiles import Profiles
from web.profiles.errors import UnknownProfile
from web.profiles.links import Ways
from web.push.jobs import PUSHING, signer
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
    wake: Callable[[], object]
    signs: URLSafeSerializer

    @classmethod
    def open(cls, settings: Settings, engine: Engine, entries: Entries, calendar: Calendar) -> ServingDesk:
        """Put the services together on an engine whose tables are there (`web.database.migrate`)."""
        return cls(
            engine=engine,
            entries=entries,
            profiles=Profiles(engine, record),
            ways=Ways(engine),
            wishes=Wishes(engine, record),
            notices=Notices(engine, entries.get, record),
            log=PushLog(engine, record),
            calendar=calendar,
            wake=jobs.Job(jobs.open_queue(settings, jobs.PUSH), PUSHING).want,
            signs=signer(settings),
        )

    def subscriber(self, token: str) -> tuple[str, str]:
        """Return (profile id, channel) of a signed link to unsubscribe (UnknownProfile when it is not ours)."""
        try:
            profile_id, channel = self.signs.loads(token)
        except (BadSignature, ValueError, TypeError) as error:
            raise UnknownProfile("这个退订链接不对，请用最近一条消息里的链接") from error
        return str(profile_id), str(channel)
