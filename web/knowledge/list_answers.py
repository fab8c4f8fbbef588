"""The lists that the chat asks for: notices ahead, places near and open, what has a property; as they stand now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.bodies import NoticeBody
from kb.facets import notice_time
from kb.models import Entry
from kb.text_fit import ANSWER_LIMIT
from kb.workdays import Calendar
from retriever.dialogue.commands import LIST_NOTICES, LIST_PLACES, LIST_PROPERTY
from retriever.dialogue.values import Source
from web.clock import local_now
from web.knowledge.notices_ahead import upcoming
from web.knowledge.places import Spot, nearest, property_text, with_property

LIST_ROWS_SHOWN = 4
MORE = 16  # room for the line that counts the rest


@dataclass(frozen=True)
class Listing:
    """A list as an answer: at most 300 characters, the entries it names, and the page that has all of it."""

    text: str
    entries: tuple[Entry, ...]
    title: str
    url: str

    @property
    def sources(self) -> tuple[Source, ...]:
        """The entries as the sources of an answer."""
        return tuple(
            Source(
                entry_id=entry.id,
                title=entry.title,
                version=entry.version,
                effective_from=str(entry.effective_from or ""),
                effective_to=str(entry.effective_to or ""),
                score=1.0,
            )
            for entry in self.entries
        )


class Lists:
    """Makes lists from the public entries. Safe to share between threads."""

    def __init__(
        self, entries: Callable[[], list[Entry]], calendar: Calendar, now: Callable[[], dt.datetime] = local_now
    ) -> None:
        """Read through `entries`; `now` is the local time."""
        self._entries, self._calendar, self._now = entries, calendar, now
        self._makers: Mapping[str, Callable[[Mapping[str, Any]], Listing]] = {
            LIST_NOTICES: self._notices,
            LIST_PLACES: self._places,
            LIST_PROPERTY: self._property,
        }

    def of(self, name: str, args: Mapping[str, Any]) -> Listing | None:
        """Return the list of a command of the dialogue, None when the command asks for none."""
        make = self._makers.get(name)
        return make(args) if make else None

    def _notices(self, args: Mapping[str, Any]) -> Listing:
        forms = tuple(str(form) for form in args.get("forms") or ())
        found = upcoming(self._entries(), self._now().date(), forms)
        if not found:
            text = "目前没有正在发布的活动、会议或停办通知。订阅后，有新的会推送给您。"
            return Listing(text, (), "全部通知", "/notices")
        lines = [f"{number}. {_notice_line(entry)}" for number, entry in enumerate(found[:LIST_ROWS_SHOWN], 1)]
        return Listing(
            _lines(f"近期有 {len(found)} 项：", lines, len(found)), _named(found), "看全部、报名", "/notices"
        )

    def _places(self, args: Mapping[str, Any]) -> Listing:
        district, only_open = str(args.get("district") or ""), bool(args.get("open"))
        spots = nearest(self._entries(), self._now(), self._calendar, district=district, only_open=only_open)
        url = f"/places?open={'1' if only_open else ''}&district={district}"
        if not spots:
            text = "没有查到现在确定开着的办事点；有的地点没有登记开放时间，出发前请先打电话。"
            return Listing(text if only_open else "还没有登记办事点。", (), "看全部地点", "/places")
        head = f"现在确定开着的有 {len(spots)} 个：" if only_open else f"办事点共 {len(spots)} 个："
        if args.get("near"):
            head = f"{head.removesuffix('：')}，打开下面的页面用我的位置可按远近排："
        lines = [f"{number}. {_place_line(spot)}" for number, spot in enumerate(spots[:LIST_ROWS_SHOWN], 1)]
        entries = [spot.entry for spot in spots]
        return Listing(_lines(head, lines, len(spots)), _named(entries), "按位置、区域、是否开门查找", url)

    def _property(self, args: Mapping[str, Any]) -> Listing:
        name = str(args.get("property") or "")
        found = with_property(self._entries(), name, self._now().date())
        entries = [entry for kind in found.values() for entry in kind]
        return Listing(property_text(found, name), _named(entries), f"“{name}”的地点", f"/places?property={name}")


def _notice_line(entry: Entry) -> str:
    body = entry.body
    assert isinstance(body, NoticeBody)
    return f"{entry.title}（{notice_time(body)}，{body.place}）"


def _place_line(spot: Spot) -> str:
    state = {True: "现在开放", False: "现在不开放", None: "开放时间请电话确认"}[spot.open]
    return f"{spot.entry.title}（{spot.body.district}，{state}）"


def _lines(head: str, lines: list[str], total: int) -> str:
    text, kept = head, 0
    for line in lines:
        if len(text) + len(line) + MORE > ANSWER_LIMIT:
            break
        text, kept = f"{text}\n{line}", kept + 1
    return text if kept == total else f"{text}\n另有 {total - kept} 项。"


def _named(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(entries)[:LIST_ROWS_SHOWN]
