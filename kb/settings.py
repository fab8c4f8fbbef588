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
    vector_store: str = _setting("faiss", "向量库", choices=("faiss", "milvus"))
    milvus_uri: str = _setting("", "Milvus 地址或本机文件；空＝数据文件夹里的 milvus.db")
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
        if settings.oidc_issuer and not settings.oidc_client_id:
            raise BadSetting("设了 QXB_OIDC_ISSUER，还要设 QXB_OIDC_CLIENT_ID")
        return settings

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
