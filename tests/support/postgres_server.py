"""A PostgreSQL server of its own for tests, one a session, with an empty database for every file that asks."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from running import free_ports


@pytest.fixture(scope="session")
def postgres_server():
    """The port of a PostgreSQL server with a data folder of its own; skipped where there is none on the machine."""
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
    (port,) = free_ports(1)
    server = subprocess.Popen(
        [programs[1], "-D", str(data), "-p", str(port), "-k", str(folder), "-h", "127.0.0.1", "-F"],
        user=user,
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def postgres(postgres_server):
    """The URL of an empty database for one file of tests."""
    name = f"t{uuid.uuid4().hex}"
    url = f"postgresql://kb@127.0.0.1:{postgres_server}"
    engine = sa.create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{url}/{name}"


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
    engine = sa.create_engine(f"postgresql://kb@127.0.0.1:{port}/postgres")
    for _ in range(900):
        assert server.poll() is None, "the server ended"
        try:
            engine.connect().close()
            engine.dispose()
            return
        except sa.exc.OperationalError:  # nobody listens yet, or it says that it is starting up
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
