"""Enterprises and policies for tests of serving: a site with policies, notices and places, and a profile in a chat."""

import datetime as dt
import json

from shipped import shipped

NAMES = (
    "A1-company-setup",
    "B7-small-profit-income-tax",
    "K2-tech-sme",
    "place-tax-hall",
    "place-service-center-main",
    "place-park-station-east",
    "P5-one-window",
)
TOLD = {
    "headcount": "[51,100]",
    "revenue_wan": "[1500,5000)",
    "registered_district": ["高新区"],
    "enterprise_type": ["有限责任公司"],
}
CODE = "91320583MA27K4BX5E"
RULE = {"field": "headcount", "op": "<=", "value": 500, "clause": "第3条", "sentence": "职工不超过500人"}


def some_entries():
    """Policies with conditions, a notice that lies ahead, places."""
    return (*(shipped(name) for name in NAMES), notice())


def notice(days=30, entry_id="notice-tax-training", **more):
    """A training with sign-up that begins so many days from now."""
    entry = shipped("notice-tax-training")
    starts = dt.datetime.combine(dt.date.today() + dt.timedelta(days=days), dt.time(14))
    times = {"starts_at": starts, "ends_at": starts + dt.timedelta(hours=2), **more.pop("body", {})}
    fresh = {"id": entry_id, "effective_from": None, "effective_to": None, **more}
    return entry.copy(update={"body": entry.body.copy(update=times), **fresh})


def policy(entry_id="K9-test-policy", title="试点企业贴息", **more):
    """A policy that an enterprise of up to 500 people meets."""
    entry = shipped("K2-tech-sme")
    body = entry.body.copy(update={"rules": (entry.body.rules[0],), **more.pop("body", {})})
    return entry.copy(update={"id": entry_id, "title": title, "version": 1, "body": body, "related": (), **more})


def command(site, name, args, conversation=None):
    """Let the dialogue decide on a command; returns the reply."""
    text = "命令 " + json.dumps({"name": name, "args": args}, ensure_ascii=False)
    return site.ask(text, conversation).get_json()


def profile_in_chat(site, told=None, code=None, conversation=None):
    """Tell a profile in a conversation; returns (conversation id, ticket item)."""
    args = {"profile": told or TOLD, "values": {"code": code}, "told": ["1. 某政策\n因为：人数。"], "count": 1}
    reply = command(site, "profile.save", args, conversation)
    item = next(item for item in reply["messages"] if item["type"] == "ticket")
    return reply["conversation_id"], item
