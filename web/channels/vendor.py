"""Calls to a vendor's own interface: JSON over HTTPS, an access token that is fetched once and renewed in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from web.channels.errors import NotDelivered

VENDOR_TIMEOUT_SECONDS = 5.0
EARLY = 300.0  # a token is renewed this many seconds before it ends
TOKEN_ENDED = {40001, 40014, 42001}  # "access_token" invalid or expired, the same numbers at WeChat and WeCom
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
BUSY = {-1, 45009, 45011, 130101}  # system busy; too many calls today or this minute (Tencent, DingTalk)


@dataclass(frozen=True)
class Credentials:
    """Where a token comes from: the path and its parameters."""

    path: str
    params: Mapping[str, str]


class Vendor:
    """One vendor's interface. Safe to share between threads."""

    def __init__(self, base: str, credentials: Credentials | None = None) -> None:
        """Nothing is sent before the first message; without credentials calls carry no token."""
        self._credentials = credentials
        self._client = httpx.Client(
            base_url=base, timeout=VENDOR_TIMEOUT_SECONDS, trust_env=False, follow_redirects=False
        )
        self._guard = threading.Lock()
        self._token, self._until = "", 0.0

    def post(self, path: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None) -> None:
        """Send a message (NotDelivered); a token that ended early is renewed once."""
        answer = self._call("POST", path, self._params(params), body)
        if self._credentials and answer.get("errcode") in TOKEN_ENDED:
            self._until = 0.0
            answer = self._call("POST", path, self._params(params), body)
        _check(answer)

    def _params(self, params: Mapping[str, str] | None) -> dict[str, str]:
        return {**(params or {}), **({"access_token": self._access()} if self._credentials else {})}

    def _access(self) -> str:
        assert self._credentials is not None
        with self._guard:
            if time.monotonic() >= self._until:
                answer = self._call("GET", self._credentials.path, self._credentials.params)
                _check(answer)
                self._token = str(answer.get("access_token", ""))
                self._until = time.monotonic() + float(answer.get("expires_in", 7200)) - EARLY
            return self._token

    def _call(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            reply = self._client.request(method, path, params=dict(params) or None, json=body)
            reply.raise_for_status()
            answer = reply.json()
        except UNSENT as error:
            raise NotDelivered(f"连不上对方接口：{type(error).__name__}", "later") from error
        except (httpx.HTTPError, ValueError) as error:
            raise NotDelivered(f"对方接口没有正常应答：{type(error).__name__}", "unclear") from error
        if not isinstance(answer, dict):
            raise NotDelivered("对方接口的应答读不懂", "unclear")
        return answer


def _check(answer: Mapping[str, Any]) -> None:
    code = answer.get("errcode", 0)
    if code:
        raise NotDelivered(f"对方接口退回：{code} {answer.get('errmsg', '')}", "later" if code in BUSY else "never")
