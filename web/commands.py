"""What the chat asks to be done, as it reaches the services that do it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One message of a conversation: where it stands and its words."""

    conversation_id: str
    turn_id: str
    text: str = ""
