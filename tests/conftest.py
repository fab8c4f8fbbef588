"""Fixtures shared by all tests, one running copy of the whole product among them; who of two workers tests what."""

import gc
from collections import Counter
from ctypes.util import find_library

import pytest
from fake_site import open_site
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from made_once import prepare
from postgres_server import postgres, postgres_server  # noqa: F401
from running import MADE, ROOT, SHARED, running_stack
from vendors import taking

from kb.database import open_engine
from kb.settings import Settings

# How long an example takes says how busy the machine is, not whether a property holds.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")


LONGEST_ID = 200


def pytest_make_parametrize_id(val):
    """Name what files hold, and long texts, by their length: workers compare names, and a file holds its moment."""
    if isinstance(val, (bytes, str)) and (isinstance(val, bytes) or len(val) > LONGEST_ID):
        return f"{len(val)} {'bytes' if isinstance(val, bytes) else 'characters'}"
    return None


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config, items):
    """Give a worker whole files, and one worker everything with the running product: it takes longest and goes first.

    Then come browsers and what is marked as slow, then the files with most tests: short ones at the end let the workers
    finish together.
    """
    if not config.pluginmanager.hasplugin("xdist"):
        return
    groups = {item: "stack" if "stack" in item.fixturenames else item.path.stem for item in items}
    sizes = Counter(groups.values())
    slow = {groups[item] for item in items if item.get_closest_marker("browser") or item.get_closest_marker("slow")}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: _turn(groups[item], slow, sizes))


def _turn(group, slow, sizes):
    return group != "stack", group not in slow, -sizes[group], group


def pytest_collection_finish():
    """Leave what all tests and libraries are made of out of every later search for garbage: a second each."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def settings(tmp_path):
    """Settings whose data folder is empty and goes away after the test."""
    return Settings(data_dir=tmp_path, rate_limit="off")


@pytest.fixture
def engine(settings):
    """A database of its own with every table of the product."""
    prepare(settings.database)
    opened = open_engine(settings.database)
    yield opened
    opened.dispose()


@pytest.fixture
def site(settings):
    """The site on a database of its own, with a dialogue and a search that compute without models."""
    with open_site(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def pango():
    """The library that draws PDFs; tests that make one skip where it is not."""
    if find_library("pango-1.0") is None or find_library("pangoft2-1.0") is None:
        pytest.skip("needs Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0")


@pytest.fixture(scope="session")
def shared():
    """The folder of development data beside the checkout; tests that need it skip where it is not."""
    if not SHARED.is_dir():
        pytest.skip(f"needs the development data in {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def encoder_folder():
    """The folder of the default encoder, made by `make setup`."""
    folder = MADE / "encoder"
    assert (folder / "qixiaoban.json").is_file(), f"{folder} is not there: run `make setup` first"
    return folder


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The whole product running: web, Rasa, action server and pushing under the supervisor.

    `robot` is the DingTalk group that it pushes to: a simulator, which keeps what it took.
    """
    folder = tmp_path_factory.mktemp("stack")
    watched = {"PYTHONPATH": str(ROOT / "tests" / "audit"), "CONNECTIONS_LOG": str(folder / "connections.log")}
    with taking() as (robot, address):
        webhook = {
            "QXB_DINGTALK_WEBHOOK": f"{address}/robot/send?access_token=group",
            "QXB_DINGTALK_WEBHOOK_SECRET": "SEC1",
        }
        with running_stack(folder, **watched, **webhook) as running:
            running.robot = robot
            yield running


@pytest.fixture(scope="session")
def stack_url(stack):
    """The address of the running product."""
    return stack.url
