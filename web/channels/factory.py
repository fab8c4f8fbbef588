"""Opens the channels that the settings switch on; a channel without its secrets does not exist."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from kb.settings import Settings
from web.channels.adapter import Adapter
from web.channels.callback_crypto import Envelope
from web.channels.dingtalk import DingTalkRobot
from web.channels.dingtalk_events import DingTalkEvents
from web.channels.people import People
from web.channels.replay_guard import Seals
from web.channels.service import Channels
from web.channels.vendor import Credentials, Vendor
from web.channels.webhook import Webhook
from web.channels.wechat import WeChat
from web.channels.wecom import WeCom
from web.chat.chat import Chat
from web.chat.conversations import Conversations
from web.chat.takeover import Live
from web.metrics import Metrics
from web.rate_limit import Meter
from web.security import site_key


def open_channels(
    settings: Settings, engine: Engine, chat: Chat, conversations: Conversations, live: Live, metrics: Metrics
) -> Channels:
    """Return the channels of a process; nothing is sent and no thread starts before the first call."""
    people = People(engine, conversations, site_key(settings))
    parts = (chat, live, people, Seals(engine), Meter(settings), metrics, settings.web_threads)
    return Channels(adapters(settings), *parts)


def adapters(settings: Settings) -> dict[str, Adapter]:
    """Return the adapters of the channels that are configured, by name."""
    found: list[Adapter] = []
    if settings.webhook_secret:
        found.append(Webhook(settings.webhook_secret))
    if settings.dingtalk_robot_secret:
        vendor = Vendor(settings.dingtalk_api)
        found.append(DingTalkRobot(settings.dingtalk_robot_secret, vendor, settings.dingtalk_api))
    if settings.dingtalk_event_token:
        names = (settings.dingtalk_event_token, settings.dingtalk_event_key, settings.dingtalk_event_owner)
        found.append(DingTalkEvents(Envelope(*names)))
    if settings.wecom_corp_id:
        found.append(wecom(settings))
    if settings.wechat_app_id:
        found.append(wechat(settings))
    return {adapter.name: adapter for adapter in found}


def wecom(settings: Settings) -> WeCom:
    """Return the WeCom application; it sends by itself when it has a secret."""
    envelope = Envelope(settings.wecom_token, settings.wecom_key, settings.wecom_corp_id)
    if not settings.wecom_secret:
        return WeCom(envelope)
    params = {"corpid": settings.wecom_corp_id, "corpsecret": settings.wecom_secret}
    return WeCom(envelope, settings.wecom_agent, Vendor(settings.wecom_api, Credentials("/cgi-bin/gettoken", params)))


def wechat(settings: Settings) -> WeChat:
    """Return the official account; it sends customer-service messages when it has a secret."""
    key, app_id, vendor = settings.wechat_key, settings.wechat_app_id, None
    if settings.wechat_secret:
        params = {"grant_type": "client_credential", "appid": app_id, "secret": settings.wechat_secret}
        vendor = Vendor(settings.wechat_api, Credentials("/cgi-bin/token", params))
    welcome = (
        f"您好，这里是{settings.jurisdiction}{settings.desk_name}。直接说要办的事，我来告诉您条件、材料、流程和时限。"
    )
    envelope = Envelope(settings.wechat_token, key, app_id) if key else None
    return WeChat(settings.wechat_token, welcome, envelope, vendor)
