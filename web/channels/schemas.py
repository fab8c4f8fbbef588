"""The body that the generic webhook answers with, as the OpenAPI document shows it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel


class WebhookAnswer(BaseModel):
    """The answer to a message: as one text with its links and numbered choices, and as `POST /api/v1/chat` gives it."""

    ok: Literal[True] = True
    text: str
    turn: dict[str, Any] | None
