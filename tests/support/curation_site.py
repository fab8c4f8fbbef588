"""A site whose search is the real one over a small index, with vectors that compute without a model."""

from contextlib import contextmanager
from dataclasses import replace

from fake_rasa import CharacterSearcher, FakeRasa, serving
from fake_site import Site, some_entries
from fakes import FakeEncoder
from made_once import prepare, prepare_index

from retriever.search.searcher import Searcher
from web import clock, jobs
from web.app.application import create_app
from web.chat.answers import compose
from web.chat.rasa import Payload
from web.knowledge.search import Search
from web.services import open_desk


@contextmanager
def curation_site(settings, entries=None):
    """The site with `curation` beside the usual parts."""
    entries = some_entries() if entries is None else entries
    prepare(settings.database, entries)
    prepare_index(settings, entries)
    searcher = Searcher.open(settings, FakeEncoder())
    rasa = FakeRasa(CharacterSearcher(entries))
    with serving(rasa) as port:
        settings = replace(settings, rasa_port=port, actions_port=port)
        desk = open_desk(settings, Search(lambda: searcher))
        app = create_app(settings, desk)
        site = Site(app, desk, rasa, entries)
        site.curation, site.searcher = desk.curation, searcher
        stop = jobs.start(desk.curation.jobs, poll=0.02)
        yield site
        site.curation.publisher.wait(20)
        site.curation.effects.wait(60)
        stop()
        desk.close()


def asked(
    site, text, outcome="no_answer", conversation=None, confidence=0.0, entry="", version=0, key="", act="ask_guide"
):
    """A turn as the chat would have kept it; returns (conversation, turn)."""
    desk = site.desk
    conversation = conversation or desk.conversations.start("web")
    payload = Payload.parse_obj(
        {
            "outcome": outcome,
            "text": "答复",
            "entry": entry,
            "version": version,
            "facet": key.split("-")[0],
            "key": key,
            "confidence": confidence,
            "act": act,
            "why": [{"entry_id": entry or "x", "key": key, "score": confidence, "found_by": ["words"], "matched": []}],
        }
    )
    turn = desk.conversations.open_turn(conversation, text)
    desk.conversations.complete(turn.id, compose(payload, desk.entries, desk.settings, None), 1.0)
    return conversation, turn.id


def now():
    """This instant, as the tables keep it."""
    return clock.now()
