"""The web package's own tables, kept in the product's database beside the knowledge base's."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy.engine import Engine

from kb.database import migrate as run_migrations

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "web_alembic"


def migrate(engine: Engine) -> None:
    """Bring the web tables up to date (StoreUnavailable when that cannot be)."""
    run_migrations(engine, MIGRATIONS, VERSION_TABLE)


def new_id() -> str:
    """Return an id that nobody can guess: 192 random bits in 32 characters."""
    return secrets.token_urlsafe(24)
