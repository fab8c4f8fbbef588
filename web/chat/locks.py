"""One message of a conversation at a time, in the order they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import redis
from redis.exceptions import LockError

from kb.settings import Settings
from web.errors import ConversationBusy

BUSY = "上一条消息还在处理，请稍候再试"


class Locks(Protocol):
    """Something that lets one caller at a time hold a key."""

    def hold(self, key: str) -> AbstractContextManager[None]:
        """Wait for this caller's turn and hold the key inside the block (ConversationBusy after too long)."""
        ...


class LocalLocks:
    """Keys held among the threads of this process, first come, first served."""

    def __init__(self, patience: float) -> None:
        """Wait at most `patience` seconds for one's turn."""
        self._patience = patience
        self._guard = threading.Lock()
        self._queues: dict[str, deque[threading.Event]] = {}

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Wait for this caller's turn and hold the key inside the block (ConversationBusy)."""
        mine = threading.Event()
        with self._guard:
            queue = self._queues.setdefault(key, deque())
            queue.append(mine)
            if queue[0] is mine:
                mine.set()
        try:
            if not mine.wait(self._patience):
                raise ConversationBusy(BUSY)
            yield
        finally:
            self._leave(key, mine)

    def _leave(self, key: str, mine: threading.Event) -> None:
        with self._guard:
            queue = self._queues[key]
            queue.remove(mine)
            if queue:
                queue[0].set()
            else:
                del self._queues[key]


class RedisLocks:
    """Keys held among all processes that share one Redis."""

    def __init__(self, url: str, patience: float) -> None:
        """Wait at most `patience` seconds; a key whose holder died is free again after twice that."""
        self._client = redis.Redis.from_url(url)
        self._patience = patience

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Wait until the key is free and hold it inside the block (ConversationBusy)."""
        lock = self._client.lock(f"qxb:conversation:{key}", timeout=self._patience * 2, sleep=0.02)
        if not lock.acquire(blocking_timeout=self._patience):
            raise ConversationBusy(BUSY)
        try:
            yield
        finally:
            self._release(lock)

    def _release(self, lock: redis.lock.Lock) -> None:
        try:
            lock.release()
        except LockError:  # it ran out by itself: another caller may hold the key by now, and it is theirs
            return


def open_locks(settings: Settings) -> Locks:
    """Return the locks that fit the settings: Redis where it is set, else this process alone."""
    patience = settings.rasa_timeout * 2
    return RedisLocks(settings.redis_url, patience) if settings.redis_url else LocalLocks(patience)
