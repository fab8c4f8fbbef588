"""Votes on answers: one a turn, changed or taken back at will."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import writing
from web import clock
from web.chat.tables import feedback, turns
from web.errors import UnknownTurn

REASONS = ("与问题无关", "答案不完整", "答案有错误", "内容过期", "看不懂")


class Feedback:
    """The votes kept in the database."""

    def __init__(self, engine: Engine, mask: Callable[[str], str]) -> None:
        """Keep rows through `engine`; `mask` hides personal data in comments."""
        self._engine, self._mask = engine, mask

    def vote(self, turn_id: str, value: str, reasons: Sequence[str] = (), comment: str = "") -> None:
        """Keep `up` or `down` as the turn's only vote; `none` takes it back (UnknownTurn)."""
        row = {
            "turn_id": turn_id,
            "value": value,
            "reasons": [self._mask(reason) for reason in reasons],
            "comment": self._mask(comment),
            "given_at": clock.now(),
        }
        with writing(self._engine) as connection:
            if connection.execute(sa.select(turns.c.id).where(turns.c.id == turn_id)).first() is None:
                raise UnknownTurn("没有这一问，不能评价")
            connection.execute(sa.delete(feedback).where(feedback.c.turn_id == turn_id))
            if value != "none":
                connection.execute(sa.insert(feedback), row)
