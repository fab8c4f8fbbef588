"""One message of a visitor, read once at the door and handed on whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kb.privacy import personal
from retriever.text.normalize import clean

END = re.compile(r"[\s。.!！~～]+$")


@dataclass(frozen=True)
class Message:
    """What was written, as it came. `silent` is the time since the visitor's last message, in minutes."""

    raw: str
    silent: float = 0.0

    @cached_property
    def clean(self) -> str:
        """In half width and simplified characters, without control characters and runs of spaces."""
        return clean(self.raw)

    @cached_property
    def searched(self) -> str:
        """Clean and without personal numbers: they name no item, and a search should not see them."""
        text = self.clean
        for one in reversed(personal(text)):
            text = f"{text[: one.begin]} {text[one.end :]}"
        return text

    @cached_property
    def words(self) -> str:
        """As a button would have sent it: without what ends a sentence."""
        return END.sub("", self.clean)
