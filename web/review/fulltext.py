"""Full-text search over conversations: FTS5 in SQLite, a tsvector in PostgreSQL, one interface.

Both hold pairs of characters made by this program, so neither needs a Chinese parser or a locale. Rows are numbered
as they come: a higher number is later, and the latest hits are found without sorting all of them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import writing
from web.review.bigrams import opens, phrases, pieces
from web.review.tables import words

log = logging.getLogger(__name__)
_SQLITE_ADD = sa.text("INSERT INTO web_words_index (rowid, grams) VALUES (:number, :grams)")
_POSTGRES_ADD = sa.text(
    "INSERT INTO web_words (conversation_id, turn_id, grams)"
    " VALUES (:conversation_id, :turn_id, CAST(:grams AS tsvector))"
)
_SQLITE_FIND = "SELECT rowid AS number FROM web_words_index WHERE web_words_index MATCH :match AND rowid < :before"
_POSTGRES_FIND = "SELECT number FROM web_words WHERE grams @@ CAST(:match AS tsquery) AND number < :before"


def add(connection: Connection, conversation_id: str, turn_id: str, *texts: str) -> None:
    """Make a turn findable by the words of these texts, in the caller's write transaction."""
    row = {"conversation_id": conversation_id, "turn_id": turn_id}
    text = "\n".join(texts)
    if connection.dialect.name == "sqlite":
        number = connection.execute(sa.insert(words), row).inserted_primary_key[0]
        connection.execute(_SQLITE_ADD, {"number": number, "grams": " ".join(pieces(text))})
    else:
        connection.execute(_POSTGRES_ADD, {**row, "grams": vector(text)})


class Fulltext:
    """Makes the turns of one database findable by their words. Safe to share between threads."""

    def __init__(self, engine: Engine, mask: Callable[[str], str]) -> None:
        """Keep rows through `engine`; `mask` hides personal data in a text."""
        self._engine, self._mask = engine, mask

    def index(self, conversation_id: str, turn_id: str, *texts: str) -> None:
        """Make a turn findable by what was said in it; when that fails the turn stands all the same."""
        try:
            with writing(self._engine) as connection:
                add(connection, conversation_id, turn_id, *map(self._mask, texts))
        except sa.exc.SQLAlchemyError as error:
            log.warning("turn %s cannot be found by its words: %s", turn_id, error)


def vector(text: str) -> str:
    """Return the pieces with their places as PostgreSQL reads a tsvector."""
    return " ".join(f"'{piece}':{place}" for place, piece in enumerate(pieces(text), start=1))


def hits(dialect: str, query: str, before: int, limit: int | None, among: Sequence[int] | None = None) -> Any:
    """Return a subquery of the numbers, latest first, whose texts hold every word of the query.

    `before` is exclusive; `among` looks at these numbers only. None when the query has nothing to search for.
    """
    match = _match(dialect, query)
    if not match:
        return None
    sqlite = dialect == "sqlite"
    text, name = (_SQLITE_FIND, "rowid") if sqlite else (_POSTGRES_FIND, "number")
    values: dict[str, Any] = {"match": match, "before": before}
    if among is not None:
        text += f" AND {name} IN :among"
    text += f" ORDER BY {name} DESC"
    if limit is not None:
        text, values["limit"] = f"{text} LIMIT :limit", limit
    found = sa.text(text).bindparams(**values)
    if among is not None:
        found = found.bindparams(sa.bindparam("among", list(among), expanding=True))
    return found.columns(sa.column("number", sa.BigInteger)).subquery("hits")


def _match(dialect: str, query: str) -> str:
    wanted = phrases(query)
    if dialect == "sqlite":
        return " AND ".join(f'"{" ".join(phrase)}"' + ("*" if opens(phrase) else "") for phrase in wanted)
    return " & ".join(
        f"'{phrase[0]}':*" if opens(phrase) else "(" + " <-> ".join(f"'{piece}'" for piece in phrase) + ")"
        for phrase in wanted
    )
