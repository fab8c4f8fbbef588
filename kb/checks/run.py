"""All rules over all entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from kb.checks import banned, between_entries, content, ownership, rules, timing
from kb.checks.between_entries import Similar
from kb.checks.finding import SEVERITIES, Finding
from kb.models import Entry

ENTRY_RULES = (*content.RULES, *ownership.RULES, *timing.RULES, *rules.RULES)


def check(entries: Iterable[Entry], *, today: dt.date | None = None, similar: Similar | None = None) -> list[Finding]:
    """Return what the rules find, errors first, then by entry.

    `similar` gives, for an entry, other entries' ids with a likeness of 0-1; without it near-duplicates are not looked
    for. `today` decides what is overdue; None means the present day.
    """
    everything: Sequence[Entry] = list(entries)
    day = today or dt.date.today()
    sayings = banned.sayings()
    findings: list[Finding] = []
    for entry in everything:
        for rule in ENTRY_RULES:
            findings += rule(entry, day)
        findings += banned.find(entry, sayings)
    findings += between_entries.find(everything, similar)
    return sorted(
        findings,
        key=lambda finding: (SEVERITIES.index(finding.severity), finding.entry_id, finding.rule, finding.field),
    )
