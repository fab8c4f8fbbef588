"""Profiles out of a table or a list of records: rows with a right code are taken, the others named with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import writing
from kb.errors import BadFile
from kb.exchange.cells import from_cell
from kb.exchange.import_report import Problem
from kb.exchange.sheets import read_csv, read_xlsx
from kb.matching.fields import Fields, declared
from web.database import new_id
from web.errors import WebError
from web.profiles.draft import CODE_HEADINGS, NAME_HEADINGS, Draft, read_draft
from web.profiles.service import Audit, insert, unaudited, update
from web.profiles.tables import profiles

Record = tuple[int, Mapping[str, Any]]


@dataclass
class Report:
    """What came of an import: how many profiles were made, changed or left as they were, and what was refused."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_file(
    engine: Engine, path: Path, *, actor: str, audit: Audit = unaudited, dry: bool = False, name: str = ""
) -> Report:
    """Take the rows of an xlsx or csv file in one transaction (BadFile when it cannot be read).

    `dry` says what would come of it and keeps nothing. `name` is what the report calls the file.
    Headings are field names or labels. A column that is not known is left out and named; one that holds what is never
    kept is left out unread.
    """
    readers = {".xlsx": read_xlsx, ".csv": read_csv}
    if path.suffix.lower() not in readers:
        raise BadFile(f"{path.name}：企业档案只能从 .xlsx 或 .csv 导入")
    fields, report, name = declared(), Report(), name or path.name
    rows: list[tuple[int, Draft]] = []
    for sheet in readers[path.suffix.lower()](path):
        kept, left = _headings(sheet.headings, fields)
        report.problems += [Problem(name, 1, "", heading, what) for heading, what in left]
        records = ((number, {name: row[name] for name in kept if name in row}) for number, row in sheet.records())
        rows += _drafts(records, name, fields, report)
    _store(engine, rows, name, actor, audit, report, dry)
    return report


def import_records(
    engine: Engine,
    records: Iterable[Mapping[str, Any]],
    *,
    source: str,
    actor: str,
    audit: Audit = unaudited,
    dry: bool = False,
) -> Report:
    """Take JSON objects, one a profile, in one transaction; `source` names them in the report, `dry` keeps nothing."""
    report = Report()
    rows = list(_drafts(enumerate(records, start=1), source, declared(), report))
    _store(engine, rows, source, actor, audit, report, dry)
    return report


def _headings(headings: Iterable[str], fields: Fields) -> tuple[list[str], list[tuple[str, str]]]:
    kept, left = [], []
    for heading in headings:
        if not heading:
            continue
        if fields.is_refused(heading):
            left.append((heading, "这一列属于不保存的内容，没有读取"))
        elif heading in (*CODE_HEADINGS, *NAME_HEADINGS) or fields.find(heading):
            kept.append(heading)
        else:
            left.append((heading, "不认识这一列，没有读取"))
    return kept, left


def _drafts(records: Iterable[Record], source: str, fields: Fields, report: Report) -> Iterator[tuple[int, Draft]]:
    seen: dict[str, int] = {}
    for number, record in records:
        try:
            draft = read_draft({heading: _cell(value) for heading, value in record.items()}, fields)
        except WebError as error:
            report.problems.append(Problem(source, number, "", str(error.extra.get("field", "")), error.detail))
            continue
        if not draft.code:
            report.problems.append(Problem(source, number, "", "code", "没有统一社会信用代码"))
        elif draft.code in seen:
            report.problems.append(Problem(source, number, draft.code, "code", f"与第 {seen[draft.code]} 行重复"))
        else:
            seen[draft.code] = number
            yield number, draft


def _cell(value: Any) -> Any:
    """Return a cell as a form gives it: numbers and flags as they are, everything else as text; blank is not given."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (bool, int, float, list, dict)) else from_cell(value)


def _store(
    engine: Engine,
    rows: Iterable[tuple[int, Draft]],
    source: str,
    actor: str,
    audit: Audit,
    report: Report,
    dry: bool,
) -> None:
    with writing(engine) as connection:
        for number, draft in rows:
            _store_one(connection, number, draft, source, report)
        counts = {"created": report.created, "updated": report.updated, "refused": len(report.problems)}
        if dry:
            connection.get_transaction().rollback()
            return
        audit(connection, actor, "profile.import", f"file:{source}", None, counts)


def _store_one(connection: Connection, number: int, draft: Draft, source: str, report: Report) -> None:
    query = sa.select(profiles).where(profiles.c.code == draft.code).with_for_update()
    row = connection.execute(query).first()
    if row is not None:
        changed = bool(update(connection, row, draft))
        report.updated += changed
        report.unchanged += not changed
    elif draft.name is None:
        report.problems.append(Problem(source, number, draft.code or "", "name", "没有企业名称"))
    else:
        insert(connection, draft, new_id(), "import")  # nobody holds this key: staff hand out one by new_key
        report.created += 1
