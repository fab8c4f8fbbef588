"""Databases and indexes that are made once in a process and copied: each test has its own, and none waits for them."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from fakes import FakeEncoder
from sqlalchemy.engine import make_url

from kb.settings import Settings
from kb.store import Store
from retriever.index.build import build_index
from web.database import migrate


def prepare(url, entries=()):
    """Make the database of `url`: every table of the product, and these entries in their first version."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        path = Path(address.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_database(tuple(entries)))
    else:
        _fill(url, entries)


def prepare_index(settings, entries):
    """Put an index of these entries in force, with the vectors of a `FakeEncoder`."""
    made = _index(tuple(entries))
    shutil.copytree(made.index_dir, settings.index_dir)
    shutil.copytree(made.lexicon_dir, settings.lexicon_dir)


@cache
def _database(entries):
    with tempfile.TemporaryDirectory() as folder:
        _fill(f"sqlite:///{folder}/made.sqlite3", entries)
        return Path(folder, "made.sqlite3").read_bytes()


def _fill(url, entries):
    store = Store.open(Settings(database_url=url))
    migrate(store.engine)
    if entries:
        store.save_many(entries, author="测试")
    store.close()  # the last connection to leave writes SQLite's log into the file


@cache
def _folder():
    return tempfile.TemporaryDirectory(prefix="made-once-")  # goes away with the process


@cache
def _index(entries):
    settings = Settings(data_dir=Path(tempfile.mkdtemp(dir=_folder().name)))
    build_index(entries, FakeEncoder(), settings)
    return settings
