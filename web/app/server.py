"""The site under gunicorn: one process with threads, on the host and port of the settings."""

from __future__ import annotations

import logging
import socket
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from kb.settings import Settings
from web import jobs, services
from web.app import clock_jobs
from web.app.application import create_app
from web.app.supervise import CannotStart
from web.services import Desk


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings in place of its own command line."""

    def __init__(self, settings: Settings) -> None:
        """Remember the settings; `run` starts serving."""
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn where to listen and with how many threads."""
        for name, value in options(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the site, opened in the worker process."""
        app = create_app(self._settings)
        work_beside(services.of(app))
        return app


def work_beside(desk: Desk) -> None:
    """Open the search and start the work that needs the encoder, in threads of this process."""
    desk.search.warm()
    clock_jobs.of_site(desk.curation.jobs, desk.curation.take_in)
    jobs.start(desk.curation.jobs)


def options(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's options. One process: the counters and the conversation locks live in it."""
    return {
        "bind": f"{settings.web_host}:{settings.web_port}",
        "worker_class": "gthread",
        "workers": 1,
        "threads": settings.web_threads,
        "timeout": 120,
        "graceful_timeout": 20,
        "keepalive": 30,
        "control_socket_disable": True,
        "loglevel": "warning",
    }


def port_in_use(host: str, port: int) -> bool:
    """Say whether somebody listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def run(settings: Settings) -> None:
    """Serve until told to stop (CannotStart)."""
    if port_in_use(settings.web_host, settings.web_port):
        raise CannotStart(
            f"{settings.web_host}:{settings.web_port} 已被占用；用 QXB_WEB_PORT 换一个端口，或先停掉占用它的程序"
        )
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("httpx", "alembic", "huey"):  # they log every call, every start, every beat
        logging.getLogger(chatty).setLevel(logging.WARNING)
    Server(settings).run()
