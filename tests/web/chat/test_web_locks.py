"""One message of a conversation at a time, in the order they came."""

import shutil
import subprocess
import threading
import time

import pytest

from web.chat.locks import LocalLocks, RedisLocks
from web.errors import ConversationBusy


def test_callers_of_one_key_are_served_in_order():
    locks, order, threads = LocalLocks(60), [], []

    def work(number):
        with locks.hold("a"):
            order.append(number)
            time.sleep(0.01)

    with locks.hold("a"):
        for number in range(6):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            while len(locks._queues["a"]) < number + 2:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(6))


def test_other_keys_do_not_wait():
    locks = LocalLocks(0.05)
    with locks.hold("a"), locks.hold("b"):
        assert True


def test_waiting_too_long_is_an_error_and_leaves_the_queue():
    locks = LocalLocks(0.02)
    with locks.hold("a"), pytest.raises(ConversationBusy), locks.hold("a"):
        raise AssertionError("two held the key at once")
    with locks.hold("a"):
        assert True


def test_an_error_inside_gives_the_key_back():
    locks = LocalLocks(0.02)
    with pytest.raises(ZeroDivisionError), locks.hold("a"):
        raise ZeroDivisionError
    with locks.hold("a"):
        assert True


@pytest.fixture
def redis_url(tmp_path):
    """A Redis server of this test, or a skip where there is none."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs redis-server")
    path = tmp_path / "redis.sock"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    while not path.exists():
        assert server.poll() is None
        time.sleep(0.02)
    yield f"unix://{path}"
    server.terminate()
    server.wait()


def test_redis_keys_hold_between_processes(redis_url):
    here, there = RedisLocks(redis_url, 1), RedisLocks(redis_url, 1)
    with here.hold("a"), pytest.raises(ConversationBusy), there.hold("a"):
        raise AssertionError("two held the key at once")
    with there.hold("a"), here.hold("b"):
        assert True
