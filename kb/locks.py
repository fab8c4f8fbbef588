"""Every advisory lock of the product's database: one register, so that no two of them share a number."""

from __future__ import annotations

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    """What is done by one at a time, whichever process does it; the numbers belong to the product alone."""

    MIGRATION = 0x51584200
    STORE = 0x51584201  # versions are counted per entry, so those who store take turns
    LAST_ADMIN = 0x51584202  # two admins who dismiss each other take turns, so that one remains
    SIGN_IN = 0x51584203  # tries are counted as they begin
    REVIEW = 0x51584207
    SAMPLE = 0x51584208
    DAILY_FIGURES = 0x51584209
    SIGN_UP = 0x51580010  # one line of people a notice
    SIGNALS = 0x51580014
    PLANNING = 0x51580020  # one planner at a time
