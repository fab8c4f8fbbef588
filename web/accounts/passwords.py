"""Passwords: hashed with Argon2, and refused when they would be guessed first (NIST SP 800-63B: long, not common)."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from web.accounts.errors import WeakPassword

SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 128
COMMON = Path(__file__).parent / "common_passwords.txt"
ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "147258369",
)
RUN = 3  # characters of one keyboard row, or one repeated, that count as no secret
AT_ONCE = 4  # each hash takes 64 MiB


class Passwords:
    """Makes and checks hashes. Safe to share between threads."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Use Argon2id with the library's parameters, or a weaker `hasher` in tests."""
        self._hasher = hasher or PasswordHasher()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._guard = threading.Lock()
        self._decoy = ""

    def hash(self, password: str) -> str:
        """Return the Argon2 hash to keep."""
        with self._slots:
            return self._hasher.hash(normal(password))

    def fits(self, password: str, kept: str) -> bool:
        """Say whether the password made this hash; without a hash it takes as long and says no."""
        hashed = kept or self._no_ones()
        try:
            with self._slots:
                fits = self._hasher.verify(hashed, normal(password[: LONGEST_PASSWORD * 4]))
        except (VerifyMismatchError, InvalidHashError):
            return False
        return bool(kept) and fits

    def stale(self, kept: str) -> bool:
        """Say whether the hash was made with older parameters and should be made again."""
        return self._hasher.check_needs_rehash(kept)

    def _no_ones(self) -> str:
        with self._guard:
            self._decoy = self._decoy or self._hasher.hash("nobody has this password")
            return self._decoy


def normal(password: str) -> str:
    """Return the password in one form, however the keyboard composed its characters."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, own_words: Iterable[str] = ()) -> None:
    """Raise WeakPassword with the reason; `own_words` are names that this person's guessers try."""
    length = len(normal(password))
    if length < SHORTEST_PASSWORD:
        raise WeakPassword(f"密码至少 {SHORTEST_PASSWORD} 个字符；可以用几个不相干的词连起来")
    if length > LONGEST_PASSWORD:
        raise WeakPassword(f"密码最多 {LONGEST_PASSWORD} 个字符")
    words = common() | {_letters(word) for word in own_words if len(_letters(word)) > 1}
    if _guessable(_letters(password), words):
        raise WeakPassword("这个密码太常见，或只由姓名、窗口名称、日期和连号组成，请换一个")


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Return the words that most guessed passwords are made of."""
    lines = COMMON.read_text(encoding="utf-8").splitlines()
    return frozenset(_letters(line) for line in lines if line and not line.startswith("#"))


def _letters(text: str) -> str:
    return "".join(char for char in normal(text).casefold() if char.isalnum())


def _guessable(text: str, words: Collection[str]) -> bool:
    """Say whether the text falls apart into words, dates, runs and repetitions, with nothing of its own."""
    longest = max(map(len, words))
    reachable = [True] + [False] * len(text)
    for end in range(1, len(text) + 1):
        for begin in range(max(0, end - longest), end):
            piece = text[begin:end]
            if reachable[begin] and (piece in words or _date(piece) or _run(piece)):
                reachable[end] = True
                break
        if not reachable[end]:
            reachable[end] = any(reachable[begin] and _run(text[begin:end]) for begin in range(end - RUN + 1))
    return reachable[-1]


def _date(piece: str) -> bool:
    return piece.isascii() and piece.isdigit() and len(piece) in (4, 6, 8) and piece[:2] in ("19", "20")


def _run(piece: str) -> bool:
    if len(piece) < RUN:
        return False
    return len(set(piece)) == 1 or any(piece in row or piece in row[::-1] for row in ROWS)
