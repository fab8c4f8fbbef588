"""DingTalk's event callback: opened, noted, and acknowledged with an encrypted "success", as DingTalk asks."""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Mapping
from typing import Any

from web.channels.adapter import JSON, Call, Inbound, Seal, Sent, marked_down, moment, read_json, text_of
from web.channels.callback_crypto import Envelope
from web.channels.dingtalk import HOUR
from web.channels.errors import GarbledCall, NotDelivered

log = logging.getLogger(__name__)


class DingTalkEvents:
    """The address that DingTalk tells of events. None of them is a question, so there is never anything to answer."""

    name = "dingtalk-events"
    patience = 0.0
    size = 0
    link = staticmethod(marked_down)

    def __init__(self, envelope: Envelope) -> None:
        """`envelope` holds the token, the aes_key and the AppKey or CorpId."""
        self._envelope = envelope

    def greet(self, call: Call) -> Sent:
        """DingTalk checks the address with an event of its own, by POST (GarbledCall)."""
        raise GarbledCall("钉钉事件订阅用 POST 调用")

    def open(self, call: Call) -> Inbound:
        """Check and read an event (GarbledCall, ForgedCall)."""
        given = call.query.get("msg_signature") or call.given("signature")
        timestamp, nonce = call.query.get("timeStamp") or call.given("timestamp"), call.given("nonce")
        sealed = text_of(read_json(call.body), "encrypt")
        event = read_json(self._envelope.open(given, timestamp, nonce, sealed).encode())
        kind = text_of(event, "EventType")
        log.info("event of DingTalk: %s", kind[:64])
        # Before 2020 the check brought a text of its own that had to come back.
        said = text_of(event, "Random") if kind.startswith("check_create_suite") else "success"
        return Inbound("", given, Seal(given, call.digest, moment(timestamp, 1000), window=HOUR), said=said)

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Return the text sealed and signed."""
        timestamp, nonce, sealed = str(int(time.time() * 1000)), secrets.token_hex(8), self._envelope.close(said)
        seal = self._envelope.sign(timestamp, nonce, sealed)
        body = {"msg_signature": seal, "timeStamp": timestamp, "nonce": nonce, "encrypt": sealed}
        return Sent(json.dumps(body), JSON)

    def sends_late(self, inbound: Inbound) -> bool:
        """Events are not answered."""
        return False

    def send_late(self, inbound: Inbound, said: str) -> None:
        """Events are not answered (NotDelivered)."""
        raise NotDelivered("钉钉事件不需要答复", "never")
