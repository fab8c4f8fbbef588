"""The vendors' own published samples, word for word: what they sign and seal opens here, and nothing else does."""

import json
from urllib.parse import quote_plus

import pytest

from web.channels import xml
from web.channels.adapter import Call
from web.channels.callback_crypto import Envelope, signature
from web.channels.dingtalk import DingTalkGroup, sign
from web.channels.dingtalk_events import DingTalkEvents
from web.channels.errors import ForgedCall
from web.channels.wechat import WeChat
from web.channels.wecom import WeCom

# https://developer.work.weixin.qq.com/document/path/90968 and the Sample files of Tencent's WXBizMsgCrypt libraries.
WECOM = ("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
WECOM_CHECK = {
    "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
    "timestamp": "1409659589",
    "nonce": "263014780",
    "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
}
WECOM_QUERY = {
    "msg_signature": "477715d11cdb4164915debcba66cb864d751f3e6",
    "timestamp": "1409659813",
    "nonce": "1372623149",
}
WECOM_SEALED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3"
    "TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gs"
    "ijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUa"
    "x5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIG"
    "HBZZIs2pDBS8R07+qN+E7Q=="
)
# The demo of the official accounts' WXBizMsgCrypt library (Tencent, September 2014).
WECHAT = ("spamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx2c2769f8efd9abc2")
WECHAT_QUERY = {
    "msg_signature": "5d197aaffba7e9b25a30732f161a50dee96bd5fa",
    "timestamp": "1409735669",
    "nonce": "1320562132",
}
WECHAT_SEALED = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXp"
    "bUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlp"
    "Kn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD"
    "1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
# DingTalk's server documents, "调试工具" of the callback chapter (ddtalk.github.io/dingTalkDoc, later ltr370), and
# open-dingtalk/DingTalk-Callback-Crypto, DingCallbackCrypto3.py.
DINGTALK = ("123456", "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij", "suite4xxxxxxxxxxxxxxx")
DINGTALK_QUERY = {
    "signature": "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0",
    "timestamp": "1445827045067",
    "nonce": "nEXhMP4r",
}
DINGTALK_SEALED = (
    "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ"
    "5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ=="
)
DINGTALK_NEW = ("mryue", "Yue0EfdN5900c1ce5cf6A152c63DDe1808a60c5ecd7", "ding6ccabc44d2c8d38b")
DINGTALK_NEW_SEALED = (
    "0vJiX6vliEpwG3U45CtXqi+m8PXbQRARJ8p8BbDuD1EMTDf0jKpQ79QS93qEk7XHpP6u+oTTrd15NRPvNvmBKyDCYxxOK+HZeKju4yhELOFchzNu"
    "kR+t8SB/qk4ROMu3"
)


def sealed_body(sealed):
    return f"<xml><ToUserName><![CDATA[us]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


def test_wecom_checks_the_address_with_its_sample():
    assert WeCom(Envelope(*WECOM)).greet(Call(WECOM_CHECK, {}, b"")).body == "1616140317555161061"


def test_wecom_sample_message_opens():
    found = WeCom(Envelope(*WECOM)).open(Call(WECOM_QUERY, {}, sealed_body(WECOM_SEALED)))
    assert (found.text, found.message_id, found.person) == ("hello", "4561255354251345929", "mycreate")
    assert found.seal.made_at == 1409659813


def test_wecom_sample_reply_with_chinese_in_it_comes_back_whole():
    said = (
        "<xml><FromUserName><![CDATA[wx582测试一下中文的情况，消息长度是按字节来算的396d3bd56c7]]></FromUserName></xml>"
    )
    envelope = Envelope(*WECOM)
    sealed = envelope.close(said)
    seal = envelope.sign("1409659813", "1372623149", sealed)
    assert envelope.open(seal, "1409659813", "1372623149", sealed) == said


def test_official_account_sample_message_opens():
    account = WeChat("spamtest", "", Envelope(*WECHAT))
    found = account.open(Call(WECHAT_QUERY, {}, sealed_body(WECHAT_SEALED)))
    assert (found.text, found.message_id) == ("abcdteT", "6054768590064713728")
    assert found.person == "oyORnuP8q7ou2gfYjqLzSIWZf0rs"


def test_plain_signature_is_what_another_implementation_computes():
    # Tencent publishes the rule but no number for it; this one stands in the tests of an independent implementation.
    assert signature("spamtest", "1409735669", "1320562132") == "16120ec1b8dbb870f510d87ce6bc2463eae6ca1a"


