"""Personal numbers are found and masked; codes of enterprises, documents and forms stay."""

import pytest

from kb.privacy import mask, personal

IDENTITY, CARD, PHONE = "11010519491231002X", "6222020200112230", "13812345678"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"我的身份证是{IDENTITY}", "identity"),
        ("身份证110105 19491231 002x", "identity"),
        ("卡号6222 0202 0011 2233 446", "bank_card"),
        (f"打{PHONE}找我", "phone"),
        ("+86 138 1234 5678", "phone"),
        ("发到zhang.wei@example.com", "email"),
        ("护照号E12345678", "passport"),
    ],
)
def test_personal_number_is_found(text, kind):
    assert [one.kind for one in personal(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码91110000600037341L",
        "国办发〔2020〕53号",
        "财政部 税务总局公告2026年第10号",
        "编号QX20261122001",
        "表单A01-2026-0001",
        "拨打12345或110",
        "窗口电话0512-57310000",
        "身份证110105194912310021",  # wrong check digit: no identity number
        "注册资本10000000000000000元",
        "2026-11-22 14:30",
        "公司法第47条",
        "",
    ],
)
def test_what_is_no_personal_number_stays(text):
    assert personal(text) == ()
    assert mask(text).text == text


def test_masked_text_lacks_the_number_and_keeps_the_rest():
    masked = mask(f"我叫张三，身份证{IDENTITY}，电话{PHONE}，邮箱a.b@c.com。")
    assert IDENTITY not in masked.text and PHONE not in masked.text and "a.b@c.com" not in masked.text
    assert masked.text.startswith("我叫张三，身份证110*") and masked.text.endswith("a***@c.com。")


def test_notice_names_each_kind_once_and_is_empty_for_clean_text():
    notice = mask(f"{PHONE} 和 {PHONE}，还有 {IDENTITY}").notice
    assert notice.count("手机号") == 1 and "身份证号" in notice
    assert mask("开公司要什么材料").notice == ""


def test_masking_twice_changes_nothing_more():
    once = mask(f"{IDENTITY} {CARD} {PHONE} x@y.cn").text
    assert mask(once).text == once
