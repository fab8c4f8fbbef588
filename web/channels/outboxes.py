"""What is pushed goes out through the same channels: DingTalk's group robot, the WeCom application, the account."""

from __future__ import annotations

from collections.abc import Callable

from kb.settings import Settings
from web.channels.adapter import Link, marked_down, written_out
from web.channels.dingtalk import DingTalkGroup
from web.channels.errors import NotDelivered
from web.channels.factory import wechat, wecom
from web.channels.rendering import Rendered
from web.channels.vendor import Vendor
from web.channels.wecom import TEXT_BYTES
from web.outbox import Message, Outboxes, SendLater, SendRefused, Target

Send = Callable[[Target, Message], None]
DINGTALK_SIZE = 18_000


class VendorOutbox:
    """Sends through one vendor. A message that is sent again is shown again: vendors know no key."""

    repeats_safely = False

    def __init__(self, send: Send) -> None:
        """`send` hands a message to the vendor (NotDelivered)."""
        self._send = send

    def send(self, target: Target, message: Message) -> None:
        """Return once the vendor has the message (SendLater, SendRefused, NotDelivered when that is unclear)."""
        try:
            self._send(target, message)
        except NotDelivered as error:
            if error.outlook == "later":
                raise SendLater(error.detail) from error
            if error.outlook == "never":
                raise SendRefused(error.detail) from error
            raise


def register(outboxes: Outboxes, settings: Settings) -> None:
    """Open an outbox for every vendor whose settings allow sending."""
    if settings.dingtalk_webhook:
        vendor = Vendor(settings.dingtalk_api)
        group = DingTalkGroup(settings.dingtalk_webhook, settings.dingtalk_webhook_secret, vendor)
        outboxes.register("dingtalk", VendorOutbox(lambda target, message: _to_group(group, target, message)))
    if settings.wecom_secret:
        application = wecom(settings)
        outboxes.register("wecom", VendorOutbox(lambda target, message: application.send(*_to_person(target, message))))
    if settings.wechat_secret:
        account = wechat(settings)
        outboxes.register("wechat", VendorOutbox(lambda target, message: account.send(*_to_person(target, message))))


def _to_group(group: DingTalkGroup, target: Target, message: Message) -> None:
    group.send(message.title, _text(message, f"### {message.title}", marked_down, DINGTALK_SIZE), target.address)


def _to_person(target: Target, message: Message) -> tuple[str, str]:
    if not target.address:
        raise NotDelivered("联系人没有填这个渠道的编号", "never")
    return target.address, _text(message, message.title, written_out, TEXT_BYTES)


def _text(message: Message, title: str, link: Link, size: int) -> str:
    places = (("查看详情", message.link), ("退订", message.unsubscribe))
    tail = "\n\n".join(link(name, url) for name, url in places if url)
    return Rendered(f"{title}\n\n{message.text}", tail).fit(size)
