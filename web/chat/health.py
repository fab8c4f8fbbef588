"""Whether a question could be answered now, component by component."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from kb.database import reading
from kb.store import Store
from web.chat.rasa import Rasa
from web.knowledge.search import Search


class Health:
    """Looks at every component that an answer needs."""

    def __init__(self, engine: Engine, store: Store, rasa: Rasa, search: Search) -> None:
        """Remember where to look."""
        self._engine, self._store, self._rasa, self._search = engine, store, rasa, search

    def components(self) -> dict[str, dict[str, Any]]:
        """Return `{name: {"ok": bool, "detail": text}}` for database, index, encoder, rasa and actions."""
        search = self._search.state()
        return {
            "database": self._database(),
            "index": {"ok": search.usable, "detail": search.detail},
            "encoder": {"ok": search.encoder_fits, "detail": "与索引一致" if search.encoder_fits else search.detail},
            "rasa": _state(self._rasa.alive(), "对话服务"),
            "actions": _state(self._rasa.actions_alive(), "动作服务"),
        }

    def _database(self) -> dict[str, Any]:
        try:
            with reading(self._engine) as connection:
                connection.execute(sa.text("SELECT 1"))
            entries = self._store.count()
        except sa.exc.SQLAlchemyError as error:
            return {"ok": False, "detail": f"数据库打不开：{type(error).__name__}"}
        return {"ok": entries > 0, "detail": f"{entries} 个条目" if entries else "知识库是空的", "entries": entries}


def _state(alive: bool, name: str) -> dict[str, Any]:
    return {"ok": alive, "detail": "正常" if alive else f"{name}没有应答"}
