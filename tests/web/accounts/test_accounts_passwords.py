import math
import time

import pytest
from argon2 import PasswordHasher

from web.accounts.errors import WeakPassword
from web.accounts.passwords import Passwords, check, common

GOOD = "seven quiet herons wade"


@pytest.fixture(scope="module")
def passwords():
    """The hashes of the product."""
    return Passwords()


def test_a_hash_is_argon2_and_fits_its_password_only(passwords):
    kept = passwords.hash(GOOD)
    assert kept.startswith("$argon2id$")
    assert passwords.fits(GOOD, kept) and not passwords.fits(GOOD + "!", kept)
    assert GOOD not in kept and kept != passwords.hash(GOOD)


def test_without_a_hash_nothing_fits_and_it_takes_as_long(passwords):
    kept = passwords.hash(GOOD)
    passwords.fits("warm up", "")
    quickest = {kept: math.inf, "": math.inf}
    for _ in range(5):
        for hashed, least in list(quickest.items()):
            began = time.process_time()
            assert not passwords.fits("not this one", hashed)
            quickest[hashed] = min(least, time.process_time() - began)
    assert 0.5 < quickest[""] / quickest[kept] < 2


def test_the_same_characters_typed_on_another_keyboard_fit(passwords):
    assert passwords.fits("ｓｅｖｅｎ quiet herons wade", passwords.hash(GOOD))


def test_a_hash_made_with_weaker_parameters_is_stale(passwords):
    weak = Passwords(PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)).hash(GOOD)
    assert passwords.stale(weak) and not passwords.stale(passwords.hash(GOOD))


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple",
        "小船慢慢划过青石桥下三里",
        "Tr0ub4dor&3xyzzy",
        "x9$kQ2!mR7pL",
        "a lowercase sentence",
    ],
)
def test_long_passwords_of_their_own_are_taken_without_rules_of_composition(password):
    check(password, ("wang.li", "王丽", "企业服务咨询台"))


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password@123456",
        "P@ssw0rd123456",
        "qwertyuiop123",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaaaa",
        "abcdefghijkl",
        "123456789012",
        "98765432109876",
        "woaini5201314",
        "Woaini1314520!",
        "zhongguo123456",
        "admin@12345678",
        "qixiaoban2026",
        "企小办企小办企小办企小办",
        "我爱你我爱你我爱你我爱你",
        "zhangwei19900101",
        "a1b2c3d4a1b2c3d4",
        "147258369147258",
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password):
    with pytest.raises(WeakPassword, match="太常见"):
        check(password)


@pytest.mark.parametrize(
    "password", ["wang.li wang.li", "企业服务咨询台企业服务咨询台", "高新三区高新三区高新三区", "wangli-20260101"]
)
def test_a_password_of_names_that_anyone_knows_is_refused(password):
    with pytest.raises(WeakPassword, match="太常见"):
        check(password, ("wang.li", "企业服务咨询台", "高新三区"))


@pytest.mark.parametrize(
    ("password", "said"), [("", "至少 12"), ("elevenchars", "至少 12"), ("long " * 30, "最多 128")]
)
def test_length_is_the_first_rule(password, said):
    with pytest.raises(WeakPassword, match=said):
        check(password)


def test_the_list_of_common_words_is_read_without_its_comments():
    assert {"password", "woaini", "qixiaoban"} <= common() and not any("#" in word for word in common())


def test_the_longest_password_is_checked_quickly():
    began = time.perf_counter()
    check("ab1 " * 31 + "zebu")
    assert time.perf_counter() - began < 20  # a check that tries every split would take hours
