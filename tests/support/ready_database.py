"""Databases that are made once in a process and copied: each test has its own, and none waits for migrations."""

import tempfile
from functools import cache
from pathlib import Path

from sqlalchemy.engine import make_url

from kb.settings import Settings
from kb.store import Store
from web.database import migrate


def prepare(url, entries=()):
    """Make the database of `url`: every table of the product, and these entries in their first version."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_made(tuple(entries)))
    else:
        _fill(url, entries)


@cache
def _made(entries):
    with tempfile.TemporaryDirectory() as folder:
        _fill(f"sqlite:///{folder}/made.sqlite3", entries)
        return Path(folder, "made.sqlite3").read_bytes()


def _fill(url, entries):
    store = Store.open(Settings(database_url=url))
    migrate(store.engine)
    if entries:
        store.save_many(entries, author="测试")
    store.close()  # the last connection to leave writes SQLite's log into the file
