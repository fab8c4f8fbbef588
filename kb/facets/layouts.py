"""Fields of an entry laid out as a form: which columns and labels a part has, and what its line says otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from kb.bodies import Basis, Component, Fee, Material, NoticeBody, Result
from kb.facets.forms import Column, Pair, Pairs, Points, Row, Table, Text
from kb.labels import LABELS

MATERIAL = (
    Column("材料", label=LABELS["body.materials.name"]),
    Column("形式", label=LABELS["body.materials.form"]),
    Column("谁来出", "{}提供", LABELS["body.materials.origin"]),
    Column("能否免交", "可免交：{}", LABELS["body.materials.waivable"]),
    Column("说明", label=LABELS["body.materials.note"]),
)
COMPONENT = (Column("事项"), Column("什么情况要办"), Column("部门", said=""), Column("时间", said=""))


def materials(items: Sequence[Material]) -> Table:
    """Return each material with its form, who provides it and whether it can be waived."""
    rows = (Row((item.name, item.form, item.origin, item.waivable, item.note), item.required) for item in items)
    return Table(MATERIAL, tuple(rows))


def components(lead: str, items: Sequence[Component]) -> Table:
    """Return the items of a package, and who leads them."""
    times = (f"{item.days:g}日" if item.days else item.days_note for item in items)
    rows = (Row((item.name, item.condition, item.department, time)) for item, time in zip(items, times, strict=True))
    return Table(COMPONENT, tuple(rows), lead=f"牵头：{lead}。", note=lead and f"牵头部门：{lead}")


def fee(fee: Fee) -> Text | Pairs:
    """Return whether it costs, how much, and on what basis; empty when nothing is known."""
    if not (fee.standard or fee.basis):
        return Text.of("收费，标准由各地填写" if fee.charged else "")
    head = fee.standard or ("收费" if fee.charged else "免费")
    basis = Pair("依据", fee.basis, said=fee.basis and f"（依据：{fee.basis}）")
    return Pairs((Pair("收费", head, said=head), basis), joint="")


def where(place: str, channels: Sequence[str], hours: str = "", url: str = "") -> Pairs:
    """Return where and when to hand in, and the online way."""
    ways = "；".join(channels)
    known = (Pair("办公时间", hours), Pair("渠道", ways), Pair("网上办理", url))
    return Pairs((Pair("办理地点", place, said=f"办理地点：{place}"), *known))


def address(address: str, district: str, hours: str, phone: str) -> Pairs:
    """Return where a place is, when it is open, and its number."""
    named = {"地址": address, "区域": district, "时间": hours, "电话": phone}
    return Pairs(tuple(Pair(label, value, said=f"{label}：{value}") for label, value in named.items()))


def result(result: Result) -> Pairs:
    """Return what one gets, how long it holds and when to renew."""
    name = result.name + (f"（{result.form}）" if result.name and result.form else "")
    return Pairs((Pair("结果", name, said=name), Pair("有效期", result.validity), Pair("延续", result.renewal)))


def department(name: str, contact: str = "", complaint: str = "") -> Pairs:
    """Return who is in charge and how to reach them; empty when nobody is named."""
    contacts = (Pair("咨询方式", contact), Pair("投诉渠道", complaint, said=""))
    return Pairs((Pair("办理部门", name, said=name), *contacts) if name else ())


def window(first: dt.date | None, last: dt.date | None, note: str) -> Text:
    """Return when to apply: the window's days, and its note."""
    days = " 至 ".join(str(day) for day in (first, last) if day)
    return Text.of("；".join(filter(None, (days, note))))


def schedule(
    starts: dt.datetime | None, ends: dt.datetime | None, note: str, place: str, capacity: int | None
) -> Pairs:
    """Return when and where something takes place, and for how many."""
    when = meeting_time(starts, ends, note)
    seats = Pair("名额", f"{capacity}人" if capacity else "", said="")
    return Pairs((Pair("时间", when, said=when), Pair("地点", place, said=f"；地点：{place}"), seats), joint="")


def notice_time(body: NoticeBody) -> str:
    """Return when it takes place, as 时间：2026-12-10 14:00 至 2026-12-10 16:00, and the note on it."""
    return meeting_time(body.starts_at, body.ends_at, body.time_note)


def meeting_time(starts: dt.datetime | None, ends: dt.datetime | None, note: str) -> str:
    """Return both moments and the note, what there is of them."""
    moments = " 至 ".join(moment.strftime("%Y-%m-%d %H:%M") for moment in (starts, ends) if moment)
    return "；".join(filter(None, (moments and f"时间：{moments}", note)))


def basis(items: Sequence[Basis]) -> Points:
    """Return what the entry rests on."""
    return Points(tuple(item.text for item in items), numbered=False)
