"""An entry as a card: the same parts as `kb.facets`, kept as rows, steps and pairs so that a page can lay them out.

A part is a dict with `name` (a key of kb.facets.HEADINGS), `heading` and `format`; the rest depends on the format:
text (`text`), list (`items`), steps (`items` of name, detail, actor, time, after), table (`columns`, `rows`),
time (`statutory`, `promised`, `excluded`), pairs (`items` of label, value), faq (`items` of key, q, a, basis),
image (`url`, `text`, `links` of label, url).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from kb.bodies import (
    Component,
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
from kb.facets import HEADINGS, notice_time, window_text
from kb.models import Entry
from web.knowledge.print_sheet import has_sheet

Part = dict[str, Any]
MATERIAL_COLUMNS = ("材料", "形式", "谁来出", "能否免交", "说明")
COMPONENT_COLUMNS = ("事项", "什么情况要办", "部门", "时间")

BESIDE = {"audience", "basis", "article"}  # on a card they stand in the source line, or only when asked for


def parts(entry: Entry) -> list[Part]:
    """Return what the entry has to say, in reading order; empty parts are left out."""
    found = (*_head(entry), *_BODY[entry.kind](entry.body), *_tail(entry))
    return [{"name": name, "heading": HEADINGS[name], **data} for name, data in found if data]


def card(entry: Entry, facet: str, key: str, day: dt.date) -> dict[str, Any]:
    """Return the message item that shows `entry`, opened at `facet`; of a law only the article asked for."""
    beside = BESIDE - ({facet} - {"article"})
    shown = [part for part in parts(entry) if part["name"] not in beside]
    if has_sheet(entry):
        shown.append(_picture(entry))
    article = next((row for row in _articles(entry.body) if key == f"article-{row['label']}"), None)
    if article:
        shown.insert(0, {"name": "article", "heading": HEADINGS["article"], "format": "pairs", "items": [article]})
    return {
        "type": "guide",
        "entry_id": entry.id,
        "version": entry.version,
        "kind": entry.kind,
        "title": entry.title,
        "facet": facet,
        "key": key,
        "url": f"/entries/{entry.id}",
        "state": entry.state_on(day),
        "state_text": state_text(entry, day),
        "validity": validity(entry),
        "updated_on": entry.updated_on.isoformat() if entry.updated_on else None,
        "basis": [basis.text for basis in entry.basis],
        "fields": shown,
    }


def _picture(entry: Entry) -> Part:
    address = f"/entries/{entry.id}"
    return {
        "name": "flow",
        "heading": "一图一表",
        "format": "image",
        "url": f"{address}/flow.svg",
        "text": f"{entry.title}流程图",
        "links": [
            {"label": "打印一图一表", "url": f"{address}/sheet"},
            {"label": "下载 PDF", "url": f"{address}/sheet.pdf"},
        ],
    }


def state_text(entry: Entry, day: dt.date) -> str:
    """Return the warning that belongs above an entry that is not in force; empty for one that is."""
    note = f"（{entry.status_note}）" if entry.status_note else ""
    return {
        "future": f"尚未生效：自 {entry.effective_from} 起施行。",
        "expired": "已失效"
        + (f"：有效期到 {entry.effective_to}" if entry.effective_to else "")
        + f"{note}，仅供查阅。",
        "abolished": f"已废止{note}，仅供查阅。",
        "superseded": f"已被新的内容替代{note}，仅供查阅。",
        "draft": "草稿，尚未发布。",
    }.get(entry.state_on(day), "")


def validity(entry: Entry) -> str:
    """Return from when to when the entry holds, in words; empty when neither day is known."""
    if entry.effective_from and entry.effective_to:
        return f"{entry.effective_from} 至 {entry.effective_to}"
    if entry.effective_from:
        return f"{entry.effective_from} 起"
    return f"至 {entry.effective_to}" if entry.effective_to else ""


Row = tuple[str, Part | None]


def _head(entry: Entry) -> Iterator[Row]:
    answer = entry.body.answer if isinstance(entry.body, FaqBody) else ""
    content = entry.body.content if isinstance(entry.body, NoticeBody) else ""
    yield "overview", _text("\n".join(filter(None, (entry.summary, answer, content))))
    yield "audience", _text(getattr(entry.body, "audience", ""))


def _tail(entry: Entry) -> Iterator[Row]:
    if entry.department:
        contact, complaint = getattr(entry.body, "contact", ""), getattr(entry.body, "complaint", "")
        yield "department", _pairs(("办理部门", entry.department), ("咨询方式", contact), ("投诉渠道", complaint))
    yield "basis", _list(basis.text for basis in entry.basis)
    items = [{"key": f"faq-{i}", "q": item.q, "a": item.a, "basis": item.basis} for i, item in enumerate(entry.faq, 1)]
    yield "faq", {"format": "faq", "items": items} if items else None
    articles = _articles(entry.body)
    yield "article", {"format": "pairs", "items": articles} if articles else None


def _guide(body: GuideBody) -> Iterator[Row]:
    yield "conditions", _list(body.conditions)
    yield "materials", _materials(body.materials)
    yield "steps", _steps(body.steps)
    yield "time", _time(body.time)
    yield "fee", _fee(body.fee)
    online = ("网上办理", body.online_url)
    yield (
        "place",
        _pairs(("办理地点", body.place), ("办公时间", body.hours), ("渠道", "；".join(body.channels)), online),
    )
    yield "result", _result(body.result)
    yield "mistakes", _list(body.mistakes)
    yield "penalties", _list(body.penalties)


def _policy(body: PolicyBody) -> Iterator[Row]:
    yield "benefits", _list(body.benefits)
    yield "conditions", _list(body.conditions)
    yield "materials", _materials(body.materials)
    yield "steps", _steps(body.steps)
    yield "window", _text(window_text(body))
    yield "mistakes", _list(body.mistakes)


def _faq(body: FaqBody) -> Iterator[Row]:
    yield "conditions", _list(body.points)


def _package(body: PackageBody) -> Iterator[Row]:
    yield "components", _components(body.components, body.lead)
    yield "materials", _materials(body.materials)
    yield "fee", _fee(body.fee)
    yield "place", _pairs(("办理地点", body.place), ("渠道", "；".join(body.channels)))
    yield "mistakes", _list(body.sticking_points)


def _place(body: PlaceBody) -> Iterator[Row]:
    yield "place", _pairs(("地址", body.address), ("区域", body.district), ("时间", body.hours), ("电话", body.phone))
    yield "services", _list(body.services)


def _notice(body: NoticeBody) -> Iterator[Row]:
    capacity = f"{body.capacity}人" if body.capacity else ""
    yield "schedule", _pairs(("时间", notice_time(body)), ("地点", body.place), ("名额", capacity))
    yield "signup", _text(body.sign_up)


_BODY: dict[str, Any] = {
    "guide": _guide,
    "policy": _policy,
    "faq": _faq,
    "package": _package,
    "place": _place,
    "notice": _notice,
}


def _text(text: str) -> Part | None:
    return {"format": "text", "text": text} if text else None


def _list(items: Iterable[str]) -> Part | None:
    rows = list(items)
    return {"format": "list", "items": rows} if rows else None


def _pairs(*pairs: tuple[str, str]) -> Part | None:
    items = [{"label": label, "value": value} for label, value in pairs if value]
    return {"format": "pairs", "items": items} if items else None


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> Part | None:
    """Return the table without the columns that are empty in every row."""
    used = [number for number in range(len(columns)) if any(row[number] for row in rows)]
    kept = [[row[number] for number in used] for row in rows]
    return {"format": "table", "columns": [columns[number] for number in used], "rows": kept} if rows else None


def _materials(materials: Iterable[Material]) -> Part | None:
    rows = [
        [item.name + ("" if item.required else "（按需）"), item.form, item.origin, item.waivable, item.note]
        for item in materials
    ]
    return _table(MATERIAL_COLUMNS, rows)


def _components(components: Iterable[Component], lead: str) -> Part | None:
    rows = [
        [item.name, item.condition, item.department, f"{item.days:g}日" if item.days else item.days_note]
        for item in components
    ]
    table = _table(COMPONENT_COLUMNS, rows)
    return {**table, "note": f"牵头部门：{lead}"} if table and lead else table


def _steps(steps: Iterable[Step]) -> Part | None:
    items = [{**step.dict(exclude={"after"}), "after": list(step.after)} for step in steps]
    return {"format": "steps", "items": items} if items else None


def _time(limit: TimeLimit) -> Part | None:
    texts = {"statutory": limit.statutory.text, "promised": limit.promised.text, "excluded": limit.excluded}
    return {"format": "time", **texts} if any(texts.values()) else None


def _fee(fee: Fee) -> Part | None:
    if not (fee.standard or fee.basis):
        return _text("收费，标准由各地填写") if fee.charged else None
    return _pairs(("收费", fee.standard or ("收费" if fee.charged else "免费")), ("依据", fee.basis))


def _result(result: Result) -> Part | None:
    name = result.name + (f"（{result.form}）" if result.name and result.form else "")
    return _pairs(("结果", name), ("有效期", result.validity), ("延续", result.renewal))


def _articles(body: Any) -> list[dict[str, str]]:
    return [{"label": item.number, "value": item.text} for item in getattr(body, "articles", ())]
