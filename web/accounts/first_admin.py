"""The way in to a desk that has no admin yet: a one-time link on the terminal of whoever runs it."""

from __future__ import annotations

from kb.database import open_engine
from kb.settings import Settings
from web import database
from web.accounts.service import Accounts

THERE_IS_ONE = "已经有系统管理员了；新账号请在“系统管理 › 邀请”里生成链接"


def invitation(settings: Settings) -> str:
    """Return the lines that invite the first admin, with a fresh link; empty when there is one already.

    Raises StoreUnavailable when the database cannot be opened.
    """
    engine = open_engine(settings.database)
    try:
        database.migrate(engine)
        token = Accounts(engine, settings).first_admin_token()
    finally:
        engine.dispose()
    if not token:
        return ""
    address = f"http://{settings.web_host}:{settings.web_port}/account/link/{token}"
    outside = "；把开头换成对外的 https 地址" if settings.secure_cookies else ""
    return f"还没有系统管理员。在浏览器打开下面的链接设立一个（24 小时内有效，只能用一次{outside}）：\n{address}"
