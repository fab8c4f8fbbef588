"""The site with real database and real pages, in front of a dialogue and a search that compute without models."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import cache

from fake_rasa import CharacterSearcher, FakeRasa, serving
from made_once import prepare
from shipped import shipped
from werkzeug.serving import make_server

from web.app.application import create_app
from web.knowledge.search import Search
from web.services import open_desk

NAMES = (
    "A1-company-setup",
    "A2-name-declaration",
    "A4-company-change",
    "C2-social-insurance-payment",
    "O1-open-restaurant",
    "P1-pre-approval",
)


@cache
def some_entries():
    """A handful of the product's own entries: guides, a package, a mechanism."""
    return tuple(shipped(name) for name in NAMES)


class Site:
    """One application with its fakes: `client` calls it, `rasa` says what the dialogue says."""

    def __init__(self, app, desk, rasa, entries):
        self.app, self.desk, self.rasa, self.entries = app, desk, rasa, entries
        self.client = app.test_client()

    def ask(self, message, conversation=None, **more):
        """Send one message to the API."""
        body = {"message": message, **({"conversation_id": conversation} if conversation else {}), **more}
        return self.client.post("/api/v1/chat", json=body)

    def turns(self, conversation):
        """The turns of a conversation as the API gives them."""
        return self.client.get(f"/api/v1/conversations/{conversation}").get_json()["turns"]


@contextmanager
def open_site(settings, entries=None):
    """Fill a database, start the fakes, open the site."""
    entries = some_entries() if entries is None else entries
    prepare(settings.database, entries)
    searcher = CharacterSearcher(entries)
    rasa = FakeRasa(searcher)
    with serving(rasa) as port:
        settings = replace(settings, rasa_port=port, actions_port=port)
        desk = open_desk(settings, Search(lambda: searcher))
        yield Site(create_app(settings, desk), desk, rasa, entries)
        desk.close()


@contextmanager
def listening(app, port=0):
    """Serve an application on a port of this machine; yields its address."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
