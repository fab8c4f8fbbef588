"""The envelope that Tencent's and DingTalk's callbacks share: a SHA-1 over four sorted texts, AES-256-CBC inside.

Described at https://developer.work.weixin.qq.com/document/path/90968 (WeCom), the same for official accounts and, with
another signature name, for DingTalk's event callbacks (open-dingtalk/DingTalk-Callback-Crypto).
"""

from __future__ import annotations

import struct

from wechatpy.crypto import PrpCrypto as AccountCipher
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner

from web.channels.adapter import same
from web.channels.errors import ForgedCall


class Envelope:
    """Opens and closes envelopes for one receiver: a corp id, an app id or an app key."""

    def __init__(self, token: str, key: str, receiver: str) -> None:
        """`key` is the vendor's EncodingAESKey of 43 characters."""
        self._token, self._receiver = token, receiver
        self._cipher = AccountCipher(WeChatCrypto(token, key, receiver).key)

    def sign(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return the signature of a sealed text."""
        return signature(self._token, timestamp, nonce, sealed)

    def open(self, given: str, timestamp: str, nonce: str, sealed: str) -> str:
        """Return what is inside (ForgedCall when the signature, the key or the receiver does not fit)."""
        if not same(given, self.sign(timestamp, nonce, sealed)):
            raise ForgedCall("签名不对")
        try:
            return str(self._cipher.decrypt(sealed, self._receiver))
        except (WeChatException, ValueError, IndexError, struct.error) as error:
            raise ForgedCall("密文解不开，或不是发给我们的") from error

    def close(self, text: str) -> str:
        """Return a text sealed, in Base64."""
        return bytes(self._cipher.encrypt(text, self._receiver)).decode("ascii")


def signature(*texts: str) -> str:
    """Return the SHA-1, in hex, of the texts in sorted order."""
    signer = WeChatSigner()
    signer.add_data(*texts)
    return str(signer.signature)
