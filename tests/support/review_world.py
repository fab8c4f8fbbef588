"""Turns of known days and outcomes, written straight into a site's database."""

import datetime as dt
import itertools

import sqlalchemy as sa

from kb.database import writing
from web.chat.tables import conversations, feedback, turns
from web.clock import CHINA
from web.review import fulltext

NUMBERS = itertools.count(1)


def instant(local):
    """A local moment in China as the tables keep it."""
    return local.replace(tzinfo=CHINA).astimezone(dt.timezone.utc).replace(tzinfo=None)


def make_turn(site, local, question="开公司要什么材料", answer="要章程。", conversation="", vote="", **more):
    """Write one answered turn asked at a local moment; returns its id."""
    number, at = next(NUMBERS), instant(local)
    conversation = conversation or f"talk-{number}"
    row = {
        "id": f"turn-{number:05d}",
        "conversation_id": conversation,
        "position": number,
        "message_id": None,
        "asked_at": at,
        "question": question,
        "attempts": 1,
        "answered_at": at,
        "outcome": "answered",
        "act": "ask_guide",
        "act_confidence": 0.9,
        "confidence": 0.9,
        "entry_id": "A1-company-setup",
        "entry_version": 1,
        "facet": "materials",
        "facet_key": "materials",
        "answer": answer,
        "messages": [{"type": "text", "text": answer}],
        "sources": [],
        "why": [],
        "milliseconds": 100.0,
        "error": "",
        **more,
    }
    with writing(site.desk.engine) as connection:
        known = connection.execute(sa.select(conversations.c.id).where(conversations.c.id == conversation)).first()
        if known is None:
            head = {"id": conversation, "channel": "web", "started_at": at, "last_at": at}
            connection.execute(sa.insert(conversations), head)
        connection.execute(sa.insert(turns), row)
        if vote:
            given = {"turn_id": row["id"], "value": vote, "reasons": ["看不懂"], "comment": "", "given_at": at}
            connection.execute(sa.insert(feedback), given)
        fulltext.add(connection, conversation, row["id"], question, answer)
    return row["id"]
