"""Which notices lie ahead, and whom one is meant for: pure functions on entries and profiles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from kb.bodies import NoticeBody
from kb.matching.audience import Population, Reach, reach
from kb.matching.fields import Value
from kb.matching.policies import Match, Policy, checks_of, match
from kb.models import Entry


def takes_place(entry: Entry, day: dt.date) -> bool:
    """Say whether the notice stands on `day`; one that was called off does not, whatever its dates say."""
    return entry.status == "published" and entry.state_on(day) == "current"


def upcoming(entries: Iterable[Entry], day: dt.date, forms: tuple[str, ...] = ()) -> list[Entry]:
    """Return the notices in force on `day` that are not over by then, the nearest first, those without a time last."""
    found = []
    for entry in entries:
        body = entry.body
        if not isinstance(body, NoticeBody) or not takes_place(entry, day) or (forms and body.form not in forms):
            continue
        last = body.ends_at or body.starts_at
        if last is None or last.date() >= day:
            found.append((body.starts_at or dt.datetime.max, entry.id, entry))
    return [entry for _, _, entry in sorted(found, key=lambda item: item[:2])]


def conditions(entry: Entry, day: dt.date) -> Policy:
    """Return the audience of a notice as conditions; without any it is meant for everybody."""
    rules = entry.body.rules if isinstance(entry.body, NoticeBody) else ()
    return Policy(entry.id, entry.title, day, checks_of(rules, day))


def audience(entry: Entry, population: Population) -> Reach:
    """Return which profiles a notice is meant for, and why not the others."""
    return reach(conditions(entry, population.day), population)


def meant_for(entry: Entry, values: Mapping[str, Value], day: dt.date) -> Match:
    """Return how one enterprise stands to the audience of a notice."""
    return match(values, [conditions(entry, day)])[0]
