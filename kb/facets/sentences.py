"""Sentences that answer, for parts whose line alone would not: title, most characters, then the part's fields.

Each returns an empty text when there is nothing to say; the line of the part then stands in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from kb.bodies import UNFILLED, Component, Duration, Fee, Material, Result, Step, TimeLimit
from kb.facets import layouts
from kb.facets.forms import line, pair_line
from kb.text_fit import fit, fit_list, numbered

Sentence = Callable[..., str]


def led(several: str, one: str = "") -> Sentence:
    """Return the sentence of a list: a lead, which may name {title} and {count}, and the items with their numbers."""

    def sentence(title: str, limit: int, items: Sequence[str]) -> str:
        lead = one if one and len(items) == 1 else several
        return numbered(lead.format(title=title, count=len(items)), items, limit) if items else ""

    return sentence


def materials(title: str, limit: int, items: Sequence[Material]) -> str:
    """Say how many to hand in, and which."""
    if not items:
        return ""
    needed = [item.name for item in items if item.required]
    extra = [item.name + "（按需）" for item in items if not item.required]
    count = f"{len(needed)}份" if needed else f"{len(extra)}份（按需）"
    more = f"必交{count}，另有{len(extra)}份按需提交" if needed and extra else f"要交{count}"
    return fit_list(f"{title}{more}材料：", [*needed, *extra], limit, tail="完整清单见下表。")


def steps(title: str, limit: int, steps: Sequence[Step]) -> str:
    """Say how many steps, and their names."""
    return fit_list(f"{title}分{len(steps)}步：", [step.name for step in steps], limit, "→") if steps else ""


def components(title: str, limit: int, lead: str, items: Sequence[Component]) -> str:
    """Say how many items, who leads, and their names."""
    return fit_list(f"{title}包含{len(items)}个事项，由{lead}牵头：", [item.name for item in items], limit)


def time(title: str, limit: int, times: TimeLimit) -> str:
    """Say both times as far as they are known, and what does not count."""
    known = {"法定时限": times.statutory, "承诺时限": times.promised}
    said = [f"{name}{_duration(one)}" for name, one in known.items() if not _local(one.text)]
    if not said:
        return f"{title}的办理时限以当地公布为准，可拨打12345核实。" if times.promised.text else ""
    tail = "；承诺时限以当地公布为准" if len(said) == 1 and _local(times.promised.text) else ""
    excluded = f"不计入：{times.excluded.rstrip('。')}。" if times.excluded else ""
    return fit(f"{title}{'；'.join(said)}{tail}。{excluded}", limit)


def _duration(duration: Duration) -> str:
    number = Duration(value=duration.value, unit=duration.unit).text
    note = duration.note.rstrip("。")
    return f"{number}（{note}）" if number and note else f"：{note}" if note else number


def fee(title: str, limit: int, fee: Fee) -> str:
    """Say whether it costs, how much, and on what basis."""
    if not (fee.charged or fee.standard or fee.basis):
        return ""
    basis = f"（{fee.basis.rstrip('。')}）" if fee.basis else ""
    if fee.charged:
        standard = "标准以当地公布为准" if _local(fee.standard) else fee.standard.rstrip("。")
        return fit(f"{title}要收费：{standard}{basis}。", limit)
    free = fee.standard in ("", "免费")
    return fit(f"{title}不收费{basis}。" if free else f"{title}：{fee.standard}{basis}。", limit)


def where(title: str, limit: int, place: str, channels: Sequence[str], hours: str = "", _url: str = "") -> str:
    """Say the ways to hand in, the office hours, and whom to ask for an address that is not known."""
    ways = [way.replace(f"（入口{UNFILLED}）", "").replace(f"（{UNFILLED}）", "") for way in channels]
    if not _local(place):
        ways = [place, *ways]
    when = "" if _local(hours) else f"办公时间：{hours}。"
    unknown = "具体地址以当地公布为准，可拨打12345核实。" if _local(place) else ""
    return fit(f"{title}可以在这里办：{'；'.join(ways)}。{when}{unknown}" if ways else f"{title}的{unknown}", limit)


def address(title: str, limit: int, address: str, _district: str, hours: str, phone: str) -> str:
    """Say where a place is, when it is open, and its number."""
    where = "地址以当地公布为准" if _local(address) else address
    when = "" if _local(hours) else f"，{hours}"
    return fit(f"{title}：{where}{when}{'' if _local(phone) else f'，电话{phone}'}。", limit)


def department(title: str, limit: int, name: str, contact: str = "", _complaint: str = "") -> str:
    """Say who is in charge, and how to reach them."""
    phone = "" if _local(contact) else f"咨询方式：{contact}。"
    return fit(f"{title}由{name}负责。{phone}", limit) if name else ""


def result(_title: str, limit: int, result: Result) -> str:
    """Say what one gets, how long it holds and when to renew."""
    said = [pair_line(pair) for pair in layouts.result(result).pairs]
    if not any(said):
        return ""
    said[0] = said[0] and f"办下来是{said[0]}"
    return fit("；".join(text.rstrip("。") for text in said if text) + "。", limit)


def window(title: str, limit: int, first: dt.date | None, last: dt.date | None, note: str) -> str:
    """Say when to apply."""
    text = line(layouts.window(first, last, note))
    return fit(f"{title}的申报时间：{text.rstrip('。')}。", limit) if text else ""


def schedule(
    title: str, limit: int, starts: dt.datetime | None, ends: dt.datetime | None, note: str, place: str, _seats: int
) -> str:
    """Say when and where something takes place."""
    when = layouts.meeting_time(starts, ends, note).removeprefix("时间：") or "时间以通知为准"
    where = "地点以通知为准" if _local(place) else f"地点：{place}"
    return fit(f"{title}：{when}；{where}。", limit)


def _local(text: str) -> bool:
    return not text or UNFILLED in text
