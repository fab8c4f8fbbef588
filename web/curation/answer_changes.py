"""What a change of entries or word lists does to the answers: computed in the background, kept for the pages."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from kb import lexicon_overrides
from kb.database import reading, writing
from kb.lexicon import Lexicon
from kb.lexicon_overrides import Change
from kb.settings import Settings
from kb.store import Store
from retriever.errors import IndexBroken
from retriever.index import index as index_files
from retriever.index.build import trial_index
from retriever.index.index import Index
from retriever.search.searcher import Searcher
from retriever.search.snapshot import Pinned
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.chat.rehearsal import Rehearsal
from web.curation.errors import StaleEffect, UnknownEffect
from web.curation.kept_questions import Said, Stored, classified, right, said_to, stored
from web.curation.tables import effects
from web.database import new_id
from web.jobs import Job, Queue

log = logging.getLogger(__name__)
PUBLISHED, LEXICON = "publish", "lexicon"
EFFECTS_KEPT = 200
MOST_SHOWN = 500
Settled = Callable[[], Iterable[tuple[str, str]]]  # a question and the entry that is right


class Effects:
    """Computes effects in the background, one after another. `searcher` opens the search that the chat uses."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        searcher: Callable[[], Searcher],
        judged: Settled,
        rehearsal: Rehearsal,
        jobs: Queue,
    ) -> None:
        """Keep rows in the store's database; `judged` returns questions with the entry that people settled on."""
        self._store, self._settings, self._searcher = store, settings, searcher
        self._judged, self._rehearsal = judged, rehearsal
        self._job = Job(jobs, "effects", self._compute)
        self._held: dict[str, tuple[Index, Index]] = {}  # by row: the disk keeps the last few versions only

    def published(self, before: Index, after: Index) -> None:
        """Have it computed what a new index version changed; nothing is done when no entry differs."""
        old, new = ({card.id: card.version for card in index.cards} for index in (before, after))
        about = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
        if about:
            told = {"entries": about[:MOST_SHOWN], "versions": [before.name, after.name]}
            self._held[self._row(PUBLISHED, told, "", "")] = before, after
            self._job.want()

    def propose(self, actor: Person, change: Change) -> str:
        """Have it computed what a change of the word lists would do; returns the id of the effect (BadLexicon)."""
        now = self._store.lexicon()
        change = lexicon_overrides.checked(change, now)
        about = {
            **vars(change),
            "words": list(change.words),
            "before": list(lexicon_overrides.said(now, change.kind, change.name)),
        }
        row_id = self._row(LEXICON, about, actor.name, digest(now))
        self._job.want()
        return row_id

    def apply(self, actor: Person, effect_id: str) -> Change:
        """Keep the change of the word lists whose effect was computed (UnknownEffect, StaleEffect)."""
        row = self.get(effect_id)
        with writing(self._store.engine) as connection:
            same = digest(lexicon_overrides.in_force(connection)) == row.base
            if row.kind != LEXICON or row.done_at is None or row.applied_at is not None or not same:
                raise StaleEffect("词表在这之后被改过，或效果还没有算完；请重新看效果")
            change = _proposed(row)
            lexicon_overrides.keep(connection, change)
            values = {"applied_at": clock.now(), "applied_by": actor.name}
            connection.execute(sa.update(effects).where(effects.c.id == row.id).values(**values))
            told = {"词": " ".join(row.about["before"])}, {"词": " ".join(change.words)}
            audit.record(connection, actor.name, "search.words", f"{change.kind}:{change.name}", *told)
        return change

    def get(self, effect_id: str) -> Row:
        """Return one effect (UnknownEffect)."""
        with reading(self._store.engine) as connection:
            row = connection.execute(sa.select(effects).where(effects.c.id == effect_id)).first()
        if row is None:
            raise UnknownEffect("没有这次对照，或它已经被清除")
        return row

    def latest(self, most: int = 30, entry_id: str = "") -> list[Row]:
        """Return the latest effects of publishing, or those that were about an entry."""
        query = sa.select(effects).where(effects.c.kind == PUBLISHED).order_by(effects.c.made_at.desc(), effects.c.id)
        with reading(self._store.engine) as connection:
            rows = list(connection.execute(query.limit(EFFECTS_KEPT if entry_id else most)))
        return [row for row in rows if not entry_id or entry_id in row.about["entries"]][:most]

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until nothing is left to compute."""
        self._job.wait(seconds)

    def _row(self, kind: str, about: dict[str, Any], author: str, base: str) -> str:
        row_id = new_id()[:20].strip("-_")
        row = {"id": row_id, "kind": kind, "about": about, "made_by": author, "made_at": clock.now(), "base": base}
        counts = {"asked": 0, "known": 0, "right_before": 0, "right_after": 0, "changes": [], "trouble": ""}
        with writing(self._store.engine) as connection:
            old = sa.select(effects.c.id).order_by(effects.c.made_at.desc()).offset(EFFECTS_KEPT).limit(EFFECTS_KEPT)
            connection.execute(sa.delete(effects).where(effects.c.id.in_(list(connection.execute(old).scalars()))))
            connection.execute(sa.insert(effects), {**row, **counts, "applied_by": ""})
        return row_id

    def _compute(self) -> None:
        query = sa.select(effects).where(effects.c.done_at.is_(None)).order_by(effects.c.made_at, effects.c.id)
        with reading(self._store.engine) as connection:
            rows = list(connection.execute(query))
        for row in rows:
            try:
                values = self._computed(row)
            except Exception as error:  # the page says what is wrong; later effects are computed all the same
                log.exception("effect %s failed", row.id)
                values = {"trouble": str(error)[:500]}
            with writing(self._store.engine) as connection:
                done = sa.update(effects).where(effects.c.id == row.id)
                connection.execute(done.values(**values, done_at=clock.now()))
        self._held.clear()

    def _indexes(self, row: Row, live: Searcher) -> tuple[Index, Index]:
        """Return the index before and after; what a process that died had at hand is read from disk (StaleEffect)."""
        if row.kind == LEXICON:
            words = lexicon_overrides.changed(self._store.lexicon(), [_proposed(row)])
            return live.index, trial_index(self._store.entries(), live.encoder, self._settings, words)
        if row.id in self._held:
            return self._held.pop(row.id)
        before, after = row.about.get("versions", ("", ""))
        try:
            folder = self._settings.index_dir
            return index_files.read(folder / before), index_files.read(folder / after)
        except IndexBroken as error:
            raise StaleEffect("当时的索引已经清除，这一次比不成了") from error

    def _computed(self, row: Row) -> dict[str, Any]:
        live = self._searcher()
        before, after = (Pinned(live, index) for index in self._indexes(row, live))
        questions = stored(self._store.entries(), self._store.engine, self._judged())
        acts = classified(questions, self._rehearsal)
        old, new = (said_to(acts, searcher, self._rehearsal) for searcher in (before, after))
        changes = [_change(one, old[one.text], new[one.text]) for one in questions if old[one.text] != new[one.text]]
        return {
            "asked": len(questions),
            "known": sum(bool(one.right) for one in questions),
            "right_before": right(questions, old),
            "right_after": right(questions, new),
            "changes": changes[:MOST_SHOWN],
        }


def digest(lists: Lexicon) -> str:
    """Return a text that differs as soon as any word differs."""
    lines = [f"{name} {' '.join(words)}" for name, words in sorted(lists.named)] + sorted(lists.words)
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def _proposed(row: Row) -> Change:
    return Change(row.about["kind"], row.about["name"], tuple(row.about["words"]))


def _change(one: Stored, old: Said, new: Said) -> dict[str, Any]:
    return {"question": one.text, "source": one.source, "right": one.right, "before": vars(old), "after": vars(new)}