def test_dingtalk_sample_event_opens_and_its_random_text_goes_back_sealed():
    events = DingTalkEvents(Envelope(*DINGTALK))
    found = events.open(Call(DINGTALK_QUERY, {}, json.dumps({"encrypt": DINGTALK_SEALED}).encode()))
    assert found.said == "LPIdSnlF"
    back = json.loads(events.reply(found, found.said, {}).body)
    envelope = Envelope(*DINGTALK)
    assert envelope.open(back["msg_signature"], back["timeStamp"], back["nonce"], back["encrypt"]) == "LPIdSnlF"


def test_dingtalk_sample_of_the_callback_library_opens():
    envelope = Envelope(*DINGTALK_NEW)
    query = ("03044561471240d4a14bb09372dfcfd4fd0e40cb", "1608001896814", "WL4PK6yA")
    assert json.loads(envelope.open(*query, DINGTALK_NEW_SEALED)) == {"EventType": "check_url"}


def test_dingtalk_hmac_is_the_published_one():
    # DingTalk publishes no number for the robot's own text, timestamp + newline + secret; this is its sample of the
    # same HMAC over the timestamp alone ("个人免登场景的签名计算方法", ding-doc.dingtalk.com/doc#/faquestions/hxs5v9).
    assert quote_plus(sign("testappSecret", "1546084445901")) == "HCbG3xNE3vzhO%2Bu7qCUL1jS5hsu2n5r2cFhnTrtyDAE%3D"


def test_a_group_robot_signs_its_address_as_the_document_shows():
    group = DingTalkGroup("https://oapi.dingtalk.com/robot/send?access_token=XXX", "this is secret", None)
    address = group.signed(1700000000.0)
    assert address.startswith("https://oapi.dingtalk.com/robot/send?access_token=XXX&timestamp=1700000000000&sign=")
    assert address.endswith(quote_plus(sign("this is secret", "1700000000000\nthis is secret")))


SAMPLES = [
    (WECOM, WECOM_QUERY["msg_signature"], WECOM_QUERY, WECOM_SEALED),
    (WECHAT, WECHAT_QUERY["msg_signature"], WECHAT_QUERY, WECHAT_SEALED),
    (DINGTALK, DINGTALK_QUERY["signature"], DINGTALK_QUERY, DINGTALK_SEALED),
]
CHANGES = {
    "signature": lambda given, at, nonce, sealed: ("0" * 40, at, nonce, sealed),
    "timestamp": lambda given, at, nonce, sealed: (given, at[:-1] + "0", nonce, sealed),
    "nonce": lambda given, at, nonce, sealed: (given, at, nonce + "1", sealed),
    "text": lambda given, at, nonce, sealed: (given, at, nonce, "A" + sealed[1:]),
    "nothing sealed": lambda given, at, nonce, sealed: (given, at, nonce, ""),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("sample", SAMPLES, ids=("wecom", "wechat", "dingtalk"))
def test_a_sample_with_one_thing_changed_is_refused(sample, change):
    names, given, query, sealed = sample
    with pytest.raises(ForgedCall):
        Envelope(*names).open(*CHANGES[change](given, query["timestamp"], query["nonce"], sealed))


@pytest.mark.parametrize("sample", SAMPLES, ids=("wecom", "wechat", "dingtalk"))
def test_a_sample_for_another_receiver_is_refused(sample):
    (token, key, _), given, query, sealed = sample
    with pytest.raises(ForgedCall):
        Envelope(token, key, "somebody-else").open(given, query["timestamp"], query["nonce"], sealed)


@pytest.mark.parametrize("rubbish", ["A", "AAAA", "A" * 64, "中文", "!" * 40, "A" * 43 + "="])
def test_a_well_signed_text_that_is_no_sealed_one_is_refused(rubbish):
    envelope = Envelope(*WECOM)
    with pytest.raises(ForgedCall):
        envelope.open(envelope.sign("1", "2", rubbish), "1", "2", rubbish)


def test_xml_comes_back_as_it_was_written():
    said = {"Content": 'a]]>b <c> & "d"', "CreateTime": 12}
    assert xml.read(xml.write(said).encode()) == {"Content": 'a]]>b <c> & "d"', "CreateTime": "12"}
