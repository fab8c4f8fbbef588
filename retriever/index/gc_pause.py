"""Pauses Python's cycle collector while an index is made or read.

Hundreds of thousands of small objects come into being, none of them in a cycle; the collector would walk through
everything the process holds (models, modules) again and again, a quarter of the time.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Pause the collector; it goes on afterwards if it was on. Two threads at once do no harm."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
