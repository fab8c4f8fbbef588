"""A running copy of the whole product for tests: its start, its address, its processes."""

import asyncio
import datetime as dt
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import yaml

from kb.settings import Settings
from kb.workdays import HOLIDAYS, Year, published

ROOT = Path(__file__).parent.parent.parent
SHARED = ROOT.parent / "shared"
MADE = Path(os.environ.get("QXB_DATA_DIR", ROOT / ".data"))
BACK_WITHIN = 180  # seconds; a bound for tests that kill a process: how fast it is belongs to the bench
# How to call what runs on this machine: reading the world's certificates takes as long as a turn of a conversation.
HERE = {"trust_env": False, "verify": ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)}


class Stack:
    """A running copy: its address, its settings and environment, and the pids of its processes."""

    def __init__(self, url, settings, environment, log):
        self.url, self.settings, self.environment, self.log = url, settings, environment, log

    def run(self, *words):
        """Run one of our programs on the data of this copy."""
        run(self.environment, *words)

    def pid_of(self, name):
        """The pid of one of web, rasa, actions: the process that listens on its port."""
        port = {"web": self.settings.web_port, "rasa": self.settings.rasa_port, "actions": self.settings.actions_port}[
            name
        ]
        listing = subprocess.run(
            ["ss", "-ltnpH", f"sport = :{port}"], capture_output=True, text=True, check=True
        ).stdout
        return int(listing.split("pid=")[1].split(",")[0]) if "pid=" in listing else None

    def ask(self, message, conversation=None, timeout=60):
        """Send one message; returns the reply of httpx."""
        body = {"message": message} | ({"conversation_id": conversation} if conversation else {})
        return httpx.post(f"{self.url}/api/v1/chat", json=body, timeout=timeout, **HERE)


@contextmanager
def running_stack(folder, **more):
    """A copy of the product for as long as it is needed; `more` are settings of its environment."""
    process, running = start_stack(folder, **more)
    try:
        yield running
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def free_ports(count):
    """Ports that nobody listens on, below those that the system hands out: nobody else takes one meanwhile."""
    found = []
    while len(found) < count:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return found


def coming_year():
    """The next year as the desk of a test enters it while it is not published: only New Year's Day is free."""
    year = dt.date.today().year + 1
    return {} if year in published() else {year: Year(frozenset({dt.date(year, 1, 1)}), frozenset())}


def enter(years, folder):
    """Write the years where the desk of a data folder keeps those that it entered itself."""
    content = {
        year: {"holidays": sorted(one.holidays), "workdays": sorted(one.workdays)} for year, one in years.items()
    }
    (folder / HOLIDAYS).parent.mkdir(parents=True, exist_ok=True)
    (folder / HOLIDAYS).write_text(yaml.safe_dump(content), encoding="utf-8")


def start_stack(folder, **more):
    """Start a copy with its own data folder and ports; returns (process, Stack) once it says ready."""
    for name in ("index", "lexicon", "rasa"):
        shutil.copytree(MADE / name, folder / name, ignore=shutil.ignore_patterns("conversations.sqlite3*", "cache"))
    enter(coming_year(), folder)
    web, rasa, actions = free_ports(3)
    names = {
        "QXB_DATA_DIR": str(folder),
        "QXB_ENCODER": str((MADE / "encoder").resolve()),
        "QXB_WEB_PORT": str(web),
        "QXB_RASA_PORT": str(rasa),
        "QXB_ACTIONS_PORT": str(actions),
        "QXB_RATE_LIMIT": "off",
    }
    environment = {**os.environ, **names, **more}
    log = folder / "serve.log"
    run(environment, "kb", "seed")
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "web", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=out,
            stderr=out,
        )
    deadline = time.monotonic() + 240
    while "ready:" not in log.read_text():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text() + tails(folder)
        time.sleep(0.5)
    return process, Stack(f"http://127.0.0.1:{web}", Settings.from_env(names), environment, folder / "run" / "logs")


def run(environment, *words):
    """Run one of our programs to its end."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def tails(folder):
    """The ends of the processes' logs, for a failing test's message."""
    return "".join(f"\n--- {path.name}\n{path.read_text()[-3000:]}" for path in sorted(folder.glob("run/logs/*.log")))


def finished(work):
    """Run a coroutine to its end in a thread of its own and return its result.

    The browser tests keep an event loop running in the main thread for the whole session, and there
    `asyncio.run` refuses to start a second one.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
