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

MADE = {}


def prepare(url, entries=()):
    """Make the database of `url`: every table of the product, and these entries in their first version."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or Path(address.database).exists():
        _fill(url, entries)
        return
    Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    Path(address.database).write_bytes(_once(_database, entries))


def prepare_index(settings, entries):
    """Put an index of these entries in force, with the vectors of a `FakeEncoder`."""
    made = _once(_index, entries)
    shutil.copytree(made.index_dir, settings.index_dir)
    shutil.copytree(made.lexicon_dir, settings.lexicon_dir)


def _once(make, entries):
    """What `make` makes of these entries, made when they are asked for the first time."""
    key = make, repr(entries)  # an entry with lists in it has no hash
    if key not in MADE:
        MADE[key] = make(entries)
    return MADE[key]


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


def _index(entries):
    settings = Settings(data_dir=Path(tempfile.mkdtemp(dir=_folder().name)))
    build_index(entries, FakeEncoder(), settings)
    return settings
