"""What the desk does by the clock: supervision slips as deadlines come. Safe in several processes at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from web.tickets.ticket_desk import TicketDesk

log = logging.getLogger(__name__)
SECONDS = 60.0


def tick(desk: TicketDesk) -> int:
    """Issue the slips that are due and return how many; each is issued once, whoever asks first."""
    issued = desk.supervision.issue()
    for slip in issued:
        log.info("slip %s for %s, told: %s", slip.colour.value, slip.number, "、".join(slip.told))
    return len(issued)


def start(desk: TicketDesk) -> threading.Thread:
    """Count what a new year's holidays made countable, then tick as long as the process lives."""
    thread = threading.Thread(target=_ticking, args=(desk,), name="tickets", daemon=True)
    thread.start()
    return thread


def _ticking(desk: TicketDesk) -> None:
    pause = threading.Event()
    _safely(desk.supervision.recount)
    while True:
        _safely(lambda: tick(desk))
        pause.wait(SECONDS)


def _safely(work: Callable[[], int]) -> None:
    try:
        work()
    except Exception:  # one bad minute must not end all later ones
        log.exception("tick failed")
