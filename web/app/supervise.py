"""The four processes under supervisor, which restarts what dies; says ready: when a question can be answered."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

from kb.settings import ROOT, Settings
from web.accounts.first_admin import invitation

READY_WITHIN = 300.0
QUESTION = "公司设立登记"
PROGRAMS = {
    "actions": ("-m", "rasa_project", "actions"),
    "rasa": ("-m", "rasa_project", "run"),
    "web": ("-m", "web", "site"),
    "push": ("-m", "web", "push"),
}


class CannotStart(Exception):
    """The processes cannot be started as things are; the message says what to change."""


def serve(settings: Settings) -> int:
    """Run supervisor until told to stop; returns its exit status. Raises CannotStart when a port is taken."""
    check_ports(settings)
    run = settings.data_dir.resolve() / "run"
    (run / "logs").mkdir(parents=True, exist_ok=True)
    config = write_config(settings, run)
    supervisor = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "--nodaemon", "--configuration", str(config)],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.terminate())
    announce(settings, supervisor, run / "logs")
    return supervisor.wait()


def check_ports(settings: Settings) -> None:
    """Raise CannotStart naming the first port that somebody listens on already, with its setting."""
    for name in ("web_port", "rasa_port", "actions_port"):
        port = getattr(settings, name)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.web_host if name == "web_port" else "127.0.0.1", port))
            except OSError as error:
                raise CannotStart(
                    f"端口 {port} 用不了（{error.strerror}）；用 QXB_{name.upper()} 换一个，或先停掉占用它的程序"
                ) from error


def write_config(settings: Settings, run: Path) -> Path:
    """Write supervisor's configuration for this copy and return its path."""
    config = configparser.RawConfigParser()
    config["supervisord"] = {
        "logfile": str(run / "logs" / "supervisor.log"),
        "logfile_maxbytes": "5MB",
        "logfile_backups": "2",
        "pidfile": str(run / "supervisor.pid"),
        "nodaemon": "true",
        "silent": "true",
        "minfds": "1024",
    }
    for name, command in PROGRAMS.items():
        config[f"program:{name}"] = {
            "command": " ".join([sys.executable, "-W", "ignore", *command]),
            "directory": str(ROOT),
            "autorestart": "true",
            "startsecs": "3",
            "startretries": "1000000",
            "stopwaitsecs": "25",
            "stopasgroup": "true",
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": str(run / "logs" / f"{name}.log"),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "3",
        }
    path = run / "supervisord.conf"
    with path.open("w", encoding="utf-8") as file:
        config.write(file)
    path.chmod(0o600)
    return path


def announce(settings: Settings, supervisor: subprocess.Popen[bytes], logs: Path) -> None:
    """Print `ready:` once every component is well and a question is found; say what is missing when it takes long."""
    base, began, shown = f"http://{settings.web_host}:{settings.web_port}", time.monotonic(), ""
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        while supervisor.poll() is None and time.monotonic() - began < READY_WITHIN:
            state = readiness(client)
            if not state:
                print(f"ready: {base}", flush=True)
                if invited := invitation(settings):
                    print(invited, flush=True)
                return
            if state != shown:
                print(f"启动中 … {state}", flush=True)
                shown = state
            time.sleep(0.5)
    print(f"没有在 {READY_WITHIN:.0f} 秒内就绪（{shown}）；日志在 {logs}", file=sys.stderr, flush=True)


def readiness(client: httpx.Client) -> str:
    """Return what is still missing, empty when a question can be answered."""
    try:
        state = client.get("/readyz", timeout=10)
        if state.status_code != 200:
            missing = [name for name, part in state.json().get("components", {}).items() if not part.get("ok")]
            return "等待 " + "、".join(missing or ["网页服务"])
        found = client.post("/api/v1/search", json={"query": QUESTION})
        return "" if found.status_code == 200 else "等待检索"
    except (httpx.HTTPError, ValueError):
        return "等待网页服务"


def environment() -> dict[str, str]:
    """Return the environment with the switches that keep every library from calling out, and modules compiled once.

    One thread a calculation: questions are short and several are answered at once, more threads would only wait in
    circles for each other (half of the action server's processor time did).
    """
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**os.environ, **quiet, **single, "PYTHONDONTWRITEBYTECODE": ""}
