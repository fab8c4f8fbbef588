"""The background work: huey keeps the jobs, in a file of the data folder or in Redis, and repeats what failed."""

from __future__ import annotations

import logging
from collections.abc import Callable

from huey import Huey, RedisHuey, SqliteHuey, crontab
from itsdangerous import URLSafeSerializer
from sqlalchemy.engine import Engine

from kb.settings import Settings
from kb.store import Store
from web.notices import Notices
from web.outbox import Outboxes
from web.push.planning import Planner
from web.push.reminding import remind
from web.push.sending import Sender
from web.security import stored_key

log = logging.getLogger(__name__)
NAME = "qixiaoban-push"
RETRIES = 3
RETRY_SECONDS = 30
POLL_SECONDS = 1.0


def open_queue(settings: Settings) -> Huey:
    """Return the queue: in Redis when there is one, else in the data folder."""
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, utc=True)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(settings.data_dir.resolve() / "jobs.sqlite3"), utc=True)


def declare(huey: Huey, work: Callable[[], object]) -> Callable[[], object]:
    """Put the one job into the queue's register, done once a minute; returns what has it done soon, by any process."""

    def push() -> None:
        work()

    huey.periodic_task(crontab(minute="*"), name="push-by-the-clock")(push)
    wake: Callable[[], object] = huey.task(retries=RETRIES, retry_delay=RETRY_SECONDS, name="push")(push)
    return wake


def signer(settings: Settings) -> URLSafeSerializer:
    """Return what signs the links of messages, the same in every process of a copy."""
    key = settings.secret_key or stored_key(settings.data_dir / "secret_key")
    return URLSafeSerializer(key, salt="unsubscribe")


def unsubscribe_path(signs: URLSafeSerializer) -> Callable[[str, str], str]:
    """Return a function from (profile, channel) to the page that ends the channel's subscription."""
    return lambda profile_id, channel: f"/unsubscribe/{signs.dumps([profile_id, channel])}"


class Worker:
    """Plans, reminds, sends and settles; everything it does may be broken off and done again."""

    def __init__(self, settings: Settings, engine: Engine, store: Store, outboxes: Outboxes) -> None:
        """Work on one database, sending through the channels that are open."""
        self.planner = Planner(engine, store)
        self.notices = Notices(engine, store.get)
        self.sender = Sender(engine, outboxes, unsubscribe_path(signer(settings)), settings.public_url.rstrip("/"))
        self.outboxes = outboxes

    def work(self) -> None:
        """Do everything that is to be done now."""
        self.sender.recover()
        planned = self.planner.plan_if_changed()
        sent = self.sender.send_due()
        reminded = remind(self.notices, self.outboxes)
        if planned or sent or reminded:
            log.info("planned %d, sent %d messages, reminded %d", planned, sent, reminded)
