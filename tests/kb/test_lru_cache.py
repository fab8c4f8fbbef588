"""What is used goes on being known; what nobody asked for makes room."""

from threading import Thread

from kb.lru_cache import LruCache


def test_what_was_used_longest_ago_makes_room():
    cache = LruCache(2)
    cache.put("one", 1)
    cache.put("two", 2)
    assert cache.get("one") == 1
    cache.put("three", 3)
    assert (cache.get("one"), cache.get("two"), cache.get("three"), len(cache)) == (1, None, 3, 2)


def test_a_value_put_again_is_the_newest_and_stands_once():
    cache = LruCache(2)
    for key, value in (("one", 1), ("two", 2), ("one", 11), ("three", 3)):
        cache.put(key, value)
    assert (cache.get("one"), cache.get("two"), len(cache)) == (11, None, 2)


def test_many_threads_never_keep_more_than_there_is_room_for():
    cache = LruCache(8)

    def work(first):
        for number in range(first, first + 500):
            cache.put(number, number)
            assert cache.get(number) in (number, None)

    threads = [Thread(target=work, args=(1000 * at,)) for at in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cache) == 8
