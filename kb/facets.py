"""The parts of an entry that a question can ask for, each as plain text that answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.bodies import (
    FaqBody,
    Fee,
    GuideBody,
    Material,
    NoticeBody,
    PackageBody,
    PlaceBody,
    PolicyBody,
    Result,
    Step,
    TimeLimit,
)
from kb.models import Entry

HEADINGS = {
    "overview": "概述",
    "audience": "适用对象",
    "conditions": "办理条件",
    "materials": "申请材料",
    "steps": "办理流程",
    "time": "办理时限",
    "fee": "收费",
    "place": "办理地点",
    "department": "办理部门",
    "result": "办理结果与有效期",
    "mistakes": "易错点",
    "penalties": "法律责任",
    "benefits": "支持内容",
    "window": "申报时间",
    "components": "套餐包含的事项",
    "services": "可办业务",
    "schedule": "时间与地点",
    "signup": "报名方式",
    "basis": "依据",
    "faq": "常见问题",
    "article": "条文",
}


@dataclass(frozen=True)
class Facet:
    """One part of an entry: `name` is a key of HEADINGS, `key` is unique in the entry (faq-2, article-第十条)."""

    name: str
    key: str
    heading: str
    text: str
    questions: tuple[str, ...] = ()


def facets(entry: Entry) -> list[Facet]:
    """Return the parts that have something to say, in reading order; empty ones are left out."""
    texts: dict[str, str] = {}
    for name, text in (*_common_head(entry), *_BY_KIND[entry.kind](entry), *_common_tail(entry)):
        if text:
            texts[name] = f"{texts[name]} {text}" if name in texts else text
    asked = {name: ways_of(entry, name) for name in texts}
    parts = [Facet(name, name, HEADINGS[name], text, asked[name]) for name, text in texts.items()]
    for number, item in enumerate(entry.faq, start=1):
        text = item.a if not item.basis else f"{item.a}（依据：{item.basis}）"
        parts.append(Facet("faq", f"faq-{number}", item.q, text, (item.q, *item.ways)))
    if isinstance(entry.body, PolicyBody):
        parts += [
            Facet("article", f"article-{article.number}", article.number, article.text)
            for article in entry.body.articles
        ]
    return parts


def ways_of(entry: Entry, name: str) -> tuple[str, ...]:
    """Return the ways of asking that are attached to the part of this name."""
    return tuple(text for ways in entry.ways if ways.part == HEADINGS[name] for text in ways.texts)


Row = tuple[str, str]


def _common_head(entry: Entry) -> Iterator[Row]:
    yield "overview", entry.summary
    yield "audience", getattr(entry.body, "audience", "")


def _common_tail(entry: Entry) -> Iterator[Row]:
    if entry.department:
        contact = getattr(entry.body, "contact", "")
        yield "department", entry.department + (f"；咨询方式：{contact}" if contact else "")
    yield "basis", "；".join(basis.text for basis in entry.basis)


def _guide(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, GuideBody)
    yield "conditions", listed(body.conditions)
    yield "materials", materials_text(body.materials)
    yield "steps", steps_text(body.steps)
    yield "time", time_text(body.time)
    yield "fee", fee_text(body.fee)
    yield "place", place_text(body.place, body.channels, body.hours, body.online_url)
    yield "result", result_text(body.result)
    yield "mistakes", listed(body.mistakes)
    yield "penalties", listed(body.penalties)


def _policy(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, PolicyBody)
    yield "benefits", listed(body.benefits)
    yield "conditions", listed(body.conditions)
    yield "materials", materials_text(body.materials)
    yield "steps", steps_text(body.steps)
    yield "window", window_text(body)
    yield "mistakes", listed(body.mistakes)


def _faq(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, FaqBody)
    yield "overview", body.answer
    yield "conditions", listed(body.points)


def _package(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, PackageBody)
    names = [item.name + (f"（{item.condition}）" if item.condition else "") for item in body.components]
    yield "components", f"牵头：{body.lead}。" + listed(names)
    yield "materials", materials_text(body.materials)
    yield "fee", fee_text(body.fee)
    yield "place", place_text(body.place, body.channels, "", "")
    yield "mistakes", listed(body.sticking_points)


def _place(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, PlaceBody)
    yield "place", f"地址：{body.address}；区域：{body.district}；时间：{body.hours}；电话：{body.phone}"
    yield "services", listed(body.services)


def _notice(entry: Entry) -> Iterator[Row]:
    body = entry.body
    assert isinstance(body, NoticeBody)
    yield "schedule", f"{notice_time(body)}；地点：{body.place}"
    yield "signup", body.sign_up
    yield "overview", body.content


_BY_KIND = {
    "guide": _guide,
    "policy": _policy,
    "faq": _faq,
    "package": _package,
    "place": _place,
    "notice": _notice,
}


def listed(items: Sequence[str]) -> str:
    """Join items into one line: a single one as it is, more with numbers."""
    if len(items) == 1:
        return items[0]
    return "".join(f"{number}. {item.rstrip('。；')}；" for number, item in enumerate(items, start=1)).rstrip("；")


def materials_text(materials: Iterable[Material]) -> str:
    """One line naming each material with its form and whether it can be waived."""
    return listed([material_text(item) for item in materials])


def material_text(item: Material) -> str:
    """One material: 公司章程（原件，申请人提供）."""
    notes = [item.form, item.origin and f"{item.origin}提供", item.waivable and f"可免交：{item.waivable}", item.note]
    inside = "，".join(note for note in notes if note)
    return item.name + (f"（{inside}）" if inside else "") + ("" if item.required else "［按需］")


def steps_text(steps: Iterable[Step]) -> str:
    """One line naming the steps in order."""
    return listed(
        [
            step.name + (f"：{step.detail}" if step.detail else "") + (f"（{step.time}）" if step.time else "")
            for step in steps
        ]
    )


def time_text(limit: TimeLimit) -> str:
    """Statutory and promised time side by side; empty when neither is known."""
    parts = [
        limit.statutory.text and f"法定时限：{limit.statutory.text}",
        limit.promised.text and f"承诺时限：{limit.promised.text}",
        limit.excluded and f"不计入：{limit.excluded}",
    ]
    return "；".join(part for part in parts if part)


def fee_text(fee: Fee) -> str:
    """Whether it costs, how much, and on what basis; empty when nothing is known."""
    if not (fee.standard or fee.basis):
        return "收费，标准由各地填写" if fee.charged else ""
    head = fee.standard or ("收费" if fee.charged else "免费")
    return head + (f"（依据：{fee.basis}）" if fee.basis else "")


def place_text(place: str, channels: Sequence[str], hours: str, url: str) -> str:
    """Where and when to hand in, and the online way."""
    parts = [
        f"办理地点：{place}",
        hours and f"办公时间：{hours}",
        f"渠道：{'；'.join(channels)}" if channels else "",
        url and f"网上办理：{url}",
    ]
    return "；".join(part for part in parts if part)


def result_text(result: Result) -> str:
    """What one gets, how long it holds and when to renew."""
    parts = [
        result.name + (f"（{result.form}）" if result.name and result.form else ""),
        result.validity and f"有效期：{result.validity}",
        result.renewal and f"延续：{result.renewal}",
    ]
    return "；".join(part for part in parts if part)


def window_text(body: PolicyBody) -> str:
    """When to apply: the window's days, and its note."""
    days = " 至 ".join(str(day) for day in (body.window_from, body.window_to) if day)
    return "；".join(part for part in (days, body.window_note) if part)


def notice_time(body: NoticeBody) -> str:
    """When it takes place, as 2026-12-10 14:00 至 2026-12-10 16:00."""
    moments = [moment for moment in (body.starts_at, body.ends_at) if moment]
    text = " 至 ".join(_minute(moment) for moment in moments)
    return "；".join(part for part in (text and f"时间：{text}", body.time_note) if part)


def _minute(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")
