"""A closed consultation as a draft for the knowledge base: what was asked, what was answered, and by whom."""

from __future__ import annotations

from collections.abc import Callable

from kb.bodies import FaqBody, Question
from kb.models import Entry, Source
from web.clock import CHINA
from web.tickets.lifecycle.errors import IllegalMove
from web.tickets.lifecycle.ticket import Ticket


def proposed_entry(ticket: Ticket, mask: Callable[[str], str]) -> Entry:
    """Return a draft entry of kind faq made of a closed, answered consultation (IllegalMove for any other ticket).

    A curator checks it, adds the basis and publishes it; nothing is published by itself. `mask` hides personal data.
    """
    if ticket.kind != "consult" or ticket.state != "closed" or not ticket.reply or ticket.replied_at is None:
        raise IllegalMove("只有办结并已答复的咨询可以建议收进知识库", number=ticket.number)
    asked, answer = mask(ticket.text), mask(ticket.reply)
    day = (ticket.replied_at + CHINA.utcoffset(None)).date()
    return Entry(
        id=f"T-{ticket.number}",
        kind="faq",
        title=mask(ticket.title)[:200],
        questions=(asked[:200],),
        department=ticket.department,
        status="draft",
        updated_on=day,
        sources=(Source(name=f"诉求 {ticket.number} 的答复（{ticket.department}）", seen=day, grade="本地"),),
        related=(ticket.entry_id,) if ticket.entry_id else (),
        faq=(Question(q=asked[:200], a=answer),),
        body=FaqBody(answer=answer),
    )
