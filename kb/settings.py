"""Every setting of the product, declared once: environment variables with the prefix QXB_."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from kb.errors import BadSetting

PREFIX = "QXB_"
ROOT = Path(__file__).parent.parent
# What does nothing without another setting: when the first is set, the others have to be.
NEEDS = {
    "oidc_issuer": ("oidc_client_id",),
    "oidc_client_id": ("oidc_issuer",),
    "oidc_client_secret": ("oidc_issuer",),
    "dingtalk_webhook_secret": ("dingtalk_webhook",),
    "dingtalk_event_token": ("dingtalk_event_key", "dingtalk_event_owner"),
    "dingtalk_event_key": ("dingtalk_event_token",),
    "dingtalk_event_owner": ("dingtalk_event_token",),
    "wecom_corp_id": ("wecom_token", "wecom_key"),
    "wecom_token": ("wecom_corp_id",),
    "wecom_key": ("wecom_corp_id",),
    "wecom_agent": ("wecom_secret",),
    "wecom_secret": ("wecom_corp_id", "wecom_agent"),
    "wechat_app_id": ("wechat_token",),
    "wechat_token": ("wechat_app_id",),
    "wechat_key": ("wechat_app_id",),
    "wechat_secret": ("wechat_app_id",),
}
ADDRESSES = ("public_url", "dingtalk_api", "wecom_api", "wechat_api", "dingtalk_webhook")
AES_KEYS = ("dingtalk_event_key", "wecom_key", "wechat_key")
AES_KEY_LENGTH = 43  # "EncodingAESKey" of WeChat, WeCom and DingTalk: Base64 of 32 bytes without its last "="


def _setting(default: Any, help: str, **limits: Any) -> Any:
    return field(default=default, metadata={"help": help, **limits})


@dataclass(frozen=True)
class Settings:
    """What an operator may change without touching code. Scores and thresholds are 0-1, higher is better."""

    data_dir: Path = _setting(Path(".data"), "一切生成物所在的文件夹：编码器、索引、对话模型、数据库、上传文件、日志")
    database_url: str = _setting("", "数据库地址；空＝数据文件夹里的 SQLite", secret=True)
    web_host: str = _setting("127.0.0.1", "网页服务监听的地址")
    web_port: int = _setting(8000, "网页服务端口", low=1, high=65535)
    rasa_port: int = _setting(5005, "Rasa 端口，只在本机", low=1, high=65535)
    actions_port: int = _setting(5055, "动作服务端口，只在本机", low=1, high=65535)
    web_threads: int = _setting(16, "网页服务的线程数", low=1, high=256)
    encoder: str = _setting("", "sentence-transformers 模型的文件夹或名字；空＝内置的 multilingual-e5-small")
    vector_store: str = _setting("faiss", "向量库；目前只有 faiss，别的没有接上", choices=("faiss",))
    redis_url: str = _setting("", "Redis 地址；空＝不用，单机内存锁与计数", secret=True)
    secret_key: str = _setting("", "会话签名密钥；空＝首次启动时生成并存进数据文件夹", secret=True)
    secure_cookies: bool = _setting(False, "只在 HTTPS 下发送登录 Cookie；对外服务时设为 on")
    trusted_proxies: int = _setting(0, "前面有几层可信反向代理", low=0, high=5)
    rate_limit: str = _setting("60 per minute", "每个访客的提问频率；off＝不限，仅供压力测试")
    oidc_issuer: str = _setting("", "统一身份认证（OIDC）的签发地址；空＝不用，只用本系统的账号")
    oidc_client_id: str = _setting("", "在统一身份认证登记的客户端编号")
    oidc_client_secret: str = _setting("", "在统一身份认证登记的客户端密钥", secret=True)
    message_limit: int = _setting(500, "一条消息最多的字数", low=50, high=5000)
    session_minutes: int = _setting(60, "对话闲置多久后忘掉上下文，分钟", low=1, high=1440)
    rasa_timeout: float = _setting(20.0, "等待 Rasa 答复的最长秒数", low=1, high=120)
    top_k: int = _setting(5, "检索返回的条数", low=1, high=50)
    answer_threshold: float = _setting(0.5, "置信度达到它就直接回答", low=0, high=1)
    clarify_threshold: float = _setting(0.2, "置信度达到它而不够回答时反问；低于它则如实说不知道", low=0, high=1)
    desk_name: str = _setting("企业服务咨询台", "窗口名称，显示在网页上")
    desk_phone: str = _setting("由各地填写", "窗口电话")
    desk_hours: str = _setting("工作日 9:00-17:00", "人工服务时间")
    hotline: str = _setting("12345", "政务服务热线")
    jurisdiction: str = _setting("本开发区", "服务区域的名字")
    public_url: str = _setting("", "本站对外的网址，如 https://desk.example.cn，用在发到渠道里的链接；空＝取来访的地址")
    webhook_secret: str = _setting("", "通用回调渠道的签名密钥；空＝不开", secret=True)
    dingtalk_robot_secret: str = _setting("", "钉钉机器人收消息的 AppSecret；空＝不开", secret=True)
    dingtalk_webhook: str = _setting("", "钉钉群自定义机器人的 Webhook 地址，用来推送；空＝不推", secret=True)
    dingtalk_webhook_secret: str = _setting("", "钉钉群自定义机器人的加签密钥，SEC 开头", secret=True)
    dingtalk_event_token: str = _setting("", "钉钉事件订阅的签名 Token；空＝不开", secret=True)
    dingtalk_event_key: str = _setting("", "钉钉事件订阅的加密 aes_key，43 位", secret=True)
    dingtalk_event_owner: str = _setting("", "钉钉事件订阅的 AppKey（注册回调用 CorpId）")
    dingtalk_api: str = _setting("https://oapi.dingtalk.com", "钉钉接口的网址；走出口代理时改成代理的")
    wecom_corp_id: str = _setting("", "企业微信的企业 ID；空＝不开")
    wecom_token: str = _setting("", "企业微信应用接收消息的 Token", secret=True)
    wecom_key: str = _setting("", "企业微信应用接收消息的 EncodingAESKey，43 位", secret=True)
    wecom_agent: str = _setting("", "企业微信应用的 AgentId，主动发消息时用")
    wecom_secret: str = _setting("", "企业微信应用的 Secret，主动发消息时用；空＝只能当场答复", secret=True)
    wecom_api: str = _setting("https://qyapi.weixin.qq.com", "企业微信接口的网址；走出口代理时改成代理的")
    wechat_app_id: str = _setting("", "微信公众号的 AppID；空＝不开")
    wechat_token: str = _setting("", "微信公众号服务器配置的 Token", secret=True)
    wechat_key: str = _setting("", "微信公众号的 EncodingAESKey，43 位；设了就只收安全模式的消息", secret=True)
    wechat_secret: str = _setting("", "微信公众号的 AppSecret，发客服消息时用；空＝只能当场答复", secret=True)
    wechat_api: str = _setting("https://api.weixin.qq.com", "微信公众号接口的网址；走出口代理时改成代理的")

    @classmethod
    def from_env(cls, environ: Mapping[str, str | None] | None = None) -> Settings:
        """Read QXB_* variables, and the file .env when none are given.

        Raises BadSetting naming the variable when a value cannot be used.
        """
        environ = {**dotenv_values(ROOT / ".env"), **os.environ} if environ is None else environ
        known = {PREFIX + item.name.upper(): item for item in fields(cls)}
        unknown = sorted(name for name in environ if name.startswith(PREFIX) and name not in known)
        if unknown:
            raise BadSetting(f"没有这个设置：{'、'.join(unknown)}；可用的见 .env.example")
        values = {
            item.name: _read(name, text, item.default, item.metadata)
            for name, item in known.items()
            if (text := environ.get(name))
        }
        settings = cls(**values)
        if settings.clarify_threshold > settings.answer_threshold:
            raise BadSetting("QXB_CLARIFY_THRESHOLD 不能大于 QXB_ANSWER_THRESHOLD")
        settings._check_others()
        return settings

    def _check_others(self) -> None:
        for first, others in NEEDS.items():
            missing = [name for name in others if getattr(self, first) and not getattr(self, name)]
            if missing:
                raise BadSetting(f"设了 {PREFIX}{first.upper()}，还要设 {PREFIX}{missing[0].upper()}")
        for name in ADDRESSES:
            if getattr(self, name) and not getattr(self, name).startswith(("http://", "https://")):
                raise BadSetting(f"{PREFIX}{name.upper()} 不能用：要以 https:// 或 http:// 开头")
        for name in AES_KEYS:
            key = getattr(self, name)
            if key and not (len(key) == AES_KEY_LENGTH and key.isascii() and key.isalnum()):
                raise BadSetting(f"{PREFIX}{name.upper()} 不能用：要正好 {AES_KEY_LENGTH} 位字母或数字")

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'qixiaoban.sqlite3'}"

    @property
    def encoder_name(self) -> str:
        """The encoder in force: a folder or a model name."""
        return self.encoder or str(self.data_dir / "encoder")

    @property
    def index_dir(self) -> Path:
        """The folder of index versions."""
        return self.data_dir / "index"

    @property
    def lexicon_dir(self) -> Path:
        """The folder of word lists that Rasa's tokenizer and the retriever both read."""
        return self.data_dir / "lexicon"

    @property
    def rasa_models(self) -> Path:
        """The folder of trained dialogue models."""
        return self.data_dir / "rasa"


