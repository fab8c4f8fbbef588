"""What is done by the clock, in which process and how often. Safe in several processes at once: nothing comes twice."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kb.settings import Settings
from kb.store import Store
from web import jobs
from web.curation.editing import INDEX, Editing
from web.jobs import Job, Queue
from web.knowledge.entries import Entries
from web.outbox import Outboxes
from web.push.jobs import PUSHING, Worker
from web.signals.evaluating import evaluate
from web.tickets.lifecycle.policy import Policy
from web.tickets.service import Tickets
from web.tickets.supervision import Supervision

log = logging.getLogger(__name__)
SOON, MINUTE, HOUR, DAY = 20, 60, 3600, 86400  # seconds


def of_push(queue: Queue, settings: Settings, store: Store, outboxes: Outboxes) -> tuple[Job, ...]:
    """Declare and return the work of the push process: all that needs the database only."""
    worker = Worker(settings, store.engine, store, outboxes)
    supervision = Supervision(Tickets(store.engine, Policy.load(settings.data_dir)))
    editing = Editing(store.engine, Job(jobs.open_queue(settings, jobs.SITE), INDEX).want)
    titles = Entries(store).titles
    return (
        Job(queue, PUSHING, worker.work, MINUTE),
        Job(queue, "supervision slips", lambda: issue(supervision), MINUTE),
        Job(queue, "deadlines of a year that was unknown", supervision.recount, DAY),
        Job(queue, "service-care signals", lambda: evaluate(store.engine, titles), HOUR),
        Job(queue, "planned publishing", editing.publish_due, SOON),
    )


def of_site(queue: Queue, take_in: Callable[[], object]) -> tuple[Job, ...]:
    """Declare and return the work of the process that has the encoder, beside what is asked of it."""
    return (Job(queue, "unanswered questions", take_in, SOON),)


def issue(supervision: Supervision) -> int:
    """Issue the slips that are due and return how many; each is issued once, whoever asks first."""
    issued = supervision.issue()
    for slip in issued:
        log.info("slip %s for %s, told: %s", slip.colour.value, slip.number, "、".join(slip.told))
    return len(issued)
