"""Brings the list up to date by the clock, and so also deletes by the clock. Safe in several processes at once."""

from __future__ import annotations

import logging
import threading

from sqlalchemy.engine import Engine

from web.signals.evaluating import evaluate
from web.signals.evidence import Titles

log = logging.getLogger(__name__)
SECONDS = 3600.0


def start(engine: Engine, titles: Titles) -> threading.Thread:
    """Evaluate now and every hour, as long as the process lives."""
    thread = threading.Thread(target=_ticking, args=(engine, titles), name="signals", daemon=True)
    thread.start()
    return thread


def _ticking(engine: Engine, titles: Titles) -> None:
    pause = threading.Event()
    while True:
        try:
            evaluate(engine, titles)
        except Exception:  # one bad hour must not end all later ones
            log.exception("signals were not brought up to date")
        pause.wait(SECONDS)
