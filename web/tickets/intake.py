"""From what a person told the chat to the fields of an appeal: category, kind, contact, words without numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kb.terms.tickets import terms
from web.text import contact_of
from web.tickets.lifecycle.ticket import Draft


def draft_of(values: Mapping[str, Any], mask: Callable[[str], str], conversation_id: str, turn_id: str) -> Draft:
    """Return the appeal of a filled-in form; what is not there stays empty."""
    known, what = terms(), mask(str(values.get("what") or "").strip())
    when = str(values.get("when") or "")
    name, phone = contact_of(str(values.get("contact") or values.get("phone") or ""))
    return Draft(
        text=f"{what}\n发生时间：{mask(when)}" if what and when else what,
        title=what[:40],
        kind=known.kind_of(what),
        category=known.category_of(str(values.get("category") or ""), what),
        urgency="urgent" if known.is_urgent(what) else "normal",
        channel="chat",
        contact_name=name,
        phone=phone,
        place=mask(str(values.get("where") or "")),
        conversation_id=conversation_id,
        turn_id=turn_id,
        consent=values.get("consent") is True,
    )


def reasons_of(reasons: Any) -> list[str]:
    """Return the reasons of a grade in the desk's own words; what it has no word for becomes 其他."""
    if not isinstance(reasons, list):
        return []
    known = terms().reasons
    own = {said: name for name, said in known.items()}
    named = [own.get(str(one), str(one)) for one in reasons]
    return list(dict.fromkeys(one if one in known else "其他" for one in named))
