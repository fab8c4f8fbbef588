"""The door to the dialogue: one question in, one merged answer out."""

from __future__ import annotations

import datetime as dt
import ssl
from typing import Any

import httpx
from pydantic import ValidationError

from kb.settings import Settings
from retriever.dialogue.acts import Acts, acts_of
from retriever.dialogue.payload import Payload
from web.errors import BadReply, DialogueDown, DialogueSlow

CONNECT_SECONDS = 2.0


class Rasa:
    """The Rasa server on this machine. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is sent before the first question."""
        self._base = f"http://127.0.0.1:{settings.rasa_port}"
        self._actions = f"http://127.0.0.1:{settings.actions_port}"
        timeout = httpx.Timeout(settings.rasa_timeout, connect=CONNECT_SECONDS)
        limits = httpx.Limits(max_connections=settings.web_threads * 2, max_keepalive_connections=settings.web_threads)
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # no call leaves this machine: no certificates are read
        self._client = httpx.Client(timeout=timeout, limits=limits, trust_env=False, verify=nobody)

    def ask(self, conversation_id: str, text: str, turn_id: str, today: dt.date) -> Payload:
        """Return the answer of one turn (DialogueDown, DialogueSlow, BadReply)."""
        body = {
            "sender": conversation_id,
            "message": text,
            "metadata": {"turn_id": turn_id, "today": today.isoformat()},
        }
        try:
            reply = self._client.post(f"{self._base}/webhooks/rest/webhook", json=body)
            reply.raise_for_status()
            items = reply.json()
        except httpx.TimeoutException as error:
            raise DialogueSlow("对话服务没有按时答复") from error
        except httpx.HTTPError as error:
            raise DialogueDown("对话服务没有答复") from error
        except ValueError as error:
            raise BadReply("对话服务的答复读不懂") from error
        return merge(items)

    def acts(self, text: str) -> Acts:
        """Return what the classifier holds a message for; none while the server is away."""
        try:
            reply = self._client.post(f"{self._base}/model/parse", json={"text": text})
            reply.raise_for_status()
            return acts_of(reply.json())
        except (httpx.HTTPError, ValueError, AttributeError):
            return {}

    def alive(self) -> bool:
        """Say whether the dialogue server answers."""
        return self._responds(f"{self._base}/webhooks/rest/")

    def actions_alive(self) -> bool:
        """Say whether the action server answers."""
        return self._responds(f"{self._actions}/health")

    def close(self) -> None:
        """Give back all connections."""
        self._client.close()

    def _responds(self, url: str) -> bool:
        try:
            return self._client.get(url, timeout=CONNECT_SECONDS).status_code == 200
        except httpx.HTTPError:
            return False


def merge(items: Any) -> Payload:
    """Return one answer from the items of a turn: the custom one, with the texts when it has none (BadReply)."""
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadReply("对话服务的答复读不懂")
    customs = [item["custom"] for item in items if item.get("custom")]
    texts = [str(item["text"]) for item in items if item.get("text")]
    if not customs and not texts:
        raise DialogueDown("对话服务没有给出答复")  # Rasa says nothing at all when its action server is away
    # The first custom item is the answer; a rule that ends with a plain sentence is small talk.
    data = customs[0] if customs else {"outcome": "smalltalk", "confidence": 1.0}
    try:
        payload = Payload.parse_obj(data)
    except ValidationError as error:
        raise BadReply("对话服务的答复不合约定") from error
    if not payload.text:
        payload = payload.copy(update={"text": "\n".join(texts)})
    if not payload.text.strip():
        raise BadReply("对话服务的答复没有文字")
    return payload
