"""Everything a request needs, put together once for an application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy.engine import Engine

from kb.privacy import mask
from kb.settings import Settings
from kb.store import Store
from web import database
from web.accounts.service import Accounts
from web.channels.opening import open_channels
from web.channels.service import Channels
from web.locks import open_locks
from web.metrics import Metrics
from web.profiles.commands import ProfileCommands
from web.push.desk import ServingDesk
from web.rasa import Rasa
from web.review.live import Live
from web.services.chat import Chat
from web.services.conversations import Conversations
from web.services.entries import Entries
from web.services.feedback import Feedback
from web.services.health import Health
from web.services.listing import Lists
from web.services.meaning import LIKE, SAME, Meaning
from web.services.requests import Requests
from web.services.search import Finder, Search
from web.sites.service import Sites
from web.tickets import TicketDesk
from web.tickets.commands import Commands
from web.tickets.ways import way_of

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
    requests: Requests
    search: Search
    health: Health
    rasa: Rasa
    accounts: Accounts
    live: Live
    sites: Sites
    tickets: TicketDesk
    meaning: Meaning
    serving: ServingDesk

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
    tickets = TicketDesk.open(store.engine, settings.data_dir, masked, similar=meaning.similar, same=SAME, like=LIKE)
    serving = ServingDesk.open(settings, store.engine, entries, tickets.policy.calendar)
    commands = (Commands(tickets, masked, lambda title: way_of(title, search, entries)), ProfileCommands(serving))
    lists = Lists(entries.all, tickets.policy.calendar)
    requests, live = Requests(store.engine, masked), Live(store.engine, settings, masked)
    chat = Chat(settings, conversations, entries, requests, rasa, open_locks(settings), metrics, live, commands, lists)
    return Desk(
        settings=settings,
        engine=store.engine,
        metrics=metrics,
        entries=entries,
        conversations=conversations,
        chat=chat,
        channels=open_channels(settings, store.engine, chat, conversations, live, metrics),
        feedback=Feedback(store.engine, masked),
        requests=requests,
        search=search,
        health=Health(store.engine, store, rasa, search),
        rasa=rasa,
        accounts=Accounts(store.engine, settings),
        live=live,
        sites=Sites(store.engine),
        tickets=tickets,
        meaning=meaning,
        serving=serving,
    )


def masked(text: str) -> str:
    """Return the text as it may be kept: personal numbers hidden."""
    return mask(text).text


def _open_searcher(settings: Settings) -> Finder:
    from retriever.searcher import Searcher  # it brings the encoder's libraries: seconds that most tests do not need

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
