"""A small desk for dialogue tests: a few real guides and a search that counts shared character pairs."""

import datetime as dt
from functools import cache

from shipped import shipped

from kb.errors import UnknownEntry
from kb.facets import facets
from kb.settings import Settings
from retriever.dialogue.message import Message
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import Memory, turn
from retriever.index import part_cues
from retriever.search.results import Candidate, Evidence, Found, Hit
from retriever.text.normalize import normalise

TODAY = dt.date(2026, 11, 20)  # a Friday
IDS = (
    "A1-company-setup",
    "A4-company-change",
    "A8-simple-deregistration",
    "A9-ordinary-deregistration",
    "C1-social-insurance-registration",
    "I1-food-business-license",
)
POLICIES = ("B7-small-profit-income-tax", "K1-high-tech-enterprise", "K2-tech-sme", "K3-specialized-sme")


@cache
def guides():
    return {name: shipped(name) for name in IDS}


@cache
def policies():
    return [shipped(name) for name in POLICIES]


def pairs(text):
    form = normalise(text)
    return {form[at : at + 2] for at in range(len(form) - 1)}


class PairSearcher:
    """Ranks guides by the share of the question's character pairs they have; names count most."""

    version = "small"

    def entry(self, entry_id):
        found = {**guides(), **{entry.id: entry for entry in policies()}}
        if entry_id not in found:
            raise UnknownEntry(entry_id)
        return found[entry_id]

    def of_kind(self, kind):
        return policies() if kind == "policy" else []

    def search(self, question, *, top_k=5, kinds=(), on=None, within="", weights=None):
        rows = [
            self._row(question, entry)
            for entry in guides().values()
            if (not within or entry.id == within) and (not kinds or entry.kind in kinds)
        ]
        rows.sort(key=lambda row: (-row.score, row.entry_id))
        confidence = min(1.0, rows[0].score) if rows and len(pairs(question)) > 1 else 0.0
        band = "answer" if confidence >= 0.5 else "clarify" if confidence >= 0.3 else "refuse"
        hits, evidence = tuple(row.hit for row in rows), Evidence(coverage=confidence)
        return Found(question, confidence, band, hits, tuple(rows), on or TODAY, evidence=evidence)

    def _row(self, question, entry):
        wanted, asked = pairs(question), part_cues.asked(question)
        names = [pairs(name) for name in (entry.title, *entry.aliases, *entry.questions)]
        of_question = max(len(wanted & own) / max(1, len(wanted)) for own in names)
        of_name = max(len(wanted & own) / len(own) for own in names if len(own) > 2)
        name = max(of_question, of_name)
        exact = normalise(question) in {normalise(item) for item in (entry.title, *entry.aliases)}

        def near(part):
            shares = [len(wanted & pairs(text)) / max(1, len(wanted)) for text in (part.text, *part.questions)]
            return max(shares) + 0.4 * asked.get(part.name, 0)

        best = max(facets(entry), key=near)
        found_by = ("alias",) if exact else ("words",)
        hit = Hit(
            entry.id,
            entry.version,
            entry.kind,
            entry.title,
            best.name,
            best.key,
            best.heading,
            best.text,
            1.0 if exact else name,
            found_by,
        )
        return Candidate(entry.id, entry.title, hit.score, hit)


class Talk:
    """One conversation without Rasa: the act is said with each message."""

    def __init__(self, **settings):
        self.desk = Desk(PairSearcher(), Settings(**settings), TODAY)
        self.memory, self.replies = Memory(), []

    def say(self, message, act="ask_guide", silent=0.0, sure=0.0):
        done = turn(Message(message, silent), self.memory, {act: sure}, self.desk)
        self.memory = done.memory
        self.replies.append(done.reply)
        assert 0 < len(done.reply.text) <= 300
        return done.reply
