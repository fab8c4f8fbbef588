"""Index versions on disk: written beside the old one, checked by size and digest, switched by one rename."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from retriever.errors import CURE, IndexBroken, IndexMissing, IndexNotWritten

POINTER = "current"
MANIFEST = "manifest.json"
VERSIONS_KEPT = 3


def current(folder: Path) -> str:
    """Return the name of the version in force; raises IndexMissing."""
    try:
        name = (folder / POINTER).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise IndexMissing(f"{folder} 里还没有索引；{CURE}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise IndexBroken(f"{folder / POINTER} 读不出来：{error}；{CURE}") from error
    if not name or not (folder / name).is_dir():
        raise IndexBroken(f"{folder / POINTER} 指向的版本“{name}”不在；{CURE}")
    return name


def mark(folder: Path) -> tuple[int, int]:
    """Return what changes when another version comes into force: cheap enough to ask at every question."""
    try:
        status = (folder / POINTER).stat()
    except OSError:
        return (0, 0)
    return (status.st_ino, status.st_mtime_ns)


@contextlib.contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Let one builder at a time work in the folder, whatever process it lives in."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(folder: Path, stamp: str, write: Callable[[Path], dict[str, Any]]) -> str:
    """Let `write` fill a new version and put it in force; returns its name.

    `write` gets an empty folder and returns what the manifest says besides the files. When anything cannot be
    written (disk full, no right), raises IndexNotWritten: nothing is left behind and the old version stays in force.
    """
    number = max((_number(path.name) for path in folder.glob("v*-*")), default=0) + 1
    name = f"v{number:06d}-{stamp}"
    fresh = folder / f".building-{name}"
    try:
        for left in folder.glob(".building-*"):
            shutil.rmtree(left)
        fresh.mkdir()
        facts = write(fresh)
        _write_manifest(fresh, facts)
        fresh.rename(folder / name)
        _point(folder, name)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise IndexNotWritten(f"新索引没有写成（{error.strerror or error}），旧索引继续使用：{folder}") from error
    prune(folder, name)
    return name


def prune(folder: Path, name: str) -> None:
    """Remove all but the last few versions; the one in force always stays."""
    versions = sorted((path for path in folder.glob("v*-*") if path.name != name), key=lambda path: path.name)
    for path in versions[: -(VERSIONS_KEPT - 1)]:
        shutil.rmtree(path, ignore_errors=True)


def manifest(version: Path) -> dict[str, Any]:
    """Return the manifest after checking that every file is there in full (IndexBroken)."""
    try:
        facts = json.loads((version / MANIFEST).read_text(encoding="utf-8"))
        files = facts["files"]
        for name, (size, digest) in files.items():
            path = version / name
            if path.stat().st_size != size or _digest(path) != digest:
                raise IndexBroken(f"索引文件 {path} 不完整；{CURE}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexBroken(f"索引 {version} 读不出来：{error}；{CURE}") from error
    return dict(facts)


def _write_manifest(version: Path, facts: dict[str, Any]) -> None:
    files = sorted(path for path in version.rglob("*") if path.is_file())
    listed = {str(path.relative_to(version)): (path.stat().st_size, _digest(path)) for path in files}
    _write_through(version / MANIFEST, json.dumps({**facts, "files": listed}, ensure_ascii=False, indent=1))


def _point(folder: Path, name: str) -> None:
    fresh = folder / f".{POINTER}-{os.getpid()}"
    _write_through(fresh, name)
    fresh.replace(folder / POINTER)


def _write_through(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _digest(path: Path) -> str:
    """Return a digest of the file's ends and middle: enough to see damage, quick for gigabytes."""
    digest, size, block = hashlib.blake2b(digest_size=12), path.stat().st_size, 1 << 20
    with path.open("rb") as file:
        for at in (0, max(0, size // 2 - block // 2), max(0, size - block)):
            file.seek(at)
            digest.update(file.read(block))
    return digest.hexdigest()


def _number(name: str) -> int:
    digits = name[1:].partition("-")[0]
    return int(digits) if digits.isdigit() else 0
