"""The operator's list over a million turns, in SQLite and in PostgreSQL: pages and searches timed, limits checked."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy.engine import Engine

from kb.database import open_engine
from kb.files import read_folder
from web import clock, database
from web.review.dashboard import dashboard
from web.review.filters import Filter
from web.review.listing import Cursor, Listing
from web.review.synthetic import fill

WRITTEN_TURNS = 1_000_000
RUNS = 40
PAGE_LIMIT, SEARCH_LIMIT = 300.0, 800.0  # milliseconds, p95
LOW_CONFIDENCE = 0.5
FILTERS = {
    "首页": Filter(),
    "需要看的": Filter(eyes=True),
    "已拒绝": Filter(outcome="refused"),
    "评为没用": Filter(vote="down"),
    "带标签": Filter(tag="要回访"),
    "已拒绝且评为没用（没有一条）": Filter(outcome="refused", vote="down"),
    "两年前的一天": Filter(end=clock.today().replace(year=clock.today().year - 1)),
}
SEARCHES = ("材料", "场所证明", "东区", "章程 高新区", "第77号", "营业执照", "不存在的词语", "注册资本 第31")


def bench(turns: int = WRITTEN_TURNS) -> int:
    """Print the figures of both databases; returns 1 when a limit is missed."""
    with tempfile.TemporaryDirectory() as folder:
        late = measure("SQLite", f"sqlite:///{folder}/log.sqlite3", turns)
    with postgres() as url:
        if url is None:
            print("PostgreSQL：这台机器上没有，没有测", flush=True)
        else:
            late += measure("PostgreSQL", url, turns)
    return 1 if late else 0


def measure(name: str, url: str, turns: int) -> int:
    """Fill a database and print its figures; returns how many limits were missed."""
    engine = open_engine(url)
    database.migrate(engine)
    entries = read_folder()
    began = time.monotonic()
    fill(engine, turns, [text for entry in entries for text in entry.questions], [entry.id for entry in entries])
    print(f"{name}：写入 {turns:,} 问用 {time.monotonic() - began:.0f} 秒", flush=True)
    listing, late = Listing(engine, LOW_CONFIDENCE), 0
    for title, wanted in FILTERS.items():
        late += _show(f"{name} 列表·{title}", _times(partial(listing.page, wanted)), PAGE_LIMIT)
    late += _show(f"{name} 列表·往后第 20 页", _times(_deep(listing)), PAGE_LIMIT)
    for query in SEARCHES:
        late += _show(f"{name} 搜索·{query}", _times(partial(listing.page, Filter(q=query))), SEARCH_LIMIT)
    print(f"{name} 统计（按月）：第一次 {_board(engine):.0f} ms，再看 {_board(engine):.0f} ms", flush=True)
    engine.dispose()
    return late


def _deep(listing: Listing) -> Callable[[], object]:
    cursor = Cursor()
    for _ in range(19):
        cursor = Cursor.read(listing.page(Filter(), cursor).after)
    return lambda: listing.page(Filter(), cursor)


def _board(engine: Engine) -> float:
    began = time.perf_counter()
    dashboard(engine, "month", clock.today(), str)
    return (time.perf_counter() - began) * 1000


def _times(call: Callable[[], object]) -> list[float]:
    """Return milliseconds, the first call among them."""
    found = []
    for _ in range(RUNS):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _show(what: str, times: Sequence[float], limit: float) -> int:
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    late = p95 > limit
    first, middle = times[0], statistics.median(ordered)
    verdict = "超过" if late else "不超过"
    print(
        f"{what}：首次 {first:.0f} ms，p50 {middle:.0f} ms，p95 {p95:.0f} ms，{verdict}上限 {limit:.0f} ms", flush=True
    )
    return int(late)


@contextmanager
def postgres() -> Iterator[str | None]:
    """Start a PostgreSQL server of its own; yields its address, or None where none is installed."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    programs = [shutil.which(name) or (str(homes[-1] / name) if homes else "") for name in ("initdb", "postgres")]
    user = _unprivileged()
    if not all(programs) or user == "":
        yield None
        return
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    made = [
        programs[0],
        "-D",
        str(folder / "data"),
        "-U",
        "bench",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(made, user=user, check=True, cwd=folder, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["-p", str(port), "-k", str(folder), "-h", "127.0.0.1"]
    command = [programs[1], "-D", str(folder / "data"), *options]
    server = subprocess.Popen(command, user=user, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        _wait(port, server)
        yield f"postgresql://bench@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(60)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    """Return the user to run as: None for ourselves, empty when root and there is no user postgres."""
    if os.geteuid():
        return None
    return "postgres" if any(one.pw_name == "postgres" for one in pwd.getpwall()) else ""


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.5)
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("PostgreSQL 没有起来")


if __name__ == "__main__":
    sys.exit(bench(int(sys.argv[1]) if len(sys.argv) > 1 else WRITTEN_TURNS))
