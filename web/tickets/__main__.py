"""`python -m web.tickets diagram | docs | bench`: the picture of the life cycle, docs/tickets.md renewed, the speed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from web.tickets.bench import bench
from web.tickets.diagram import mermaid, renewed
from web.tickets.lifecycle.machine import LIFE

DOCS = Path(__file__).parent.parent.parent / "docs" / "tickets.md"


def main(arguments: list[str]) -> int:
    """Do what the first argument says; returns 2 when it says nothing known."""
    match arguments:
        case ["diagram"]:
            print(mermaid(LIFE), end="")
        case ["docs"]:
            DOCS.write_text(renewed(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
        case ["bench"]:
            with tempfile.TemporaryDirectory() as folder:
                for name, figure in bench(Path(folder)):
                    print(f"{name}：{figure}", flush=True)
        case _:
            print("用法：python -m web.tickets diagram | docs | bench", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
