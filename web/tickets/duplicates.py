"""Appeals that say the same: found by meaning, for merging new ones and for learning from answered ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kb.database import reading
from web.knowledge.clusters import shared_pairs
from web.tickets import storage
from web.tickets.lifecycle.machine import ACTIVE
from web.tickets.lifecycle.ticket import Ticket
from web.tickets.service import Tickets
from web.tickets.tables import tickets

# Says how alike a text is to each of several others, 0 to 1; the encoder's cosine, for example.
Similar = Callable[[str, Sequence[str]], Sequence[float]]
APPEALS_COMPARED = 1000
NARROWED, LATEST = 100, 100  # compared by meaning: those that share most characters, and the latest whatever they share
# For shared_pairs; scores of an encoder need marks of their own.
SAME_BY_PAIRS = 0.7  # from here on the desk is asked whether to merge
LIKE_BY_PAIRS = 0.3  # from here on an answered appeal is worth reading


@dataclass(frozen=True)
class Match:
    """Another appeal and how alike it is, 0 to 1."""

    ticket: Ticket
    score: float


class Duplicates:
    """Looks for appeals that say the same."""

    def __init__(
        self,
        service: Tickets,
        similar: Similar = shared_pairs,
        *,
        same: float = SAME_BY_PAIRS,
        like: float = LIKE_BY_PAIRS,
    ) -> None:
        """Compare meanings with `similar`; from the score `same` on two appeals count as one, from `like` as alike."""
        self._tickets, self._similar, self._same, self._like = service, similar, same, like
        self._least = min(same, like)

    def of(self, text: str, *, category: str = "", phone: str = "", but: str = "", days: int = 30) -> list[Match]:
        """Return open appeals of the last days that say the same as `text`, most alike first.

        They are looked for in the same category and among those of the same phone; `but` is the new one itself.
        """
        since = self._tickets.now() - dt.timedelta(days=days)
        near = [tickets.c.category == category] if category else []
        near += [tickets.c.phone == phone] if phone else []
        where = [tickets.c.state.in_(ACTIVE), tickets.c.registered_at >= since, tickets.c.number != but]
        where += [sa.or_(*near)] if near else []
        return [match for match in self._ranked(text, where) if match.score >= self._same]

    def answered(self, text: str, *, category: str = "", most: int = 5) -> list[Match]:
        """Return closed appeals with a reply that are like `text`: what an officer may learn from."""
        where = [tickets.c.state == "closed", tickets.c.reply != ""]
        where += [tickets.c.category == category] if category else []
        return [match for match in self._ranked(text, where) if match.score >= self._like][:most]

    def _ranked(self, text: str, where: list[Any]) -> list[Match]:
        query = sa.select(tickets.c.number, tickets.c.text).where(*where)
        with reading(self._tickets.engine) as connection:
            rows = connection.execute(query.order_by(tickets.c.registered_at.desc()).limit(APPEALS_COMPARED)).all()
        if not rows:
            return []
        rough = shared_pairs(text, [row.text for row in rows])
        order = sorted(zip(rough, rows, strict=True), key=lambda pair: (-pair[0], pair[1].number))
        best = {row.number: row for row in (*(row for _, row in order[:NARROWED]), *rows[:LATEST])}
        scores = self._similar(text, [row.text for row in best.values()])
        wanted = {number: float(score) for number, score in zip(best, scores, strict=True) if score >= self._least}
        full = sa.select(tickets).where(tickets.c.number.in_(list(wanted)))
        with reading(self._tickets.engine) as connection:
            found = [storage.from_row(row) for row in connection.execute(full).mappings()]
        matches = [Match(ticket, wanted[ticket.number]) for ticket in found]
        return sorted(matches, key=lambda match: (-match.score, match.ticket.number))
