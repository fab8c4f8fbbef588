"""WeCom: messages to an application of an enterprise, always sealed; answered at once, or later by its interface.

https://developer.work.weixin.qq.com/document/path/90238 (receive), /90241 (reply), /90236 (send).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any

from web.channels import xml
from web.channels.adapter import TEXT, XML, Call, Inbound, Seal, Sent, moment, written_out
from web.channels.callback_crypto import Envelope
from web.channels.errors import GarbledCall
from web.channels.vendor import Vendor

ONLY_TEXT = "我目前只看得懂文字，请用一句话说说要办的事。"
SEND = "/cgi-bin/message/send"
TEXT_BYTES = 2048  # bytes of a text message


class WeCom:
    """An application that members of an enterprise write to."""

    name = "wecom"
    patience = 4.0  # WeCom drops a call after five seconds
    size = TEXT_BYTES
    link = staticmethod(written_out)

    def __init__(self, envelope: Envelope, agent: str = "", vendor: Vendor | None = None) -> None:
        """Without `vendor` a reply can only be given in the response."""
        self._envelope, self._agent, self._vendor = envelope, agent, vendor

    def greet(self, call: Call) -> Sent:
        """Return the text inside `echostr` (GarbledCall, ForgedCall)."""
        given, timestamp, nonce = (call.given(name) for name in ("msg_signature", "timestamp", "nonce"))
        return Sent(self._envelope.open(given, timestamp, nonce, call.given("echostr")), TEXT)

    def open(self, call: Call) -> Inbound:
        """Check and read a message (GarbledCall, ForgedCall)."""
        given, timestamp, nonce = (call.given(name) for name in ("msg_signature", "timestamp", "nonce"))
        sealed = xml.read(call.body).get("Encrypt", "")
        message = xml.read(self._envelope.open(given, timestamp, nonce, sealed).encode())
        return read_message(message, Seal(given, call.digest, moment(timestamp)), welcome="")

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Return the text sealed and signed; nothing to say is an empty response."""
        return Sent(sealed_reply(self._envelope, inbound, said), XML) if said else Sent("", TEXT)

    def sends_late(self, inbound: Inbound) -> bool:
        """Say whether the application may send by itself."""
        return self._vendor is not None

    def send_late(self, inbound: Inbound, said: str) -> None:
        """Send by the interface (NotDelivered)."""
        self.send(inbound.person, said)

    def send(self, person: str, said: str) -> None:
        """Send a text to a member (NotDelivered)."""
        assert self._vendor is not None
        body = {"touser": person, "msgtype": "text", "agentid": self._agent, "text": {"content": said}}
        self._vendor.post(SEND, body)


def read_message(message: Mapping[str, str], seal: Seal, welcome: str) -> Inbound:
    """Return an opened message of WeCom or an official account (GarbledCall); `welcome` greets a new follower."""
    kind, person = message.get("MsgType", "").lower(), message.get("FromUserName", "")
    if not person or not kind:
        raise GarbledCall("消息里没有发送人或类型")
    message_id = message.get("MsgId") or "|".join((person, message.get("CreateTime", ""), message.get("Event", "")))
    fields = {"us": message.get("ToUserName", "")}
    if kind == "event":
        said = welcome if message.get("Event", "").lower() == "subscribe" else ""
        return Inbound(person, message_id, seal, said=said, fields=fields)
    # A spoken message carries its words when the account has speech recognition switched on.
    text = {"text": message.get("Content", ""), "voice": message.get("Recognition", "")}.get(kind, "").strip()
    return Inbound(person, message_id, seal, text, "" if text else ONLY_TEXT, fields)


def reply_xml(inbound: Inbound, said: str) -> str:
    """Return a text reply from us to whoever wrote."""
    names = {"ToUserName": inbound.person, "FromUserName": str(inbound.fields["us"])}
    return xml.write({**names, "CreateTime": int(time.time()), "MsgType": "text", "Content": said})


def sealed_reply(envelope: Envelope, inbound: Inbound, said: str) -> str:
    """Return a text reply, sealed and signed."""
    timestamp, nonce, sealed = int(time.time()), secrets.token_hex(8), envelope.close(reply_xml(inbound, said))
    seal = envelope.sign(str(timestamp), nonce, sealed)
    return xml.write({"Encrypt": sealed, "MsgSignature": seal, "TimeStamp": timestamp, "Nonce": nonce})
