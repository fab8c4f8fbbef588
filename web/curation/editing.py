"""From draft to published: every step is one version and one audit row, and nobody passes their own work."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.bodies import BODIES
from kb.checks import Finding, check
from kb.database import reading, writing
from kb.models import Entry
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.curation import saving
from web.curation.errors import EditConflict, InvalidEntry, OwnWork, WrongStep
from web.curation.fields import Texts
from web.curation.tables import drafts, schedule

DEAD_LINK = "链接失效"  # judged over all entries, which is the board's work
WATCHED = dt.timedelta(minutes=30)
INDEX = "index"  # the name of the work that brings what is published before the visitors
SOONEST, LATEST = dt.timedelta(minutes=-10), dt.timedelta(days=730)


@dataclass(frozen=True)
class Draft:
    """What somebody has typed and not saved: the texts of the form, over which version, and when."""

    author: str
    base_version: int
    fields: Texts
    saved_at: dt.datetime


@dataclass(frozen=True)
class Planned:
    """A passed version that comes out at `publish_at` (UTC)."""

    entry_id: str
    version: int
    publish_at: dt.datetime
    reviewer: str


class Editing:
    """The steps of an entry. `published` is called after each transaction that changes what visitors see."""

    def __init__(self, engine: Engine, published: Callable[[], None]) -> None:
        """Store through `engine`."""
        self._engine, self._published = engine, published

    def save(self, actor: Person, entry: Entry, base_version: int, note: str = "", submit: bool = False) -> Entry:
        """Store a draft over version `base_version` (0: a new entry), or hand it in for review at once.

        Raises EditConflict when there is a newer version, InvalidEntry when a rule forbids to hand it in.
        """
        made = entry.copy(update={"status": "in_review" if submit else "draft"})
        if submit:
            _fit_for_review(made)
        with writing(self._engine) as connection:
            saving.take_store(connection)
            before = self._base(connection, made.id, base_version)
            stored = saving.store(connection, made, actor.name, note)
            connection.execute(_own_draft(drafts.delete(), made.id, actor.name))
            self._unplan(connection, made.id)
            if before is None or stored.version != before.version:
                action = "entry.submit" if submit else "entry.draft"
                audit.record(connection, actor.name, action, f"entry:{made.id}", *saving.told(before, stored))
        return stored

    def submit(self, actor: Person, entry_id: str, version: int) -> Entry:
        """Hand a draft in for review (WrongStep, EditConflict, InvalidEntry)."""
        return self._step(actor, entry_id, version, "draft", "in_review", "entry.submit", "提交审核")

    def give_back(self, actor: Person, entry_id: str, version: int, note: str) -> Entry:
        """Give a version back to its author with what is to be changed (WrongStep, EditConflict)."""
        said = note.strip()[:500]
        if not said:
            raise InvalidEntry({"note": "写明要改什么"})
        return self._step(actor, entry_id, version, "in_review", "draft", "entry.return", f"退回：{said}")

    def publish(self, actor: Person, entry_id: str, version: int, at: dt.datetime | None = None) -> Entry | Planned:
        """Put a version before the visitors, now or `at` an instant (UTC); the reviewer is not who wrote it.

        Raises OwnWork, WrongStep, EditConflict, InvalidEntry.
        """
        with writing(self._engine) as connection:
            saving.take_store(connection)
            entry = self._reviewed(connection, actor, entry_id, version)
            if at is not None:
                return self._plan(connection, actor, entry, at)
            stored = self._put_out(connection, entry, actor.name, actor.name)
        self._published()
        return stored

    def roll_back(self, actor: Person, entry_id: str, version: int, base_version: int) -> Entry:
        """Store an earlier version's content as a new draft (UnknownEntry, EditConflict)."""
        with writing(self._engine) as connection:
            saving.take_store(connection)
            before = self._base(connection, entry_id, base_version)
            old = saving.version(connection, entry_id, version).copy(update={"status": "draft"})
            stored = saving.store(connection, old, actor.name, f"恢复到第 {version} 版")
            self._unplan(connection, entry_id)
            audit.record(connection, actor.name, "entry.roll_back", f"entry:{entry_id}", *saving.told(before, stored))
        return stored

    def publish_due(self) -> int:
        """Publish what is due by now and return how many; calling it twice, or from two processes, does no harm."""
        done = 0
        with writing(self._engine) as connection:
            saving.take_store(connection)
            due = connection.execute(sa.select(schedule).where(schedule.c.publish_at <= clock.now())).all()
            for row in due:
                entry = saving.latest(connection, row.entry_id)
                if entry.version == row.version and entry.status == "in_review":
                    self._put_out(connection, entry, row.reviewer, "系统")
                    done += 1
                self._unplan(connection, row.entry_id)
        if done:
            self._published()
        return done

    def unplan(self, actor: Person, entry_id: str) -> None:
        """Take planned publishing back; the version waits for review again."""
        with writing(self._engine) as connection:
            if self._unplan(connection, entry_id):
                audit.record(connection, actor.name, "entry.unschedule", f"entry:{entry_id}")

    def planned(self, entry_id: str = "") -> list[Planned]:
        """Return what is planned, soonest first; of one entry when it is named."""
        query = sa.select(schedule).order_by(schedule.c.publish_at)
        if entry_id:
            query = query.where(schedule.c.entry_id == entry_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Planned(row.entry_id, row.version, row.publish_at, row.reviewer) for row in rows]

    def keep(self, actor: Person, entry_id: str, base_version: int, fields: Texts) -> None:
        """Keep what the person has typed so far."""
        row = {"base_version": base_version, "fields": fields, "saved_at": clock.now()}
        with writing(self._engine) as connection:
            connection.execute(_own_draft(drafts.delete(), entry_id, actor.name))
            connection.execute(sa.insert(drafts), {"entry_id": entry_id, "author": actor.name, **row})

    def discard(self, actor: Person, entry_id: str) -> None:
        """Forget what the person has typed."""
        with writing(self._engine) as connection:
            connection.execute(_own_draft(drafts.delete(), entry_id, actor.name))

    def typed(self, entry_id: str) -> list[Draft]:
        """Return what people have typed over an entry, newest first."""
        query = sa.select(drafts).where(drafts.c.entry_id == entry_id).order_by(drafts.c.saved_at.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Draft(row.author, row.base_version, row.fields, row.saved_at) for row in rows]

    def others(self, actor: Person, entry_id: str) -> list[str]:
        """Return who else has been typing in the last half hour."""
        since = clock.now() - WATCHED
        return [one.author for one in self.typed(entry_id) if one.author != actor.name and one.saved_at > since]

    def _base(self, connection: Connection, entry_id: str, base_version: int) -> Entry | None:
        row = saving.head(connection, entry_id)
        if row is None and base_version == 0:
            return None
        if row is None or base_version == 0:
            raise InvalidEntry({"id": "这个编号已经有条目了"}) if row else EditConflict("这个条目已经不在了", 0)
        current = saving.version(connection, entry_id, row.version)
        if row.version != base_version:
            raise EditConflict(
                f"您打开的是第 {base_version} 版，现在已有第 {row.version} 版；请对照后再保存", row.version
            )
        return current

    def _step(self, actor: Person, entry_id: str, version: int, come: str, go: str, action: str, note: str) -> Entry:
        with writing(self._engine) as connection:
            saving.take_store(connection)
            before = self._base(connection, entry_id, version)
            if before is None or before.status != come:
                raise WrongStep("这一版不在这一步，请刷新页面")
            after = before.copy(update={"status": go})
            if go == "in_review":
                _fit_for_review(after)
            stored = saving.store(connection, after, actor.name, note)
            self._unplan(connection, entry_id)
            said = {"版本号": stored.version, "说明": note}
            audit.record(connection, actor.name, action, f"entry:{entry_id}", {"版本号": version}, said)
        return stored

    def _reviewed(self, connection: Connection, actor: Person, entry_id: str, version: int) -> Entry:
        entry = self._base(connection, entry_id, version)
        if entry is None or entry.status != "in_review":
            raise WrongStep("只有待审核的版本可以发布")
        if actor.name in saving.writers(connection, entry_id):
            raise OwnWork("不能审核自己写的内容，请另一位审核员来发布")
        _fit_for_review(entry)
        return entry

    def _plan(self, connection: Connection, actor: Person, entry: Entry, at: dt.datetime) -> Planned:
        if not clock.now() + SOONEST < at < clock.now() + LATEST:
            raise InvalidEntry({"publish_at": "定时发布的时间要在现在之后、两年之内"})
        self._unplan(connection, entry.id)
        row = {"entry_id": entry.id, "version": entry.version, "publish_at": at, "reviewer": actor.name}
        connection.execute(sa.insert(schedule), {**row, "made_at": clock.now()})
        said = {"版本号": entry.version, "发布时间": clock.local(at)}
        audit.record(connection, actor.name, "entry.schedule", f"entry:{entry.id}", None, said)
        return Planned(entry.id, entry.version, at, actor.name)

    def _put_out(self, connection: Connection, entry: Entry, reviewer: str, actor: str) -> Entry:
        row = saving.head(connection, entry.id)
        before = saving.version(connection, entry.id, row.public_version) if row and row.public_version else None
        passed = entry.copy(update={"status": "published", "updated_on": clock.today()})
        stored = saving.store(connection, passed, reviewer, "审核通过，发布")
        self._unplan(connection, entry.id)
        audit.record(connection, actor, "entry.publish", f"entry:{entry.id}", *saving.told(before, stored))
        return stored

    def _unplan(self, connection: Connection, entry_id: str) -> bool:
        return bool(connection.execute(sa.delete(schedule).where(schedule.c.entry_id == entry_id)).rowcount)


def findings(entry: Entry) -> list[Finding]:
    """Return what the quality rules say of one entry by itself."""
    return [one for one in check([entry], today=clock.today()) if one.rule != DEAD_LINK]


def _fit_for_review(entry: Entry) -> None:
    wrong = [one for one in findings(entry) if one.severity == "错误"]
    if wrong:
        raise InvalidEntry({_in_form(one.field, entry): f"{one.rule}：{one.message}" for one in wrong})


def _in_form(path: str, entry: Entry) -> str:
    """Return the form's name of what a rule names: body.materials[2].origin, or a part of the answer."""
    dotted = re.sub(r"\[(\d+)\]", lambda match: f".{int(match[1]) - 1}", path)
    if dotted == "conditions" and entry.kind == "faq":
        return "body.points"
    inside = dotted.split(".")[0] in BODIES[entry.kind].__fields__ and "." not in dotted
    return f"body.{dotted}" if inside else dotted or "title"


def _own_draft(statement: sa.sql.Delete, entry_id: str, author: str) -> sa.sql.Delete:
    return statement.where(drafts.c.entry_id == entry_id, drafts.c.author == author)
