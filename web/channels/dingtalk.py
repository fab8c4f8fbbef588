"""DingTalk: messages to a robot of an enterprise's own application, and what a group's custom robot can send.

The robot's call carries `timestamp` (milliseconds) and `sign` in its headers: Base64 of HmacSHA256 over
timestamp + newline + AppSecret, keyed with the AppSecret. It does not cover the body, so one signature is bound to the
first body that it came with. The reply is the JSON body of the response, or later the `sessionWebhook` of the call.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

from web.channels.adapter import JSON, Call, Inbound, Seal, Sent, marked_down, moment, read_json, same, text_of
from web.channels.errors import ForgedCall, GarbledCall
from web.channels.vendor import Vendor

HOUR = 3600.0  # DingTalk's own limit: a timestamp more than an hour away is not lawful
ONLY_TEXT = "我目前只看得懂文字，请用一句话说说要办的事。"
SESSION_PATH = "/robot/sendBySession"
TITLE = "企业服务答复"


def sign(secret: str, text: str) -> str:
    """Return Base64 of HmacSHA256 over a text, DingTalk's signature everywhere."""
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode("ascii")


class DingTalkRobot:
    """The robot that people write to, in a group or alone."""

    name = "dingtalk"
    patience = 2.5  # DingTalk drops a call after three seconds
    size = 18_000
    link = staticmethod(marked_down)

    def __init__(self, secret: str, vendor: Vendor, api: str) -> None:
        """`secret` is the application's AppSecret, `api` the address that session webhooks have to be at."""
        self._secret, self._vendor, self._api = secret, vendor, urlsplit(api)

    def greet(self, call: Call) -> Sent:
        """DingTalk does not check the address of a robot (GarbledCall)."""
        raise GarbledCall("钉钉机器人用 POST 调用")

    def open(self, call: Call) -> Inbound:
        """Check the signature and read the message (GarbledCall, ForgedCall)."""
        timestamp, given = call.header("timestamp"), call.header("sign")
        if not same(given, sign(self._secret, f"{timestamp}\n{self._secret}")):
            raise ForgedCall("签名不对")
        data = read_json(call.body)
        person = text_of(data, "senderStaffId") or text_of(data, "senderId")
        message_id = text_of(data, "msgId")
        if not person or not message_id:
            raise GarbledCall("消息里没有发送人或消息编号")
        said = data.get("text")
        text = text_of(said, "content").strip() if isinstance(said, dict) and data.get("msgtype") == "text" else ""
        seal = Seal(given, call.digest, moment(timestamp, 1000), window=HOUR)
        fields = {"webhook": text_of(data, "sessionWebhook"), "group": data.get("conversationType") == "2"}
        return Inbound(person, message_id, seal, text, "" if text else ONLY_TEXT, fields)

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Return Markdown, in a group with a mention of whoever asked."""
        return Sent(json.dumps(self._message(inbound, said) if said else {"msgtype": "empty"}), JSON)

    def sends_late(self, inbound: Inbound) -> bool:
        """Say whether the call brought a session webhook of DingTalk itself."""
        url = urlsplit(inbound.fields["webhook"])
        return (url.scheme, url.netloc, url.path) == (self._api.scheme, self._api.netloc, SESSION_PATH)

    def send_late(self, inbound: Inbound, said: str) -> None:
        """Send to the call's session webhook (NotDelivered)."""
        self._vendor.post(inbound.fields["webhook"], self._message(inbound, said))

    def _message(self, inbound: Inbound, said: str) -> dict[str, Any]:
        message: dict[str, Any] = {"msgtype": "markdown", "markdown": {"title": TITLE, "text": said}}
        return {**message, "at": {"atUserIds": [inbound.person]}} if inbound.fields["group"] else message


class DingTalkGroup:
    """A group's custom robot: it only sends, to the group it belongs to."""

    def __init__(self, webhook: str, secret: str, vendor: Vendor) -> None:
        """`webhook` is the robot's address with its access_token, `secret` the SEC… of its signature, or empty."""
        self._webhook, self._secret, self._vendor = webhook, secret, vendor

    def send(self, title: str, markdown: str, person: str = "") -> None:
        """Send Markdown to the group (NotDelivered), with a mention of the person whose user id is given."""
        text = f"{markdown}\n\n@{person}" if person else markdown  # DingTalk shows a mention that is in the text too
        message: dict[str, Any] = {"msgtype": "markdown", "markdown": {"title": title, "text": text}}
        if person:
            message["at"] = {"atUserIds": [person]}
        self._vendor.post(self.signed(time.time()), message)

    def signed(self, now: float) -> str:
        """Return the robot's address with timestamp and sign; `now` is in seconds since 1970."""
        if not self._secret:
            return self._webhook
        timestamp = str(round(now * 1000))
        seal = quote_plus(sign(self._secret, f"{timestamp}\n{self._secret}"))
        return f"{self._webhook}&timestamp={timestamp}&sign={seal}"
