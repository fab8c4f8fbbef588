"""Everything about appeals and bookings, put together once for an application."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import Engine

from web import clock
from web.knowledge.clusters import shared_pairs
from web.tickets import reply_templates
from web.tickets.attachments import Attachments
from web.tickets.bookings.service import Bookings
from web.tickets.duplicates import LIKE_BY_PAIRS, SAME_BY_PAIRS, Duplicates, Similar
from web.tickets.lifecycle.policy import FOLDER, Policy
from web.tickets.progress import ProgressDesk
from web.tickets.ratings import Ratings
from web.tickets.service import Tickets
from web.tickets.staff_posts import Posts
from web.tickets.statistics.counts import Statistics
from web.tickets.statistics.data_pool import Pool
from web.tickets.supervision import Supervision
from web.tickets.worklist import Worklist


@dataclass(frozen=True)
class TicketDesk:
    """The services of one database; each is safe to share between threads."""

    policy: Policy
    tickets: Tickets
    progress: ProgressDesk
    ratings: Ratings
    supervision: Supervision
    worklist: Worklist
    duplicates: Duplicates
    statistics: Statistics
    pool: Pool
    bookings: Bookings
    attachments: Attachments
    templates: tuple[reply_templates.Template, ...]
    posts: Posts

    @classmethod
    def open(
        cls,
        engine: Engine,
        data_dir: Path,
        mask: Callable[[str], str],
        *,
        similar: Similar = shared_pairs,
        same: float = SAME_BY_PAIRS,
        like: float = LIKE_BY_PAIRS,
        now: Callable[[], dt.datetime] = clock.now,
    ) -> TicketDesk:
        """Put the services together on an engine whose tables are there (`web.database.migrate`).

        The desk's own limits.yaml, categories.yaml, holidays.yaml and replies.yaml are read from `data_dir`/tickets
        where they are (BadRules); attachments go to `data_dir`/uploads. `mask` hides personal data in exported texts.
        `similar` compares meanings, with the scores from which two appeals are the `same` or `like` each other.
        """
        policy = Policy.load(data_dir)
        tickets = Tickets(engine, policy, now)
        own = data_dir / FOLDER / "replies.yaml"
        return cls(
            policy=policy,
            tickets=tickets,
            progress=ProgressDesk(tickets),
            ratings=Ratings(tickets),
            supervision=Supervision(tickets),
            worklist=Worklist(tickets),
            duplicates=Duplicates(tickets, similar, same=same, like=like),
            statistics=Statistics(tickets),
            pool=Pool(tickets, mask),
            bookings=Bookings(tickets),
            attachments=Attachments(tickets, data_dir / "uploads"),
            templates=tuple(reply_templates.load(own if own.is_file() else reply_templates.FILE)),
            posts=Posts(engine),
        )
