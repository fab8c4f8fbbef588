"""One message of a conversation at a time, in the order they came."""

import threading
import time

import pytest

from web.errors import ConversationBusy
from web.locks import LocalLocks


def test_callers_of_one_key_are_served_in_order():
    locks, order, threads = LocalLocks(5), [], []

    def work(number):
        with locks.hold("a"):
            order.append(number)
            time.sleep(0.01)

    with locks.hold("a"):
        for number in range(6):
            threads.append(threading.Thread(target=work, args=(number,)))
            threads[-1].start()
            time.sleep(0.01)
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
