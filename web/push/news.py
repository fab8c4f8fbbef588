"""What there is to tell: policies and notices newly published or changed, and application windows about to end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kb.bodies import NoticeBody, PolicyBody
from kb.matching.policies import Policy, policies
from kb.models import Entry
from kb.store import PUBLIC
from kb.tables import versions
from web.knowledge.notices_ahead import conditions, upcoming

Reason = Literal["new", "changed", "ending"]
REASONS: dict[Reason, str] = {"new": "新发布", "changed": "有更新", "ending": "申报快截止"}
FRESH = dt.timedelta(days=30)
ENDS_WITHIN = 14  # days


@dataclass(frozen=True)
class News:
    """One thing to tell. `since`: only subscriptions older than this UTC instant are told; None tells all."""

    entry: Entry
    conditions: Policy
    reason: Reason
    since: dt.datetime | None


def news(entries: list[Entry], published: dict[str, list[dt.datetime]], now: dt.datetime, day: dt.date) -> list[News]:
    """Return what there is to tell on the local `day` at the UTC instant `now`.

    `published` holds for each entry when its public versions came, oldest first. What came more than 30 days ago is
    no news; a window that ends within 14 days is news once for each version.
    """
    by_id = {entry.id: entry for entry in entries}
    meant = policies([entry for entry in entries if isinstance(entry.body, PolicyBody)], day)
    meant += [conditions(entry, day) for entry in upcoming(entries, day) if isinstance(entry.body, NoticeBody)]
    found = []
    for one in meant:
        times = published.get(one.id, [])
        if times and times[-1] > now - FRESH and one.window != "closed":
            found.append(News(by_id[one.id], one, "changed" if len(times) > 1 else "new", times[-1]))
        if one.window_to is not None and 0 <= (one.window_to - day).days <= ENDS_WITHIN:
            found.append(News(by_id[one.id], one, "ending", None))
    return found


def publication_times(connection: Connection) -> dict[str, list[dt.datetime]]:
    """Return for each policy and notice the UTC instants at which its public versions were stored, oldest first."""
    query = sa.select(versions.c.entry_id, versions.c.at).where(
        versions.c.status.in_(PUBLIC), versions.c.kind.in_(("policy", "notice"))
    )
    found: dict[str, list[dt.datetime]] = {}
    for row in connection.execute(query.order_by(versions.c.version)):
        found.setdefault(row.entry_id, []).append(row.at)
    return found
