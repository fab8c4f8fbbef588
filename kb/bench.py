"""What it costs to store and check ten thousand rows: processor and memory, in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from kb.checks import check
from kb.exchange import read_entries, write_entries
from kb.files import read_folder
from kb.models import Entry
from kb.settings import Settings
from kb.store import Store

ROWS = 10_000
MOST_SECONDS, MOST_MEGABYTES = 180.0, 1500.0


@dataclass(frozen=True)
class Cost:
    """Rows that were stored, seconds of the processor, and megabytes at the peak."""

    rows: int
    seconds: float
    megabytes: float

    @property
    def too_much(self) -> bool:
        """Whether a limit is missed."""
        return self.seconds > MOST_SECONDS or self.megabytes > MOST_MEGABYTES

    def __str__(self) -> str:
        """One line for `make bench`."""
        figures = f"导入并检查 {self.rows:,} 行：处理器 {self.seconds:.0f} 秒，内存最多 {self.megabytes:.0f} MB"
        return figures + (f"，超出 {MOST_SECONDS:.0f} 秒或 {MOST_MEGABYTES:.0f} MB" if self.too_much else "")


def bench(rows: int = ROWS) -> Cost:
    """Write a table of so many rows, then read, store and check it in a fresh process, whose peak is its own."""
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=fresh) as pool:
        table = Path(folder, "rows.csv")
        write_entries(made_rows(rows), table)
        return pool.submit(_cost, table).result()


def made_rows(rows: int) -> list[Entry]:
    """Return so many guides, the shipped ones over and over under names of their own."""
    samples = [entry for entry in read_folder() if entry.kind == "guide"]
    return [_copied(sample, number) for number, sample in zip(range(rows), cycle(samples))]


def _copied(sample: Entry, number: int) -> Entry:
    own = {"id": f"{sample.id}-{number}", "title": f"{sample.title}{number}"}
    return sample.copy(update={**own, "aliases": (), "ways": ()})


def _cost(table: Path) -> Cost:
    store = Store.open(Settings(data_dir=table.parent))
    report = store.save_many(read_entries(table).entries, author="量一量")
    check(store.entries())
    store.close()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return Cost(len(report.created), used.ru_utime + used.ru_stime, _peak())


def _peak() -> float:
    """Return the most memory this process ever held; its `ru_maxrss` would begin at what the parent held."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024
