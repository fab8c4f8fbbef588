"""What reading a file gives: entries, and for every row what was changed or refused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kb.exchange.cells import guard
from kb.models import Entry

Fate = Literal["refused", "changed"]
FATES = {"refused": "拒绝", "changed": "改动"}


@dataclass(frozen=True)
class Problem:
    """One thing about one row. `row` counts as the file does (in a table the headings are row 1); 0 is the whole file.

    `fate` says whether the row was refused, or taken with the change that `what` describes.
    """

    source: str
    row: int
    entry_id: str
    field: str
    what: str
    before: str = ""
    after: str = ""
    fate: Fate = "refused"

    def __str__(self) -> str:
        """One line for a person: guide.csv 第3行 A1 title: 不能为空."""
        where = f"{self.source} 第{self.row}行" if self.row else self.source
        return " ".join(
            part for part in (where, self.entry_id, f"{self.field}:" if self.field else "", self.what) if part
        )


@dataclass
class Reading:
    """Gathers while a file is read. `rows` is how many rows were looked at, `homes` the row of each entry.

    `on_row` is called with every row, for a progress bar.
    """

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    homes: dict[str, str] = field(default_factory=dict)
    on_row: Callable[[int], None] | None = None

    def row(self, count: int = 1) -> None:
        """Count rows that are looked at."""
        self.rows += count
        if self.on_row is not None:
            self.on_row(count)

    @property
    def refused(self) -> list[Problem]:
        """The problems for which a row was left out."""
        return [problem for problem in self.problems if problem.fate == "refused"]

    @property
    def changes(self) -> Counter[tuple[str, str]]:
        """How often each (field, change) happened."""
        return Counter((problem.field, problem.what) for problem in self.problems if problem.fate == "changed")

    def take(self, entry: Entry, source: str, row: int) -> None:
        """Keep an entry, unless its id stood in an earlier row."""
        if entry.id in self.homes:
            self.problems.append(Problem(source, row, entry.id, "id", f"编号重复，已在 {self.homes[entry.id]} 用过"))
            return
        self.homes[entry.id] = f"{source} 第{row}行" if row else source
        self.entries.append(entry)

    def join(self, other: Reading) -> None:
        """Add what another file gave; an id that both have is refused the second time."""
        self.rows += other.rows
        self.problems += other.problems
        for entry in other.entries:
            if entry.id in self.homes:
                home = other.homes[entry.id]
                self.problems.append(Problem(home, 0, entry.id, "id", f"编号重复，已在 {self.homes[entry.id]} 用过"))
            else:
                self.homes[entry.id] = other.homes[entry.id]
                self.entries.append(entry)


def write_report(reading: Reading, path: Path) -> None:
    """Write every problem as one line of a CSV file that Excel opens."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("文件", "行", "编号", "字段", "处理", "说明", "原值", "新值"))
        writer.writerows(_report_rows(reading))


def _report_rows(reading: Reading) -> Iterator[tuple[object, ...]]:
    for item in reading.problems:
        words = (item.field, FATES[item.fate], item.what, item.before, item.after)
        yield (guard(item.source), item.row, guard(item.entry_id), *map(guard, words))