def _read(name: str, text: str, default: Any, limits: Mapping[str, Any]) -> Any:
    try:
        value = _cast(text, default)
    except ValueError as error:
        raise BadSetting(f"{name}={text!r} 不能用：{error}") from error
    if "choices" in limits and value not in limits["choices"]:
        raise BadSetting(f"{name}={text!r} 不能用：只能是 {'、'.join(limits['choices'])}")
    if "low" in limits and not limits["low"] <= value <= limits["high"]:
        raise BadSetting(f"{name}={text!r} 不能用：应在 {limits['low']} 到 {limits['high']} 之间")
    return value


def _cast(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        if text.lower() in ("on", "true", "1", "yes"):
            return True
        if text.lower() in ("off", "false", "0", "no"):
            return False
        raise ValueError("要写成 on 或 off")
    return (
        type(default)(text) if isinstance(default, (int, float)) else Path(text) if isinstance(default, Path) else text
    )


def describe() -> list[tuple[str, str, str]]:
    """Return (variable, default, help) of every setting, in the order declared."""
    return [(PREFIX + item.name.upper(), str(item.default), item.metadata["help"]) for item in fields(Settings)]


def in_force(settings: Settings) -> dict[str, str]:
    """Return the value in force of every variable as text; of a secret that is set, only that it is set."""
    values = {}
    for item in fields(Settings):
        value = str(getattr(settings, item.name))
        values[PREFIX + item.name.upper()] = "（已设置，不显示）" if value and item.metadata.get("secret") else value
    return values
