"""The form of a move of an appeal: its fields come from the life cycle, so no model can name them beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from web.tickets.lifecycle.available_moves import Button, read


@dataclass(frozen=True)
class MoveForm:
    """What was sent with a move, as it was typed."""

    typed: MultiDict[str, str]

    @classmethod
    def sent(cls) -> MoveForm:
        """Return the form of this request."""
        return cls(request.form)

    @property
    def revision(self) -> int:
        """The revision of the ticket that the page showed; what is none fits no ticket."""
        text = self.typed.get("revision", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1

    def inputs(self, button: Button) -> dict[str, Any]:
        """Return what the move needs and takes, without what was left empty (BadInput for no whole number)."""
        return read(self.typed, (*button.needs, *button.takes))
