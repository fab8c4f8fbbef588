"""`python -m web [site | push | serve | setup | assets | bench | admin-link]`: the site alone (the default), the work
by the clock and the pushing alone, everything, set-up, the libraries of the pages, measurements (`--large`: with a
million turns), a link for the first admin."""

from __future__ import annotations

import argparse
import os
import sys

from kb.errors import KnowledgeBaseError
from kb.settings import Settings
from web.accounts.first_admin import THERE_IS_ONE, invitation
from web.app.setup import PreparationFailed, prepare
from web.app.supervise import CannotStart, serve
from web.assets import place

COMMANDS = ("site", "push", "serve", "setup", "assets", "bench", "admin-link")


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns 1 with one clear sentence when that cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m web", description=__doc__)
    parser.add_argument("command", nargs="?", default="site", choices=COMMANDS)
    parser.add_argument(
        "--large", action="store_true", help="bench: the conversation list with a million turns as well"
    )
    given = parser.parse_args(arguments)
    try:
        return run(given.command, Settings.from_env(), large=given.large)
    except (KnowledgeBaseError, PreparationFailed, CannotStart) as error:
        print(f"不能启动：{error}", file=sys.stderr)
        return 1


def run(command: str, settings: Settings, *, large: bool = False) -> int:
    """Run one command and return its exit status."""
    if command == "serve":
        return serve(settings)
    if command == "setup":
        prepare()
    elif command == "assets":
        place()
    elif command == "bench":
        from web.app.bench import bench

        return bench(settings, large=large)
    elif command == "push":
        from web.app.push_process import run as run_push

        run_push(settings)
    elif command == "admin-link":
        print(invitation(settings) or THERE_IS_ONE)
    else:
        # Under the supervisor this would go into a log file; `serve` prints the link itself.
        if "SUPERVISOR_ENABLED" not in os.environ and (invited := invitation(settings)):
            print(invited, flush=True)
        from web.app.server import run as run_site

        run_site(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
