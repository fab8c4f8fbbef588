"""Opens the channels of a process from its settings; each channel adds its own line here."""

from __future__ import annotations

import logging

from huey.consumer import Consumer
from sqlalchemy.engine import Engine

from kb.settings import Settings
from kb.store import Store
from web import database
from web.channels import outboxes as vendors
from web.outbox import WIDGET, Outboxes
from web.push.jobs import POLL_SECONDS, Worker, declare, open_queue
from web.push.widget import WidgetOutbox


def open_outboxes(settings: Settings, engine: Engine) -> Outboxes:
    """Return the channels that `settings` has switched on; the widget always is one."""
    outboxes = Outboxes()
    outboxes.register(WIDGET, WidgetOutbox(engine))
    vendors.register(outboxes, settings)
    return outboxes


def run(settings: Settings) -> None:
    """Work until told to stop; for a process of its own."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    store = Store.open(settings)
    database.migrate(store.engine)
    queue = open_queue(settings)
    declare(queue, Worker(settings, store.engine, store, open_outboxes(settings, store.engine)).work)()
    consumer = Consumer(queue, workers=1, worker_type="thread", max_delay=POLL_SECONDS, initial_delay=POLL_SECONDS)
    consumer.run()
