"""The generic webhook: any program that shares a secret may ask for its users, in JSON.

`X-QXB-Signature` is the hex HMAC-SHA256, keyed with the secret, over timestamp, nonce and body, each but the last
followed by a newline. A signature is good once, within five minutes; a retry signs again with a new nonce and repeats
its `message_id`, which is then answered once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from web.channels.adapter import JSON, Call, Inbound, Seal, Sent, moment, read_json, same, text_of, written_out
from web.channels.errors import ForgedCall, GarbledCall, NotDelivered

NONCE = re.compile(r"[\w-]{8,64}", re.ASCII)
LONGEST_ID = 200


def sign(secret: str, timestamp: str, nonce: str, body: bytes) -> str:
    """Return the signature of a call."""
    return hmac.new(secret.encode(), f"{timestamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


class Webhook:
    """The channel of whoever holds the secret."""

    name = "webhook"
    patience = 0.0
    size = 20_000
    link = staticmethod(written_out)

    def __init__(self, secret: str) -> None:
        """`secret` is shared with the caller."""
        self._secret = secret

    def greet(self, call: Call) -> Sent:
        """There is nothing to check (GarbledCall)."""
        raise GarbledCall("通用回调用 POST 调用")

    def open(self, call: Call) -> Inbound:
        """Check and read a message (GarbledCall, ForgedCall)."""
        timestamp, nonce, given = (call.header(f"X-QXB-{name}") for name in ("Timestamp", "Nonce", "Signature"))
        if not NONCE.fullmatch(nonce):
            raise GarbledCall("X-QXB-Nonce 要 8 到 64 位字母、数字、横线或下划线")
        if not same(given, sign(self._secret, timestamp, nonce, call.body)):
            raise ForgedCall("签名不对")
        data = read_json(call.body)
        person, message_id, text = (text_of(data, name) for name in ("user", "message_id", "message"))
        if not all(0 < len(value) <= LONGEST_ID for value in (person, message_id)):
            raise GarbledCall(f"user 和 message_id 要 1 到 {LONGEST_ID} 个字符")
        said = "" if text.strip() else "请先写下您的问题"
        return Inbound(person, message_id, Seal(given, call.digest, moment(timestamp), times=1), text.strip(), said)

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Return the answer as text, and as the web API gives it."""
        return Sent(json.dumps({"ok": True, "text": said, "turn": dict(turn) or None}, ensure_ascii=False), JSON)

    def sends_late(self, inbound: Inbound) -> bool:
        """The caller waits for the answer."""
        return False

    def send_late(self, inbound: Inbound, said: str) -> None:
        """The caller waits for the answer (NotDelivered)."""
        raise NotDelivered("通用回调只在应答里答复", "never")
