"""Everything a request needs, put together once for an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import (
    Flask,
    current_app,
)
from sqlalchemy.engine import Engine

from kb.privacy import mask
from kb.settings import Settings
from kb.store import Store
from web import database
from web.accounts.service import Accounts
from web.channels.factory import open_channels
from web.channels.service import Channels
from web.chat.chat import Chat
from web.chat.conversations import Conversations
from web.chat.feedback import Feedback
from web.chat.health import Health
from web.chat.locks import open_locks
from web.chat.rasa import Rasa
from web.chat.rehearsal import Rehearsal
from web.chat.requests import Requests
from web.chat.takeover import Live
from web.curation.service import Curation, open_curation
from web.knowledge.entries import Entries
from web.knowledge.list_answers import Lists
from web.knowledge.search import Finder, Search
from web.knowledge.similarity import LIKE_MEANING, SAME_MEANING, Meaning
from web.metrics import Metrics
from web.push.commands import ProfileCommands
from web.push.serving_desk import ServingDesk
from web.review import fulltext
from web.review.reviews import Reviews
from web.sites.service import Sites
from web.tickets import TicketDesk
from web.tickets.bookings.way_of_item import way_of
from web.tickets.commands import Commands

NAME = "qxb"


@dataclass(frozen=True)
class Desk:
    """The services of one application."""

    settings: Settings
    engine: Engine
    metrics: Metrics
    entries: Entries
    conversations: Conversations
    chat: Chat
    channels: Channels
    feedback: Feedback
    search: Search
    health: Health
    rasa: Rasa
    accounts: Accounts
    live: Live
    sites: Sites
    tickets: TicketDesk
    meaning: Meaning
    serving: ServingDesk
    curation: Curation

    def close(self) -> None:
        """Give back all connections."""
        self.channels.close()
        self.rasa.close()
        self.engine.dispose()


def open_desk(settings: Settings, search: Search | None = None) -> Desk:
    """Open the database and put the services together; `search` stands in for the index in tests."""
    store = Store.open(settings)
    database.migrate(store.engine)
    search = search or Search(lambda: _open_searcher(settings))
    metrics, rasa = Metrics(), Rasa(settings)
    entries, conversations = Entries(store), Conversations(store.engine, masked)
    meaning = Meaning(search)
    tickets = TicketDesk.open(
        store.engine, settings.data_dir, masked, similar=meaning.similar, same=SAME_MEANING, like=LIKE_MEANING
    )
    serving = ServingDesk.open(settings, store.engine, entries, tickets.policy.calendar)
    commands = (Commands(tickets, masked, lambda title: way_of(title, search, entries)), ProfileCommands(serving))
    lists = Lists(entries.all, tickets.policy.calendar)
    requests, live = Requests(store.engine, masked), Live(store.engine, settings, masked, fulltext.add)
    words, locks = fulltext.Fulltext(store.engine, masked), open_locks(settings)
    chat = Chat(settings, conversations, entries, requests, rasa, locks, metrics, live, words, commands, lists)
    return Desk(
        settings=settings,
        engine=store.engine,
        metrics=metrics,
        entries=entries,
        conversations=conversations,
        chat=chat,
        channels=open_channels(settings, store.engine, chat, conversations, live, metrics),
        feedback=Feedback(store.engine, masked),
        search=search,
        health=Health(store.engine, store, rasa, search),
        rasa=rasa,
        accounts=Accounts(store.engine, settings),
        live=live,
        sites=Sites(store.engine),
        tickets=tickets,
        meaning=meaning,
        serving=serving,
        curation=open_curation(
            store, settings, search, Reviews(store.engine).settled, Rehearsal(settings, lists, rasa.acts)
        ),
    )


def masked(text: str) -> str:
    """Return the text as it may be kept: personal numbers hidden."""
    return mask(text).text


def _open_searcher(settings: Settings) -> Finder:
    from retriever.search.searcher import (
        Searcher,  # it brings the encoder's libraries: seconds that most tests do not need
    )

    return Searcher.open(settings)


def init_app(app: Flask, opened: Desk) -> None:
    """Keep the services with the application."""
    app.extensions[NAME] = opened


def desk() -> Desk:
    """Return the services of the application that handles this request."""
    return of(current_app)


def of(app: Flask) -> Desk:
    """Return the services of `app`."""
    return cast(Desk, app.extensions[NAME])


def serving() -> ServingDesk:
    """Return the services about profiles, pushing and notices of the application that handles this request."""
    return desk().serving


def curation() -> Curation:
    """Return the curators' services of the application that handles this request."""
    return desk().curation
