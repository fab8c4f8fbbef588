"""Files of entries brought in: kept, mapped, tried, applied as versions that wait for review, undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import sqlalchemy as sa
import yaml
from sqlalchemy.engine import Connection, Engine, Row

from kb.batch import Batch, SaveReport
from kb.database import reading, writing
from kb.errors import BadFile, BadMapping, KnowledgeBaseError
from kb.exchange import Reading, read_entries
from kb.exchange.cells import from_cell
from kb.exchange.importer import FORMS, TABLES
from kb.exchange.mapping import FieldMapping
from kb.models import Entry
from kb.store import Store
from kb.tables import entries as heads
from kb.tables import versions
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.curation import saving
from web.curation.errors import BadUpload, UnknownImport
from web.curation.tables import imports
from web.database import new_id

MAPPING = "mapping.yaml"
SAMPLE_ROWS = 5
ENTRIES_IMPORTED_AT_ONCE = 300
MAPPED = ("id", "title", "summary", "aliases", "questions", "theme", "department", "code", "doc_number")
MAPPED_BODY = {
    "guide": ("body.audience", "body.place", "body.hours", "body.contact", "body.online_url", "body.fee.standard"),
    "faq": ("body.answer", "body.points"),
    "policy": ("body.issuer", "body.audience", "body.conditions", "body.benefits"),
    "place": ("body.district", "body.address", "body.hours", "body.phone"),
}


@dataclass(frozen=True)
class Plan:
    """What an import would do. `headings` and `sample` are there for a table that wants its columns mapped."""

    row: Row
    reading: Reading
    report: SaveReport
    headings: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    trouble: str = ""


class Imports:
    """The imports of one application, their files in `folder`."""

    def __init__(self, engine: Engine, store: Store, folder: Path) -> None:
        """Keep files in `folder`, which is made when the first one comes."""
        self._engine, self._store, self._folder = engine, store, folder

    def take(self, actor: Person, name: str, content: bytes) -> str:
        """Keep a file and return the id of its import (BadUpload)."""
        plain = PurePosixPath(name.replace("\\", "/")).name
        ending = PurePosixPath(plain).suffix.lower()
        if ending not in FORMS:
            raise BadUpload(f"不支持 {ending or '没有后缀'} 的文件，可用 {'、'.join(FORMS)}")
        if not content:
            raise BadUpload("文件是空的")
        key = new_id()[:20].strip("-_")
        home = self._folder / key
        home.mkdir(parents=True)
        (home / f"file{ending}").write_bytes(content)
        row = {"id": key, "name": plain[-120:], "author": actor.name, "made_at": clock.now(), "before": {}}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(imports), row)
        return key

    def all(self, most: int = 20) -> list[Row]:
        """Return the latest imports, newest first."""
        query = sa.select(imports).order_by(imports.c.made_at.desc()).limit(most)
        with reading(self._engine) as connection:
            return list(connection.execute(query).all())

    def map(self, key: str, kind: str, columns: Mapping[str, str]) -> None:
        """Say which column fills which field (BadUpload, UnknownImport)."""
        path = self._path(self._row(key)).with_name(MAPPING)
        fields = {field: column for field, column in columns.items() if column}
        path.write_text(yaml.safe_dump({"kind": kind, "fields": fields}, allow_unicode=True), encoding="utf-8")
        try:
            FieldMapping.open(path)
        except BadMapping as error:
            path.unlink()
            raise BadUpload(str(error).replace(MAPPING, "列的对应")) from error

    def plan(self, key: str) -> Plan:
        """Return what the import would do; nothing is stored (UnknownImport)."""
        row = self._row(key)
        headings, sample = self._columns(row)
        try:
            read = self._read(row)
        except KnowledgeBaseError as error:
            said = str(error).replace(self._path(row).name, row.name)
            return Plan(row, Reading(), SaveReport(), headings, sample, said)
        return Plan(row, read, self._store.preview(read.entries), headings, sample)

    def apply(self, actor: Person, key: str) -> SaveReport:
        """Store what the file holds as versions that wait for review: all or none (BadUpload, UnknownImport)."""
        row = self._row(key)
        if row.applied_at:
            raise BadUpload("这次导入已经存过了")
        try:
            read = self._read(row)
        except KnowledgeBaseError as error:
            raise BadUpload(str(error)) from error
        entries = [entry.copy(update={"status": "in_review"}) for entry in read.entries]
        if not entries:
            raise BadUpload("文件里没有可以存的条目")
        report = SaveReport()
        with writing(self._engine) as connection:
            saving.take_store(connection)
            before = _versions(connection, [entry.id for entry in entries])
            changed = [entry for entry in entries if not _same(connection, entry, before)]
            for at in range(0, len(changed), ENTRIES_IMPORTED_AT_ONCE):
                batch = Batch(connection, changed[at : at + ENTRIES_IMPORTED_AT_ONCE], actor.name, f"导入 {row.name}")
                batch.write()
                report = report.with_fates(batch.fates)
            done = [*report.created, *report.updated]
            kept = {entry_id: before.get(entry_id, 0) for entry_id in done}
            values = {"applied_at": clock.now(), "before": kept}
            connection.execute(sa.update(imports).where(imports.c.id == key).values(**values))
            said = {"文件": row.name, "新增": len(report.created), "更新": len(report.updated)}
            audit.record(connection, actor.name, "entries.import", f"import:{key}", None, said)
        return report

    def undo(self, actor: Person, key: str) -> tuple[int, list[str]]:
        """Take an import back; returns how many entries, and those that somebody has changed since, which stay."""
        row, done, left = self._row(key), 0, []
        if not row.applied_at or row.undone_at:
            raise BadUpload("这次导入没有可以撤销的")
        with writing(self._engine) as connection:
            saving.take_store(connection)
            for entry_id, before in row.before.items():
                head = saving.head(connection, entry_id)
                if head is None or head.version != before + 1:
                    left.append(entry_id)
                    continue
                if before:
                    old = saving.version(connection, entry_id, before)
                    saving.store(connection, old, actor.name, f"撤销导入 {row.name}")
                else:  # nobody but this import ever wrote it, and no visitor saw it
                    connection.execute(sa.delete(versions).where(versions.c.entry_id == entry_id))
                    connection.execute(sa.delete(heads).where(heads.c.id == entry_id))
                done += 1
            connection.execute(sa.update(imports).where(imports.c.id == key).values(undone_at=clock.now()))
            said = {"文件": row.name, "撤销": done, "没有撤销": left[:50]}
            audit.record(connection, actor.name, "entries.import_undo", f"import:{key}", None, said)
        return done, left

    def _row(self, key: str) -> Row:
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(imports).where(imports.c.id == key)).first()
        if row is None:
            raise UnknownImport("没有这次导入")
        return row

    def _path(self, row: Row) -> Path:
        return self._folder / str(row.id) / f"file{PurePosixPath(row.name).suffix.lower()}"

    def _read(self, row: Row) -> Reading:
        path = self._path(row)
        mapping = path.with_name(MAPPING)
        if not path.exists():
            raise BadFile("文件已经清除，请重新上传")
        return read_entries(path, FieldMapping.open(mapping) if mapping.exists() else None)

    def _columns(self, row: Row) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        path = self._path(row)
        if path.suffix not in TABLES or not path.exists():
            return (), ()
        try:
            sheet = TABLES[path.suffix](path)[0]
        except (BadFile, IndexError):
            return (), ()
        cells = [tuple(from_cell(cell)[:80] for cell in values) for _, values in sheet.rows[:SAMPLE_ROWS]]
        return tuple(name for name in sheet.headings if name), tuple(cells)


def _versions(connection: Connection, ids: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at in range(0, len(ids), ENTRIES_IMPORTED_AT_ONCE):
        query = sa.select(heads.c.id, heads.c.version).where(heads.c.id.in_(ids[at : at + ENTRIES_IMPORTED_AT_ONCE]))
        found |= {row.id: row.version for row in connection.execute(query)}
    return found


def _same(connection: Connection, entry: Entry, before: Mapping[str, int]) -> bool:
    """Say whether the newest version holds the same content already, whatever its status."""
    number = before.get(entry.id)
    if not number:
        return False
    there = saving.version(connection, entry.id, number)
    return bool(there == entry.copy(update={"status": there.status, "version": number}))
