"""The database of the product: one engine a URL, write transactions, and the knowledge base's own migrations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool

from kb.errors import StoreUnavailable
from kb.locks import Lock

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "kb_alembic"
BUSY_SECONDS = 15


def open_engine(url: str) -> Engine:
    """Return an engine for `url`; SQLite files get WAL and foreign keys, and their folder is made.

    Raises StoreUnavailable when the URL cannot be used.
    """
    try:
        address = make_url(url)
        if address.get_backend_name() != "sqlite":
            return sa.create_engine(url, future=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
        if address.database:
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
        engine = sa.create_engine(
            url,
            future=True,
            poolclass=QueuePool,
            pool_size=10,
            max_overflow=30,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        )
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError, OSError) as error:
        raise StoreUnavailable(f"数据库地址不能用：{_shown(url)}：{error}") from error
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for writers; _begin_sqlite does it
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction: all or nothing; on SQLite it takes the write lock at once and waits its turn."""
    with engine.execution_options(writes=True).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that only reads."""
    with engine.begin() as connection:
        yield connection


def take_turns(connection: Connection, lock: Lock, of: int = 0) -> None:
    """Wait until no other transaction holds the lock; it is free when this one ends (SQLite writers queue anyway).

    `of`, up to 32 bits, parts those who need not wait for each other: one line of people for each.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock << 32 | of})


def migrate(engine: Engine, scripts: Path = MIGRATIONS, version_table: str = VERSION_TABLE) -> None:
    """Bring the tables of one package up to date; several processes may call this at once.

    Raises StoreUnavailable when the database cannot be reached or is newer than the scripts.
    """
    if _at_head(engine, scripts, version_table):
        return
    config = _config(scripts)
    try:
        with writing(engine) as connection:
            take_turns(connection, Lock.MIGRATION)
            config.attributes["connection"] = connection
            config.attributes["version_table"] = version_table
            command.upgrade(config, "head")
    except CommandError as error:
        raise StoreUnavailable(f"数据库比程序新，请先更新程序：{error}") from error
    except sa.exc.DBAPIError as error:
        raise StoreUnavailable(f"数据库打不开：{_shown(str(engine.url))}：{error.orig}") from error


def _at_head(engine: Engine, scripts: Path, version_table: str) -> bool:
    """Say whether the tables are up to date already: one look at the version row, without waiting for writers."""
    try:
        with reading(engine) as connection:
            version = connection.execute(sa.select(sa.table(version_table, sa.column("version_num")))).scalar()
    except sa.exc.DBAPIError:  # no such table yet, or no such database: whoever brings it up to date will tell
        return False
    return bool(version == _head(scripts))


@cache
def _head(scripts: Path) -> str | None:
    head: str | None = ScriptDirectory.from_config(_config(scripts)).get_current_head()
    return head


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


def _shown(url: str) -> str:
    try:
        return str(make_url(url).render_as_string(hide_password=True))
    except sa.exc.ArgumentError:
        return "（写法有误）"
