"""What the chat asks to be done about an enterprise's profile: keeping it, showing matches, subscribing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from retriever.dialogue.commands import SAVE_PROFILE, SAVE_SUBSCRIPTION, SHOW_PROFILE
from web.commands import Said
from web.errors import WebError
from web.outbox import WIDGET
from web.profiles.contacts import NewContact
from web.profiles.errors import CodeTaken
from web.profiles.service import Profile, Proven
from web.push.serving_desk import ServingDesk
from web.text import contact_of

Item = dict[str, Any]
TITLE = "企业信息"
ENTER = "查看、更正我的企业信息"
UNNAMED = "对话里登记的企业"
STOP = "取消订阅"


class ProfileCommands:
    """Carries out the dialogue's commands about profiles. Safe to share between threads."""

    def __init__(self, desk: ServingDesk) -> None:
        """Act on `desk`."""
        self._desk = desk
        self._known = {SAVE_PROFILE: self._save, SHOW_PROFILE: self._show, SAVE_SUBSCRIPTION: self._subscribe}

    def carry_out(self, name: str, args: Mapping[str, Any], said: Said) -> Item | None:
        """Return the item that shows what was done, None for what is not about profiles.

        What cannot be done is an item that says why.
        """
        act = self._known.get(name)
        if act is None:
            return None
        try:
            return act(args, said)
        except WebError as error:
            return _item("", "refused", error.detail)

    def _save(self, args: Mapping[str, Any], said: Said) -> Item | None:
        told = args.get("profile")
        if not isinstance(told, Mapping):
            return None
        values = args.get("values") or {}
        code, note = values.get("code"), ""
        try:
            profile = self._keep(dict(told), code, said)
        except CodeTaken as error:
            profile, note = self._keep(dict(told), None, said), f"信用代码没有存：{error.detail}。\n"
        return self._shown(profile, args, note)

    def _keep(self, told: dict[str, Any], code: str | None, said: Said) -> Profile:
        known = self._desk.ways.of(said.conversation_id)
        if code:
            told = {**told, "code": code}
        if known is not None and not self._another(known, code):
            return self._desk.profiles.change(Proven(known), told)
        profile, _ = self._desk.profiles.create({"name": UNNAMED, **told}, origin="chat")
        self._desk.ways.link(said.conversation_id, profile.id)
        return profile

    def _another(self, known: str, code: str | None) -> bool:
        """Say whether the code is of another enterprise than the one this conversation spoke of before."""
        mine = self._desk.profiles.get(known).code
        return bool(code and mine and code != mine)

    def _show(self, args: Mapping[str, Any], said: Said) -> Item | None:
        known = self._desk.ways.of(said.conversation_id)
        if known is None:
            return _item("", "shown", _matches(args)) if args.get("told") else None
        return self._shown(self._desk.profiles.get(known), args, "")

    def _shown(self, profile: Profile, args: Mapping[str, Any], note: str) -> Item:
        url = f"/mine/door/{self._desk.ways.door(profile.id)}"
        return {**_item(number_of(profile.id), "kept", note + _matches(args)), "url": url, "label": ENTER}

    def _subscribe(self, args: Mapping[str, Any], said: Said) -> Item | None:
        known, values = self._desk.ways.of(said.conversation_id), args.get("values") or {}
        if known is None or not isinstance(values, Mapping):
            return None
        if values.get("topic") == STOP:
            self._desk.wishes.unsubscribe(known)
            return _item(number_of(known), "ended", "已退订，不会再推送。想恢复时再订阅就行。")
        if values.get("contact"):
            self._contact(known, str(values["contact"]))
        self._desk.wishes.subscribe(known, WIDGET)
        told = "；".join(one.text for one in self._desk.wishes.of(known))
        text = f"已订阅。符合贵公司情况的新政策、通知和快截止的申报会推送给您。\n{told}。可随时退订。"
        url = f"/mine/door/{self._desk.ways.door(known)}"
        return {**_item(number_of(known), "subscribed", text), "url": url, "label": "改频率和免打扰时间"}

    def _contact(self, profile_id: str, text: str) -> None:
        name, phone = contact_of(text)
        if phone:
            new = NewContact("phone", phone, name=name, purposes=("policy", "notice"), consent=True)
            self._desk.profiles.keep_contact(Proven(profile_id), new)


def number_of(profile_id: str) -> str:
    """Return a number of a profile to be read out; it opens nothing."""
    return f"QY-{hashlib.sha256(profile_id.encode()).hexdigest()[:8].upper()}"


def _matches(args: Mapping[str, Any]) -> str:
    told = [str(line) for line in args.get("told") or ()]
    more = int(args.get("count") or 0) - len(told)
    return "\n".join([*told, *([f"还有 {more} 项，可在企业页面里看。"] if more > 0 else [])])


def _item(number: str, status: str, text: str) -> Item:
    return {"type": "ticket", "number": number, "title": TITLE, "status": status, "text": text}
