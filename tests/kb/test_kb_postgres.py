import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from kb_samples import faq, guide

from kb.settings import Settings
from kb.store import Store


@pytest.fixture(scope="module")
def postgres():
    """The URL of a PostgreSQL server with a data folder of its own; skipped where there is none on the machine."""
    programs = [shutil.which("initdb"), shutil.which("postgres")]
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    if not all(programs) and homes:
        programs = [str(homes[-1] / "initdb"), str(homes[-1] / "postgres")]
    if not all(programs):
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="kb-pg-"))
    user = _unprivileged(folder)
    data = folder / "data"
    initdb = [programs[0], "-D", str(data), "-U", "kb", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(initdb, user=user, capture_output=True, text=True, check=False, cwd=folder)
    assert made.returncode == 0, made.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [programs[1], "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-F"],
        user=user,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        yield f"postgresql://kb@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder):
    """PostgreSQL refuses to run as root: then it runs as the user its package made."""
    if os.geteuid() != 0:
        return None
    try:
        owner = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL cannot run as root, and there is no user postgres")
    os.chown(folder, owner.pw_uid, owner.pw_gid)
    return "postgres"


def _wait(port, server):
    for _ in range(900):
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            time.sleep(0.3)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")


@pytest.fixture
def store(postgres):
    """A store in that server."""
    opened = Store.open(Settings(database_url=postgres))
    yield opened
    opened.close()


def test_entries_live_in_postgresql_as_they_do_in_sqlite(store, postgres):
    report = store.save_many([guide("A10-x"), guide("A2-x"), faq("f")], author="小王")
    assert len(report.created) == 3
    assert [entry.id for entry in store.entries(kinds=("guide",))] == ["A2-x", "A10-x"]
    assert store.save(guide("A2-x", title="新标题", status="draft"), author="小李").version == 2
    assert store.get("A2-x").version == 1 and store.roll_back("A2-x", 1, "小李").version == 3
    assert store.count(q="招牌") == 3 and len(store.history("A2-x")) == 3
    again = Store.open(Settings(database_url=postgres))
    assert again.fingerprint() == store.fingerprint()
    again.close()
