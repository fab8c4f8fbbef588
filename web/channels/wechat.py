"""A WeChat official account: plain or sealed XML in, XML out within five seconds, or a customer-service message later.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html (signature),
…/Message_Management/Passive_user_reply_message.html (five seconds, three tries, the same MsgId).
A plain message's signature does not cover its text, so it is bound to the first body it came with; an account with an
EncodingAESKey takes sealed messages only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from web.channels import xml
from web.channels.adapter import TEXT, XML, Call, Inbound, Seal, Sent, moment, same, written_out
from web.channels.callback_crypto import Envelope, signature
from web.channels.errors import ForgedCall
from web.channels.vendor import Vendor
from web.channels.wecom import TEXT_BYTES, read_message, reply_xml, sealed_reply

SEND = "/cgi-bin/message/custom/send"
NOTHING = "success"  # what the account answers when it has nothing to say


class WeChat:
    """An official account that anybody may follow and write to."""

    name = "wechat"
    patience = 4.0
    size = TEXT_BYTES
    link = staticmethod(written_out)

    def __init__(self, token: str, welcome: str, envelope: Envelope | None, vendor: Vendor | None = None) -> None:
        """`envelope` makes sealed messages the only ones; without `vendor` replies stand in the response only."""
        self._token, self._welcome, self._envelope, self._vendor = token, welcome, envelope, vendor

    def greet(self, call: Call) -> Sent:
        """Return `echostr` when the signature fits (GarbledCall, ForgedCall)."""
        self._check(call)
        return Sent(call.given("echostr"), TEXT)

    def open(self, call: Call) -> Inbound:
        """Check and read a message (GarbledCall, ForgedCall)."""
        if self._envelope is None:
            self._check(call)
            given, message = call.given("signature"), xml.read(call.body)
        else:
            given, message = call.given("msg_signature"), self._opened(call, self._envelope)
        return read_message(message, Seal(given, call.digest, moment(call.given("timestamp"))), self._welcome)

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Return the text, sealed where messages are."""
        if not said:
            return Sent(NOTHING, TEXT)
        return Sent(sealed_reply(self._envelope, inbound, said) if self._envelope else reply_xml(inbound, said), XML)

    def sends_late(self, inbound: Inbound) -> bool:
        """Say whether the account may send customer-service messages."""
        return self._vendor is not None

    def send_late(self, inbound: Inbound, said: str) -> None:
        """Send a customer-service message (NotDelivered)."""
        self.send(inbound.person, said)

    def send(self, person: str, said: str) -> None:
        """Send a customer-service message to a follower who wrote within 48 hours (NotDelivered)."""
        assert self._vendor is not None
        self._vendor.post(SEND, {"touser": person, "msgtype": "text", "text": {"content": said}})

    def _check(self, call: Call) -> None:
        given, timestamp, nonce = (call.given(name) for name in ("signature", "timestamp", "nonce"))
        if not same(given, signature(self._token, timestamp, nonce)):
            raise ForgedCall("签名不对")

    def _opened(self, call: Call, envelope: Envelope) -> dict[str, str]:
        sealed = xml.read(call.body).get("Encrypt", "")
        if not sealed:
            raise ForgedCall("这个公众号只收安全模式的消息")
        given, timestamp, nonce = (call.given(name) for name in ("msg_signature", "timestamp", "nonce"))
        return xml.read(envelope.open(given, timestamp, nonce, sealed).encode())
