"""What every channel has to bring: open a vendor's call, phrase the reply to it, and perhaps send one later."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from web.channels.errors import GarbledCall

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
XML = "application/xml; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """One HTTP request of a vendor; names of `headers` are looked up in lower case."""

    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def given(self, name: str) -> str:
        """Return a parameter of the address (GarbledCall when it is missing)."""
        value = self.query.get(name, "")
        if not value:
            raise GarbledCall(f"缺少参数 {name}")
        return value

    def header(self, name: str) -> str:
        """Return a header (GarbledCall when it is missing)."""
        value = self.headers.get(name.lower(), "")
        if not value:
            raise GarbledCall(f"缺少请求头 {name}")
        return value

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Seal:
    """A signature that was checked: what it came with, when it was made (seconds since 1970), and its limits.

    `window` is how many seconds it stays good, `times` how often the same call may come.
    """

    signature: str
    content: str
    made_at: float
    window: float = 300.0
    times: int = 4  # a vendor tries up to three times again when it gets no answer


@dataclass(frozen=True)
class Inbound:
    """A call that was opened. Without `text` there is nothing to ask, and `said` is the whole reply.

    `person` is the vendor's id of whoever wrote, `message_id` the vendor's id of the message, `fields` what the
    adapter itself needs to reply.
    """

    person: str
    message_id: str
    seal: Seal
    text: str = ""
    said: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """The body that answers a vendor's call."""

    body: str
    mimetype: str = TEXT


class Link(Protocol):
    """Writes a link the way a channel shows it."""

    def __call__(self, title: str, url: str) -> str:
        """Return the link as text."""
        ...


class Adapter(Protocol):
    """One channel. `patience` is how many seconds the vendor waits for a reply, `size` the bytes a text may have."""

    name: str
    patience: float
    size: int
    link: Link

    def greet(self, call: Call) -> Sent:
        """Answer the vendor's check of the address (GarbledCall, ForgedCall)."""
        ...

    def open(self, call: Call) -> Inbound:
        """Check and read a call (GarbledCall, ForgedCall)."""
        ...

    def reply(self, inbound: Inbound, said: str, turn: Mapping[str, Any]) -> Sent:
        """Phrase the reply to a call; `turn` is the same answer as the web API gives it. Empty text says nothing."""
        ...

    def sends_late(self, inbound: Inbound) -> bool:
        """Say whether a reply can still be sent when the call is over."""
        ...

    def send_late(self, inbound: Inbound, said: str) -> None:
        """Send a reply after the call is over (NotDelivered)."""
        ...


def same(given: str, wanted: str) -> bool:
    """Compare two signatures in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def moment(text: str, scale: float = 1.0) -> float:
    """Return a timestamp in seconds since 1970 (GarbledCall); `scale` is how many of its units a second has."""
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise GarbledCall("时间戳不是数字")
    return int(text) / scale


def marked_down(title: str, url: str) -> str:
    """Return a Markdown link."""
    plain = title.translate({ord("["): "（", ord("]"): "）"})
    return f"[{plain}]({url})"


def written_out(title: str, url: str) -> str:
    """Return a link as plain text: the title, then the address on a line of its own."""
    return f"{title}\n{url}"


def read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a body (GarbledCall)."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise GarbledCall("请求体不是正确的 JSON") from error
    if not isinstance(data, dict):
        raise GarbledCall("请求体应是一个 JSON 对象")
    return data


def text_of(data: Mapping[str, Any], name: str) -> str:
    """Return a text of a JSON object, empty when it is missing or no text."""
    value = data.get(name)
    return value if isinstance(value, str) else ""
