"""Speed and memory of the whole product, measured on a copy of its own that is started and stopped here.

Loopback only, bounded in turns and seconds. Figures mean nothing without the machine, so it is printed first.
"""

from __future__ import annotations

import os
import platform
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from kb.bench import bench as rows
from kb.files import read_folder
from kb.matching.bench import bench as matching
from kb.settings import ROOT, Settings
from web.review.bench import bench as large_log
from web.tickets.bench import LATE
from web.tickets.bench import bench as appeals

MEASURED_TURNS = 200
USERS = 8
MEASURED_SECONDS = 30.0
LONG_CONVERSATION = 500
START_WITHIN = 240.0


@dataclass(frozen=True)
class Copy:
    """A running copy: its address and the pid of the process that started it."""

    url: str
    pid: int


def bench(settings: Settings, *, large: bool = False) -> int:
    """Print machine, retrieval figures, an import and the figures of whole turns; returns the exit status.

    `large` adds the operator's conversation list over a million turns and the work list of 100,000 appeals.
    """
    print(machine(), flush=True)
    status = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "retriever", "bench"], cwd=ROOT, check=False
    ).returncode
    print(matching(), flush=True)
    print(cost := rows(), flush=True)
    questions = [question for entry in read_folder() for question in entry.questions[:3]]
    with tempfile.TemporaryDirectory() as folder, running(settings, Path(folder)) as copy:
        print(one_user(copy, questions), flush=True)
        print(many_users(copy, questions), flush=True)
        print(long_conversation(copy, questions), flush=True)
        print(memory(copy.pid), flush=True)
    status = max(status, cost.too_much)
    return max(status, large_log(), large_desk()) if large else status


def large_desk() -> int:
    """Print the figures of a hundred thousand appeals; returns 1 when a limit is missed."""
    with tempfile.TemporaryDirectory() as folder:
        figures = list(appeals(Path(folder)))
    for name, figure in figures:
        print(f"诉求 {name}：{figure}", flush=True)
    return int(any(LATE in figure for _, figure in figures))


def machine() -> str:
    """Return one line: processor, cores, memory, Python."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    size = f"{os.cpu_count()} 核，{gigabytes:.0f} GB 内存"
    return f"机器：{model}，{size}，Python {platform.python_version()}，{platform.system()}"


@contextmanager
def running(settings: Settings, folder: Path) -> Iterator[Copy]:
    """Start a copy with its own database and ports on the index and models in place; stop it at the end."""
    for name in ("index", "lexicon", "rasa"):
        shutil.copytree(
            settings.data_dir / name, folder / name, ignore=shutil.ignore_patterns("conversations.sqlite3*")
        )
    web, rasa, actions = free_ports(3)
    names = {
        "QXB_DATA_DIR": str(folder),
        "QXB_DATABASE_URL": "",
        "QXB_ENCODER": settings.encoder or str(Path(settings.encoder_name).resolve()),
        "QXB_WEB_PORT": str(web),
        "QXB_RASA_PORT": str(rasa),
        "QXB_ACTIONS_PORT": str(actions),
        "QXB_RATE_LIMIT": "off",
    }
    environment = {**os.environ, **names}
    subprocess.run([sys.executable, "-W", "ignore", "-m", "kb", "seed"], cwd=ROOT, env=environment, check=True)
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-m", "web", "serve"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{web}"
    try:
        wait(url, process)
        yield Copy(url, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def wait(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the copy is ready; raises TimeoutError."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{url}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    raise TimeoutError(f"{url} 没有就绪")


def free_ports(count: int) -> list[int]:
    """Return ports nobody listens on right now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def one_user(copy: Copy, questions: Sequence[str]) -> str:
    """Return p50 and p95 of whole turns, one at a time, each in a conversation of its own."""
    with httpx.Client(base_url=copy.url, timeout=60, trust_env=False) as client:
        ask(client, questions[0], "")
        times = [ask(client, questions[number % len(questions)], "")[0] for number in range(MEASURED_TURNS)]
    return f"一位用户，{MEASURED_TURNS} 轮：{summary(times)}"


def many_users(copy: Copy, questions: Sequence[str]) -> str:
    """Return turns a second with several users at once."""
    stop, times, lock = time.monotonic() + MEASURED_SECONDS, list[float](), threading.Lock()

    def user(number: int) -> None:
        with httpx.Client(base_url=copy.url, timeout=60, trust_env=False) as client:
            conversation, turn = "", number * 37
            while time.monotonic() < stop:
                spent, conversation = ask(client, questions[turn % len(questions)], conversation)
                turn += 1
                with lock:
                    times.append(spent)

    began = time.monotonic()
    users = [threading.Thread(target=user, args=(number,)) for number in range(USERS)]
    for thread in users:
        thread.start()
    for thread in users:
        thread.join()
    rate = len(times) / (time.monotonic() - began)
    return f"{USERS} 位用户，{MEASURED_SECONDS:.0f} 秒：{rate:.1f} 轮/秒，{summary(times)}"


def long_conversation(copy: Copy, questions: Sequence[str]) -> str:
    """Return how the last fifty turns of a long conversation compare with its first fifty."""
    with httpx.Client(base_url=copy.url, timeout=60, trust_env=False) as client:
        times, conversation = list[float](), ""
        for number in range(LONG_CONVERSATION):
            spent, conversation = ask(client, questions[number % len(questions)], conversation)
            times.append(spent)
    head, tail = statistics.median(times[5:55]), statistics.median(times[-50:])
    return f"一场 {LONG_CONVERSATION} 轮的对话：开头 p50 {head:.0f} ms，末尾 p50 {tail:.0f} ms，比值 {tail / head:.2f}"


def ask(client: httpx.Client, message: str, conversation: str) -> tuple[float, str]:
    """Send one message; returns milliseconds and the conversation id. An answer other than 200 raises."""
    body = {"message": message} | ({"conversation_id": conversation} if conversation else {})
    began = time.perf_counter()
    reply = client.post("/api/v1/chat", json=body)
    spent = (time.perf_counter() - began) * 1000
    reply.raise_for_status()
    return spent, str(reply.json()["conversation_id"])


def summary(times: Sequence[float]) -> str:
    """Return p50 and p95 in milliseconds."""
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):.0f} ms，p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms"


def memory(pid: int) -> str:
    """Return the memory of the process and all below it: proportional set size, shared pages counted once."""
    parts: dict[str, float] = {}
    for process in descendants(pid):
        words = Path(f"/proc/{process}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
        name = next((" ".join(words[at + 1 : at + 3]) for at, word in enumerate(words) if word == "-m"), words[0])
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
        kilobytes = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        parts[name] = parts.get(name, 0.0) + kilobytes / 1024
    listed = "，".join(f"{name} {size:.0f} MB" for name, size in sorted(parts.items(), key=lambda item: -item[1]))
    return f"内存合计 {sum(parts.values()):.0f} MB（{listed}）"


def descendants(pid: int) -> list[int]:
    """Return the pid and those of all processes below it."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text(encoding="utf-8")
        except OSError:  # it ended while we were reading
            continue
        below.setdefault(int(text.rsplit(")", 1)[1].split()[1]), []).append(int(stat.parent.name))
    found = [pid]
    for parent in found:
        found += below.get(parent, [])
    return found
