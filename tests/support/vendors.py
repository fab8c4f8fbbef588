"""What the vendors send: signed and sealed calls of DingTalk, WeCom, WeChat and a webhook; and what they take."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kb.database import reading

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
API = "/api/v1/channels/"
COUNTER = itertools.count(1)


def configured(settings, api="http://127.0.0.1:1"):
    """Settings with every channel switched on; the vendors' own interfaces are at `api`."""
    return replace(
        settings,
        webhook_secret="webhook secret",
        dingtalk_robot_secret="robot secret",
        dingtalk_event_token="events",
        dingtalk_event_key=KEY,
        dingtalk_event_owner="dingowner",
        dingtalk_api=api,
        wecom_corp_id="ww01",
        wecom_token="wecom token",
        wecom_key=KEY,
        wecom_api=api,
        wechat_app_id="wx01",
        wechat_token="wechat token",
        wechat_api=api,
    )


def sha1(*texts):
    """The signature of Tencent and of DingTalk's events."""
    return hashlib.sha1("".join(sorted(texts)).encode()).hexdigest()


def seal(text, receiver, key=KEY):
    """A text sealed as the vendors' documents describe it, written here without the product's own code."""
    raw_key, body = base64.b64decode(key + "="), text.encode()
    plain = b"0123456789abcdef" + len(body).to_bytes(4, "big") + body + receiver.encode()
    padding = 32 - len(plain) % 32
    cipher = Cipher(algorithms.AES(raw_key), modes.CBC(raw_key[:16])).encryptor()
    return base64.b64encode(cipher.update(plain + bytes([padding]) * padding) + cipher.finalize()).decode()


def unseal(sealed, key=KEY):
    """(text, receiver) inside a sealed text."""
    raw_key = base64.b64decode(key + "=")
    cipher = Cipher(algorithms.AES(raw_key), modes.CBC(raw_key[:16])).decryptor()
    plain = cipher.update(base64.b64decode(sealed)) + cipher.finalize()
    plain = plain[16 : -plain[-1]]
    size = int.from_bytes(plain[:4], "big")
    return plain[4 : 4 + size].decode(), plain[4 + size :].decode()


def element(xml, name):
    """The text of an element of a vendor's XML."""
    found = re.search(rf"<{name}>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</{name}>", xml, re.DOTALL)
    return found[1] if found[1] is not None else found[2]


def rows(site, table):
    """All rows of a table."""
    with reading(site.desk.engine) as connection:
        return connection.execute(sa.select(table)).all()


class Simulator:
    """Calls the site as the vendors do. Every method returns Flask's response; `at` is the time of signing."""

    def __init__(self, client):
        self.client = client

    def webhook(self, text, user="u1", message_id=None, at=None, nonce=None, secret="webhook secret", body=None):
        """A program that shares a secret."""
        at, nonce = str(int(at or time.time())), nonce or f"nonce-{next(COUNTER):08}"
        data = {"user": user, "message": text, "message_id": message_id or f"m{next(COUNTER)}"}
        raw = json.dumps(data).encode()
        signed = hmac.new(secret.encode(), f"{at}\n{nonce}\n".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"X-QXB-Timestamp": at, "X-QXB-Nonce": nonce, "X-QXB-Signature": signed}
        return self.client.post(API + "webhook", data=raw if body is None else body, headers=headers)

    def dingtalk(self, text, user="staff-1", message_id=None, at=None, group=False, webhook="", kind="text", sign=None):
        """The robot of an enterprise's own application."""
        at = str(int((at or time.time()) * 1000) + next(COUNTER))
        signed = hmac.new(b"robot secret", f"{at}\nrobot secret".encode(), hashlib.sha256).digest()
        data = {
            "conversationId": "cid01",
            "conversationType": "2" if group else "1",
            "msgId": message_id or f"msg{next(COUNTER)}",
            "msgtype": kind,
            "senderId": "$:LWCP_v1:$x",
            "senderStaffId": user,
            "senderNick": "张三",
            "sessionWebhook": webhook,
            "text": {"content": f" {text}"},
        }
        headers = {"timestamp": at, "sign": sign or base64.b64encode(signed).decode()}
        return self.client.post(API + "dingtalk", json=data, headers=headers)

    def event(self, event, owner="dingowner", token="events"):
        """DingTalk tells of an event."""
        at, nonce, sealed = str(int(time.time() * 1000)), f"n{next(COUNTER)}", seal(json.dumps(event), owner)
        query = {"msg_signature": sha1(token, at, nonce, sealed), "timestamp": at, "nonce": nonce}
        return self.client.post(API + "dingtalk/events", query_string=query, json={"encrypt": sealed})

    def wecom(self, text, user="zhangsan", message_id=None, at=None, token="wecom token", receiver="ww01", **more):
        """A member writes to the application."""
        sealed = seal(message(text, user, message_id, "ww01", **more), receiver)
        body = f"<xml><ToUserName><![CDATA[ww01]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return self.client.post(API + "wecom", query_string=sealed_query(token, sealed, at), data=body)

    def wechat(self, text, user="openid", message_id=None, at=None, token="wechat token", nonce=None, **more):
        """A follower writes to an account in plain mode."""
        at, nonce = str(int(at or time.time())), nonce or f"n{next(COUNTER)}"
        query = {"signature": sha1(token, at, nonce), "timestamp": at, "nonce": nonce}
        return self.client.post(
            API + "wechat", query_string=query, data=message(text, user, message_id, "gh_1", **more)
        )

    def wechat_sealed(self, text, user="openid", message_id=None, at=None, token="wechat token", **more):
        """A follower writes to an account in safe mode."""
        sealed = seal(message(text, user, message_id, "gh_1", **more), "wx01")
        body = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        return self.client.post(API + "wechat", query_string=sealed_query(token, sealed, at), data=body)


def sealed_query(token, sealed, at=None):
    """The parameters of a sealed call."""
    at, nonce = str(int(at or time.time())), f"n{next(COUNTER)}"
    return {"msg_signature": sha1(token, at, nonce, sealed), "timestamp": at, "nonce": nonce}


def message(text, user, message_id, us, kind="text", event=""):
    """A message of Tencent's, opened."""
    inner = f"<Event>{event}</Event>" if event else f"<Content><![CDATA[{text}]]></Content>"
    number = "" if event else f"<MsgId>{message_id or next(COUNTER)}</MsgId>"
    return (
        f"<xml><ToUserName><![CDATA[{us}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}{number}</xml>"
    )


class Taker:
    """A vendor's own interface: keeps what it was sent; `answers` are given first, then everything is well."""

    def __init__(self):
        self.got, self.tokens, self.answers = [], 0, []
        self.came = threading.Event()

    def take(self, path, query, body):
        """The answer to one call."""
        if path in ("/cgi-bin/gettoken", "/cgi-bin/token"):
            self.tokens += 1
            return {"errcode": 0, "access_token": f"token-{self.tokens}", "expires_in": 7200}
        self.got.append((path, query, body))
        self.came.set()
        return self.answers.pop(0) if self.answers else {"errcode": 0, "errmsg": "ok"}


@contextmanager
def taking():
    """A vendor's interface on a port of this machine; yields (Taker, address)."""
    taker = Taker()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._answer(None)

        def do_POST(self):
            self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _answer(self, body):
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            raw = json.dumps(taker.take(url.path, query, body)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            """Say nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield taker, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
