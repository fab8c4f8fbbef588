"""Where a message can go: one small protocol for every channel, and the channels of a process by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

WIDGET = "widget"
NAMES: Mapping[str, str] = {
    WIDGET: "网页消息",
    "dingtalk": "钉钉",
    "wecom": "企业微信",
    "wechat": "微信公众号",
    "webhook": "通用回调",
}


class SendLater(Exception):
    """The message did not go out and may be tried again: the other side is away, busy or limits the rate."""


class SendRefused(Exception):
    """The message did not go out and never will: the address is wrong or the other side does not take it."""


class UnknownChannel(LookupError):
    """No channel of this name is open in this process; names it."""


@dataclass(frozen=True)
class Target:
    """Whom a message is for. `address` is what the contact of the channel holds; empty for the widget."""

    profile_id: str
    address: str = ""


@dataclass(frozen=True)
class Message:
    """One message. `key` is the same however often it is tried; `link` and `unsubscribe` are paths of this site or
    whole addresses where the site knows its own."""

    key: str
    title: str
    text: str
    link: str = ""
    unsubscribe: str = ""


class Outbox(Protocol):
    """Brings messages to people on one channel.

    `repeats_safely` says that the same key sent again is still one message, so that a message of which it is not known
    whether it went out (the process died, no answer came) may be sent again. Where it is False such a message is left
    for a person to look at.
    """

    repeats_safely: bool

    def send(self, target: Target, message: Message) -> None:
        """Return once the other side has the message (SendLater, SendRefused).

        Any other error means that it is not known whether it went out.
        """
        ...


@dataclass
class Outboxes:
    """The channels that are open in this process, by name."""

    _by_name: dict[str, Outbox] = field(default_factory=dict)

    def register(self, name: str, outbox: Outbox) -> None:
        """Open a channel under one of NAMES (UnknownChannel); a later one takes its place."""
        if name not in NAMES:
            raise UnknownChannel(f"没有叫“{name}”的渠道，可用：{'、'.join(NAMES)}")
        self._by_name[name] = outbox

    def of(self, name: str) -> Outbox:
        """Return the channel of this name (UnknownChannel)."""
        try:
            return self._by_name[name]
        except KeyError as error:
            raise UnknownChannel(f"渠道“{NAMES.get(name, name)}”还没有接通") from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)
