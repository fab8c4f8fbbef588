"""How fast the appeals are at the size of the seeds: 100,000 tickets; 50,155 in a half year, 12,268 in one month."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from sqlalchemy.engine import Engine

from kb.database import open_engine, writing
from web.database import migrate
from web.tickets.lifecycle.codes import Colour
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.ticket import Step
from web.tickets.service import Tickets, load
from web.tickets.statistics.counts import Statistics
from web.tickets.supervision import Supervision
from web.tickets.synthetic import Maker
from web.tickets.worklist import Worklist

TICKETS_WRITTEN_AT_ONCE = 1000
TICKETS = 100_000
NOW = dt.datetime(2026, 6, 30, 8)
# A half year with the volume of a development zone's hotline in 2022: 50,155 in all, the last two months published.
HALF_YEAR = ((1, 6_500), (2, 5_200), (3, 7_700), (4, 8_748), (5, 12_268), (6, 9_739))
LIST_LIMIT, REPORT_LIMIT = 0.3, 10.0
LATE = "超出"  # what a figure says that misses its limit


def fill(engine: Engine, lives: Iterable[list[Step]]) -> int:
    """Store lives in chunks, a transaction each, and return how many there were."""
    lives, count = iter(lives), 0
    while chunk := list(islice(lives, TICKETS_WRITTEN_AT_ONCE)):
        with writing(engine) as connection:
            load(connection, chunk)
        count += len(chunk)
    return count


def p95(work: Callable[[], object], times: int) -> float:
    """Return the 95th percentile of the seconds that a piece of work takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return sorted(taken)[max(0, -(-times * 95 // 100) - 1)]


def seed_half_year(engine: Engine, policy: Policy) -> tuple[int, float]:
    """Load the half year of the seeds; returns (appeals, seconds)."""
    maker, start, count = Maker(policy, seed=1), time.perf_counter(), 0
    for month, volume in HALF_YEAR:
        days = dt.date(2026, month, 1), dt.date(2026, month + 1, 1)
        count += fill(engine, maker.lives(volume, *days, until=NOW))
    return count, time.perf_counter() - start


def bench(folder: Path, url: str = "", tickets: int = TICKETS) -> list[tuple[str, str]]:
    """Measure in a database of its own, SQLite in `folder` or the empty one at `url`; returns (what, figure) lines."""
    folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(url or f"sqlite:///{folder / 'tickets-bench.sqlite3'}")
    try:
        migrate(engine)
        return list(_measured(engine, tickets))
    finally:
        engine.dispose()


def _measured(engine: Engine, wanted: int) -> Iterable[tuple[str, str]]:
    policy = Policy.load()
    service = Tickets(engine, policy, now=lambda: NOW)
    count, seconds = seed_half_year(engine, policy)
    yield f"半年 {count:,} 件诉求（最忙一个月 {max(n for _, n in HALF_YEAR):,} 件）连同经过装入", f"{seconds:.1f} s"
    # The year before, so that the comparisons have something to compare with.
    rest = max(0, wanted - count - wanted // 5)
    fill(engine, Maker(policy, seed=2).lives(rest, dt.date(2025, 1, 1), dt.date(2025, 12, 31), until=NOW))
    # A fifth of all is still open: more than any desk would bear, so the list has much to sort.
    fill(engine, Maker(policy, seed=3).lives(wanted // 5, dt.date(2026, 6, 22), dt.date(2026, 6, 30), until=NOW))
    worklist, statistics = Worklist(service), Statistics(service)
    open_now = worklist.counts()
    yield "诉求总数／未办结", f"{wanted:,}／{open_now['all']:,}"
    department = policy.categories.get("labour").department
    mark = _mark(worklist, 19)
    lists: dict[str, Callable[[], object]] = {
        "办理列表首页": worklist.page,
        "办理列表，一个部门": lambda: worklist.page(department=department),
        "办理列表，红色": lambda: worklist.page(colour=Colour.RED),
        "办理列表，一个部门的蓝色": lambda: worklist.page(department=department, colour=Colour.BLUE),
        "办理列表，第 20 页": lambda: worklist.page(after=mark),
        "各颜色件数": worklist.counts,
    }
    for name, work in lists.items():
        yield f"{name} p95", _judged(p95(work, 40), LIST_LIMIT)
    yield "月报 p95", _judged(p95(lambda: statistics.monthly(2026, 5), 20), REPORT_LIMIT)
    start = time.perf_counter()
    issued = len(Supervision(service).issue())
    yield f"督办一轮（发出 {issued:,} 张单）", f"{time.perf_counter() - start:.1f} s"


def _mark(worklist: Worklist, pages: int) -> str:
    mark = ""
    for _ in range(pages):
        mark = worklist.page(after=mark).next
    return mark


def _judged(seconds: float, limit: float) -> str:
    shown, most = (f"{value * 1000:.0f} ms" if limit < 1 else f"{value:.2f} s" for value in (seconds, limit))
    return f"{shown}，{LATE if seconds > limit else '不超过'}上限 {most}"
