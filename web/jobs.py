"""Work in the background, one way for all of it: huey keeps what was asked for, in the data folder or in Redis.

A process that works has a queue of its own; any process may ask for work of it, by name. Asked for twice before it is
begun, work is done once; it is never done twice at a time; what a process was at when it died, it does when it is back.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from typing import TypeAlias

from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler

from kb.settings import Settings

log = logging.getLogger(__name__)
PUSH, SITE = "qixiaoban-push", "qixiaoban-site"  # the queues: of the push process, and of the one with the encoder
WORKERS = 3  # so that long work keeps nothing else waiting
POLL_SECONDS = 1.0
BEAT_SECONDS = 20  # how often the clock is looked at
Queue: TypeAlias = Huey


def open_queue(settings: Settings, name: str) -> Queue:
    """Return the queue of this name: in Redis when there is one, else in the data folder."""
    if settings.redis_url:
        return RedisHuey(name, url=settings.redis_url, utc=True)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(name, filename=str(settings.data_dir.resolve() / "jobs.sqlite3"), utc=True)


def elsewhere() -> None:
    """Do nothing: this process only asks for the work, the one that works off the queue does it."""


class Job:
    """A named piece of work on a queue; what goes wrong in it is logged with its name and stops nothing else."""

    def __init__(self, queue: Queue, name: str, work: Callable[[], object] = elsewhere, seconds: int = 0) -> None:
        """Have `work` done whenever it is asked for; with `seconds` also at the start, and each time they are over."""
        self._queue, self._name, self._work = queue, name, work
        self._asked, self._begun = f"{name}: asked for", f"{name}: begun"
        self._turn, self._rest = threading.Lock(), threading.Condition()
        self._task = queue.task(name=name)(self._do)
        queue.on_startup(name)(self._task)  # goes on with what was asked for or begun before the process died
        if seconds:
            queue.periodic_task(every(seconds), name=f"{name}, by the clock")(self.want)
        else:  # what a full disk or a locked file kept from being begun is begun at a later beat
            queue.periodic_task(every(BEAT_SECONDS), name=f"{name}, left over")(self._do)

    def want(self) -> None:
        """Have the work done soon, from what is there now; returns at once."""
        self._queue.put(self._asked, True)
        self._task()

    def wanted(self) -> bool:
        """Say whether the work is asked for or going on."""
        return any(self._queue.get(mark, peek=True) for mark in (self._asked, self._begun))

    def wait(self, seconds: float) -> None:
        """Wait until nothing is left to do; for the process that does it."""
        with self._rest:
            self._rest.wait_for(lambda: not self.wanted(), seconds)

    def _do(self) -> None:
        while self.wanted() and self._turn.acquire(blocking=False):
            try:
                self._queue.put(self._begun, True)
                self._queue.delete(self._asked)  # what is asked for from here on is done once more
                self._attempt()
                self._queue.delete(self._begun)
            finally:
                self._turn.release()
        with self._rest:
            self._rest.notify_all()

    def _attempt(self) -> None:
        try:
            self._work()
        except Exception:  # one bad time must not end all later ones
            log.exception("%s failed", self._name)


def every(seconds: int) -> Callable[[dt.datetime], bool]:
    """Return what huey asks at each beat, whether work is due: at the first one, then each time `seconds` are over."""
    pause, last = dt.timedelta(seconds=seconds - BEAT_SECONDS / 2), dt.datetime.min

    def due(now: dt.datetime) -> bool:
        nonlocal last
        if dt.timedelta(0) <= now - last < pause:  # below zero when somebody has put the clock back
            return False
        last = now
        return True

    return due


class _Clock(Scheduler):  # type: ignore[misc]
    periodic_task_seconds = BEAT_SECONDS


class _Workers(Consumer):  # type: ignore[misc]
    scheduler_class = _Clock


def run(queue: Queue) -> None:
    """Work off a queue until the process is told to stop."""
    _Workers(queue, workers=WORKERS, max_delay=POLL_SECONDS).run()


def start(queue: Queue, poll: float = POLL_SECONDS) -> Callable[[], None]:
    """Work off a queue beside what else the process does, whose signals stay its own; returns what ends it."""
    workers = _Workers(queue, workers=WORKERS, max_delay=poll)
    for thread in (workers.scheduler, *(thread for _, thread in workers.worker_threads)):
        thread.start()
    return lambda: workers.stop(graceful=True)
