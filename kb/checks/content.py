"""Rules about what an entry says: parts that must not be empty, words too vague to act on, figures without a basis."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from kb.bodies import UNFILLED, FaqBody, GuideBody, NoticeBody, PackageBody, PlaceBody, PolicyBody
from kb.checks.finding import Finding
from kb.facets import HEADINGS, facets
from kb.models import Entry
from kb.terms.opening_hours import read_hours
from kb.text_fit import ANSWER_LIMIT

VAGUE = ("其他", "有关")
FIGURE = re.compile(
    r"\d+(?:\.\d+)?\s*(?:个?工作日|个?自然日|日内|日前|天|个月|年内|年以上|周岁|小时|元|万|亿|%|％|倍|平方米|吨|公斤|千克|分贝)"
)

# The facets that make each kind worth asking; a policy may have articles in place of conditions and benefits.
NEEDED = {
    "guide": (
        "overview",
        "audience",
        "conditions",
        "materials",
        "steps",
        "time",
        "fee",
        "place",
        "department",
        "result",
        "basis",
    ),
    "policy": ("overview", "audience", "conditions", "benefits", "window", "department", "basis"),
    "faq": ("overview", "conditions"),
    "package": ("overview", "audience", "components", "place"),
    "place": ("place", "services"),
    "notice": ("overview", "audience", "schedule"),
}


def empty_facets(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A part that people ask for has nothing to say."""
    there = {facet.name for facet in facets(entry)}
    if isinstance(entry.body, PolicyBody) and entry.body.articles:
        return
    for name in NEEDED[entry.kind]:
        if name not in there:
            yield Finding("内容为空", "错误", entry.id, name, f"“{HEADINGS[name]}”是空的")


def vague_conditions(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A condition with a catch-all word leaves the reader guessing."""
    for number, text in enumerate(getattr(entry.body, "conditions", ()), start=1):
        for word in VAGUE:
            if word in text:
                yield Finding(
                    "兜底词", "错误", entry.id, f"body.conditions[{number}]", f"条件里有“{word}”：{text[:60]}"
                )


def few_mistakes(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Fewer than three common mistakes."""
    body = entry.body
    if isinstance(body, PolicyBody) and body.articles:
        return
    if isinstance(body, (GuideBody, PolicyBody)) and len(body.mistakes) < 3:
        yield Finding(
            "易错点太少", "警告", entry.id, "body.mistakes", f"只有 {len(body.mistakes)} 个易错点，至少要 3 个"
        )
    if isinstance(body, PackageBody) and len(body.sticking_points) < 3:
        yield Finding(
            "易错点太少",
            "警告",
            entry.id,
            "body.sticking_points",
            f"只有 {len(body.sticking_points)} 个堵点，至少要 3 个",
        )


def few_steps(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A guide of fewer than three steps, or a package of fewer than two items."""
    body = entry.body
    if isinstance(body, GuideBody) and 0 < len(body.steps) < 3:
        yield Finding("步骤太少", "警告", entry.id, "body.steps", f"只有 {len(body.steps)} 步，至少要 3 步")
    if isinstance(body, PackageBody) and len(body.components) < 2:
        yield Finding("步骤太少", "错误", entry.id, "body.components", "套餐至少要有两个事项")


def order_of_steps(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A step waits for one that comes later or is not there."""
    for name in ("steps", "components"):
        for number, item in enumerate(getattr(entry.body, name, ()), start=1):
            for waited in item.after:
                if not 1 <= waited < number:
                    field = f"body.{name}[{number}].after"
                    yield Finding(
                        "顺序有误", "错误", entry.id, field, f"第 {number} 步等的是第 {waited} 步，只能等前面的步骤"
                    )


def materials_without_origin(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A material without saying where it comes from."""
    for number, item in enumerate(getattr(entry.body, "materials", ()), start=1):
        if not item.origin:
            yield Finding(
                "材料缺来源", "警告", entry.id, f"body.materials[{number}].origin", f"没有写“{item.name}”由谁提供"
            )


def figures_without_basis(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """An answer states a figure and does not say on what basis."""
    for number, item in enumerate(entry.faq, start=1):
        found = FIGURE.search(item.a)
        if found and not item.basis:
            yield Finding(
                "数字没有依据", "警告", entry.id, f"faq[{number}].basis", f"答复里有“{found[0]}”，没有写依据：{item.q}"
            )


def long_answers(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """An answer that does not fit into the chat's first message."""
    for number, item in enumerate(entry.faq, start=1):
        if len(item.a) > ANSWER_LIMIT:
            yield Finding(
                "答复太长",
                "提示",
                entry.id,
                f"faq[{number}].a",
                f"有 {len(item.a)} 个字，对话里只显示前 {ANSWER_LIMIT} 个",
            )


def thin_text(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A condition or an answer that says too little to act on."""
    texts = [(f"body.conditions[{n}]", text) for n, text in enumerate(getattr(entry.body, "conditions", ()), start=1)]
    if isinstance(entry.body, FaqBody):
        texts.append(("body.answer", entry.body.answer))
    for field, text in texts:
        if len(text) < 4:
            yield Finding("信息不足", "提示", entry.id, field, f"只写了“{text}”")


def places_and_notices(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """A place without a district, a notice without a time."""
    if isinstance(entry.body, PlaceBody) and not entry.body.district:
        yield Finding("内容为空", "错误", entry.id, "body.district", "没有写所在区域")
    if isinstance(entry.body, NoticeBody) and not (entry.body.starts_at or entry.body.time_note):
        yield Finding("内容为空", "错误", entry.id, "body.starts_at", "没有写时间")


def unread_hours(entry: Entry, _day: dt.date) -> Iterator[Finding]:
    """Opening hours that cannot be read: nobody is told whether the place is open."""
    hours = entry.body.hours if isinstance(entry.body, PlaceBody) else UNFILLED
    if hours != UNFILLED and read_hours(hours) is None:
        message = f"看不懂“{hours[:40]}”，判断不了现在开不开；写成“工作日 9:00-12:00，13:30-17:00”这样"
        yield Finding("开放时间读不懂", "警告", entry.id, "body.hours", message)


RULES = (
    empty_facets,
    vague_conditions,
    few_mistakes,
    few_steps,
    order_of_steps,
    materials_without_origin,
    figures_without_basis,
    long_answers,
    thin_text,
    places_and_notices,
    unread_hours,
)
