"""Days, amounts, codes and districts as people write them."""

import datetime as dt

import pytest

from retriever.dialogue.entities.codes import BadCode, code_in, email_in, phone_in, ticket_in
from retriever.dialogue.entities.dates import day_in, half_day_in
from retriever.dialogue.entities.districts import district_in
from retriever.dialogue.entities.numbers import amount_in, count_in

SUNDAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("明天上午", "2026-11-23"),
        ("后天", "2026-11-24"),
        ("大后天", "2026-11-25"),
        ("大前天的事", "2026-11-19"),
        ("昨天下午三点", "2026-11-21"),
        ("下周三下午两点", "2026-11-25"),
        ("下下周一", "2026-11-30"),
        ("上周五", "2026-11-13"),
        ("这周六", "2026-11-21"),
        ("11月3日", "2026-11-03"),
        ("十二月五号", "2026-12-05"),
        ("去年三月八日", "2025-03-08"),
        ("明年1月2号", "2027-01-02"),
        ("2026年12月1日", "2026-12-01"),
        ("2026-12-01", "2026-12-01"),
        ("上个月10号开始", "2026-10-10"),
        ("三天前", "2026-11-19"),
        ("两周后", "2026-12-06"),
        ("一个月前", "2026-10-22"),
    ],
)
def test_day_is_read(text, day):
    assert str(day_in(text, SUNDAY)) == day


@pytest.mark.parametrize("text", ["", "不知道", "2月30日", "13月1日", "从十月份开始就这样", "9999年99月99日"])
def test_no_day_is_invented(text):
    assert day_in(text, SUNDAY) is None


def test_last_day_of_a_shorter_month_is_kept():
    assert day_in("一个月前", dt.date(2026, 3, 31)) == dt.date(2026, 2, 28)


@pytest.mark.parametrize(
    ("text", "half"), [("明早九点", "上午"), ("下午两点", "下午"), ("10点", "上午"), ("15点", "下午"), ("周三", "")]
)
def test_half_of_the_day_is_read(text, half):
    assert half_day_in(text) == half


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("五百万", 5e6),
        ("500万", 5e6),
        ("3.5万元", 35e3),
        ("两千万左右", 2e7),
        ("1,200元", 1200),
        ("１２００元", 1200),
        ("没有", None),
    ],
)
def test_amount_is_read(text, yuan):
    assert amount_in(text) == yuan


@pytest.mark.parametrize(("text", "count"), [("三十来个人", 30), ("大概120人", 120), ("没人", None)])
def test_count_is_read(text, count):
    assert count_in(text) == count


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("电话13812345678", "13812345678"),
        ("138 1234 5678", "13812345678"),
        ("+8613812345678", "13812345678"),
        ("座机0512-57310000", "0512-57310000"),
        ("12345678901", None),
        ("13812345", None),
        ("没有电话", None),
    ],
)
def test_phone_is_read(text, phone):
    assert phone_in(text) == phone


def test_email_is_read_in_lower_case():
    assert email_in("发到Zhang@Example.COM吧") == "zhang@example.com"
    assert email_in("没有邮箱") is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("编号qx20261122001", "QX20261122001"),
        ("QX20261120-7F3K9P", "QX20261120-7F3K9P"),
        ("单号2026112200018", "2026112200018"),
        ("13812345678", None),
        ("查进度", None),
    ],
)
def test_ticket_number_is_read(text, number):
    assert ticket_in(text) == number


def test_right_credit_code_is_read_and_a_wrong_one_is_refused_with_help():
    assert code_in("代码是91110000600037341l") == "91110000600037341L"
    assert code_in("没有代码") is None
    with pytest.raises(BadCode, match="校验位"):
        code_in("911100006000373410")
    with pytest.raises(BadCode, match="18位"):
        code_in("9111000060003734IO")


@pytest.mark.parametrize(
    ("text", "district"), [("公司在高新区", "高新区"), ("我们在玉山镇", "玉山镇"), ("城东", "城东"), ("不清楚", None)]
)
def test_district_is_read(text, district):
    assert district_in(text) == district
