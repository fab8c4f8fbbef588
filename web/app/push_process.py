"""The process that works by the clock and sends; opens its channels from the settings, each adds its own line here."""

from __future__ import annotations

import logging

from sqlalchemy.engine import Engine

from kb.settings import Settings
from kb.store import Store
from web import database, jobs
from web.app import clock_jobs
from web.channels import outboxes as vendors
from web.outbox import WIDGET, Outboxes
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
    for chatty in ("alembic", "huey"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    store, queue = Store.open(settings), jobs.open_queue(settings, jobs.PUSH)
    database.migrate(store.engine)
    clock_jobs.of_push(queue, settings, store, open_outboxes(settings, store.engine))
    jobs.run(queue)
