"""Lists that are asked for as lists: what is on, where to go, what has a property. The website fills them in.

What is open now and how many seats are left changes by the minute, so the reply is a command and a sentence before it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from kb.bodies import PROPERTIES
from retriever.dialogue.commands import LIST_NOTICES, LIST_PLACES, LIST_PROPERTY, Command
from retriever.dialogue.entities.districts import district_in
from retriever.dialogue.values import Context, Reply

WHICH = r"(哪些|哪几|哪个|哪里|哪儿|什么|啥|有没有|列|清单|看看|找|查|都有)"
PLACES = r"(办事点|办事的?地方|服务网点|网点|窗口|大厅|服务中心|服务站|驿站|办事处)"
MORE = r"(多少|几项|几个|外地|区别|什么意思|是什么|条件|依据|罚|不能|不同|怎么|签|后)"
NEAREST = re.compile(rf"(离我|附近|就近|周边|最近的).{{0,10}}{PLACES}|{PLACES}.{{0,6}}(离我|最近|附近)")
OPEN_NOW = re.compile(
    rf"(现在|这会儿?|此刻|眼下|今天).{{0,6}}(开门|开着|上班|营业|开放|办公|能办).{{0,4}}{PLACES}"
    rf"|{WHICH}.{{0,6}}{PLACES}.{{0,6}}(现在|这会儿?|此刻|今天).{{0,6}}(开门|开着|上班|营业|开放|办公)"
)
ALL_PLACES = re.compile(rf"^{WHICH}.{{0,6}}{PLACES}[?？吗呢]?$|^{PLACES}(有哪些|列表|清单|一览)")
NOTICES = re.compile(
    r"(最近|近期|近来|本周|这周|下周|本月|这个月|下个?月|目前|现在).{0,6}(什么|哪些|有没有|有|啥).{0,4}(活动|会议|培训|通知|公告|讲座|宣讲)"
    r"|^(会议通知|活动公告)$|(哪些|什么)(活动|会议|培训|讲座)(可以|能)?(参加|报名)"
)
FORMS = (("会议通知", re.compile(r"会议|培训|讲座|宣讲")), ("活动公告", re.compile(r"^活动公告$")))


def listed(text: str, context: Context) -> Reply | None:
    """Return the reply that has a list filled in; None when no list is asked for."""
    for name, found in (
        (LIST_PROPERTY, _property(text)),
        (LIST_PLACES, _places(text)),
        (LIST_NOTICES, _notices(text)),
    ):
        if found is not None:
            return _reply(name, found, context)
    return None


def _property(text: str) -> dict[str, Any] | None:
    name = next((one for one in PROPERTIES if one in text), "")
    things = rf"(事项?|业务|服务|地方|窗口|项目|{name})"
    many = "(哪些|哪几|有什么|都有啥?|列)"
    wanted = name and re.search(rf"{many}.{{0,8}}{things}|{things}.{{0,4}}{many}|清单", text)
    return {"property": name} if wanted and not re.search(MORE, text) else None


def _places(text: str) -> dict[str, Any] | None:
    near, now = NEAREST.search(text), OPEN_NOW.search(text)
    if not (near or now or ALL_PLACES.search(text)):
        return None
    return {"near": bool(near), "open": bool(now), "district": (district_in(text) or "")[:20]}


def _notices(text: str) -> dict[str, Any] | None:
    if not NOTICES.search(text):
        return None
    return {"forms": [form for form, words in FORMS if words.search(text)]}


def _reply(name: str, args: dict[str, Any], context: Context) -> Reply:
    lead = {
        LIST_PROPERTY: "清单见下方。",
        LIST_PLACES: "办事地点见下方。",
        LIST_NOTICES: "近期的通知和活动见下方。",
    }[name]
    return Reply(
        "answered",
        lead,
        confidence=1.0,
        command=Command(name=name, args=args),
        context=replace(context, text=lead, candidates=(), failures=0),
    )
