"""The rules of one desk put together: limits, categories and calendar, from the shipped files or the desk's own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from kb.errors import BadHolidays, UnknownYear
from kb.terms.tickets import FILE as SHIPPED
from kb.workdays import HOLIDAYS, Calendar, read_years
from web.tickets.lifecycle import time_limits
from web.tickets.lifecycle.categories import Categories
from web.tickets.lifecycle.errors import BadRules
from web.tickets.lifecycle.time_limits import Limit, Limits

FOLDER = "tickets"  # inside the data folder: limits.yaml, categories.yaml, holidays.yaml of this desk


@dataclass(frozen=True)
class Policy:
    """What the life cycle asks: which limit, which category, which day."""

    limits: Limits
    categories: Categories
    calendar: Calendar

    @classmethod
    def load(cls, data_dir: Path | None = None) -> Policy:
        """Read the desk's own files in `data_dir`/tickets where they are, else the shipped examples (BadRules)."""
        own = (data_dir / FOLDER) if data_dir else Path(__file__).parent
        read = Limits.load(_first(own / "limits.yaml", time_limits.FILE))
        tree = Categories.load(_first(own / "categories.yaml", SHIPPED))
        for node in tree.nodes.values():
            if node.limit:
                Limit.parse(node.limit)
        try:
            years = read_years(own / HOLIDAYS.name)
        except BadHolidays as error:
            raise BadRules(str(error)) from error
        return cls(read, tree, Calendar(years, read.office))

    def handling(self, kind: str, category: str, urgency: str) -> Limit:
        """Return the limit from registration to reply.

        A limit set by law comes before the desk's own, except that it never makes an urgent ticket wait.
        """
        by_law = self.categories.get(category).limit
        own = self.limits.handling[kind, urgency]
        return Limit.parse(by_law) if by_law and urgency != "urgent" else own

    def after(self, moment: dt.datetime, limit: Limit) -> dt.datetime | None:
        """Return when a span from `moment` is over (UTC); None where the holidays of that year are not known yet.

        An appeal is taken all the same: its deadline stays open until the year is entered and counted again.
        """
        try:
            return self.limits.after(moment, limit, self.calendar)
        except UnknownYear:
            return None


def _first(own: Path, shipped: Path) -> Path:
    return own if own.is_file() else shipped
