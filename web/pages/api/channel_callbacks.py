"""The addresses that vendors call: thin doors to the channels."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import Blueprint, Response, request

from web.channels.adapter import Call, Sent
from web.channels.schemas import WebhookAnswer
from web.pages.api.operation import no_store, operation
from web.services import desk

bp = Blueprint("channels", __name__)
bp.after_request(no_store)
REFUSED = (400, 403, 404, 409, 413)


@bp.post("/api/v1/channels/webhook")
@operation("通用回调渠道的一条消息", WebhookAnswer, errors=REFUSED)
def webhook() -> Response:
    """Answer a program that shares the secret."""
    return _received("webhook")


@bp.post("/api/v1/channels/dingtalk")
@operation("钉钉机器人收到的消息", None, errors=REFUSED)
def dingtalk() -> Response:
    """Answer a message to the DingTalk robot."""
    return _received("dingtalk")


@bp.post("/api/v1/channels/dingtalk/events")
@operation("钉钉事件订阅", None, errors=REFUSED)
def dingtalk_events() -> Response:
    """Acknowledge an event of DingTalk."""
    return _received("dingtalk-events")


@bp.get("/api/v1/channels/wecom")
@operation("企业微信验证地址", None, errors=REFUSED)
def wecom_check() -> Response:
    """Answer WeCom's check of the address."""
    return _response(desk().channels.greet("wecom", _call()))


@bp.post("/api/v1/channels/wecom")
@operation("企业微信应用收到的消息", None, errors=REFUSED)
def wecom() -> Response:
    """Answer a message to the WeCom application."""
    return _received("wecom")


@bp.get("/api/v1/channels/wechat")
@operation("微信公众号验证地址", None, errors=REFUSED)
def wechat_check() -> Response:
    """Answer WeChat's check of the address."""
    return _response(desk().channels.greet("wechat", _call()))


@bp.post("/api/v1/channels/wechat")
@operation("微信公众号收到的消息", None, errors=REFUSED)
def wechat() -> Response:
    """Answer a message to the official account."""
    return _received("wechat")


def _received(name: str) -> Response:
    root = desk().settings.public_url or request.url_root
    return _response(desk().channels.receive(name, _call(), lambda path: urljoin(root, path)))


def _call() -> Call:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Call(request.args.to_dict(), headers, request.get_data())


def _response(sent: Sent) -> Response:
    return Response(sent.body, mimetype=sent.mimetype)
