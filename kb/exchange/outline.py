"""Documents into entries: a law by its articles, a guide by its headings, questions with answers, else by parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.exchange.answers import faq_entry, made_id
from kb.exchange.columns import set_path
from kb.exchange.documents import Block, Document
from kb.exchange.import_report import Problem, Reading
from kb.exchange.laws import is_law, law_entry
from kb.exchange.native import build
from kb.exchange.transforms import duration

LONGEST_HEADING = 40
_NUMBERED = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.、．]\s?)")
_ASKED = re.compile(r"^(?:问|Q|q|问题)\s*\d*\s*[:：]\s*(.+)$")
_ANSWERED = re.compile(r"^(?:答|A|a|答复|回答)\s*\d*\s*[:：]\s*(.+)$")

# What a chapter of a guide may be called -> (field, whether it is a list).
CHAPTERS: dict[str, tuple[str, bool]] = {
    "概述": ("summary", False),
    "适用对象": ("body.audience", False),
    "适用范围": ("body.audience", False),
    "服务对象": ("body.audience", False),
    "申请人": ("body.audience", False),
    "办理条件": ("body.conditions", True),
    "申请条件": ("body.conditions", True),
    "受理条件": ("body.conditions", True),
    "申请材料": ("body.materials", True),
    "办理材料": ("body.materials", True),
    "所需材料": ("body.materials", True),
    "办理流程": ("body.steps", True),
    "办理程序": ("body.steps", True),
    "基本流程": ("body.steps", True),
    "办结时限": ("body.time", False),
    "办理时限": ("body.time", False),
    "法定时限": ("body.time.statutory", False),
    "承诺时限": ("body.time.promised", False),
    "收费": ("body.fee.standard", False),
    "收费标准": ("body.fee.standard", False),
    "办理费用": ("body.fee.standard", False),
    "办理地点": ("body.place", False),
    "办公地址": ("body.place", False),
    "办公时间": ("body.hours", False),
    "办理渠道": ("body.channels", True),
    "办理方式": ("body.channels", True),
    "咨询方式": ("body.contact", False),
    "咨询电话": ("body.contact", False),
    "投诉方式": ("body.complaint", False),
    "监督投诉": ("body.complaint", False),
    "办理部门": ("department", False),
    "办理机构": ("department", False),
    "受理机构": ("department", False),
    "实施主体": ("department", False),
    "办理结果": ("body.result.name", False),
    "审批结果": ("body.result.name", False),
    "有效期": ("body.result.validity", False),
    "易错点": ("body.mistakes", True),
    "常见错误": ("body.mistakes", True),
    "注意事项": ("body.mistakes", True),
    "法律责任": ("body.penalties", True),
    "设定依据": ("basis", True),
    "办理依据": ("basis", True),
    "依据": ("basis", True),
}
MATERIAL_COLUMNS = {
    "name": ("材料名称", "申请材料", "名称", "材料"),
    "form": ("材料形式", "形式", "材料类型", "份数"),
    "origin": ("来源渠道", "来源", "材料来源"),
    "waivable": ("可否免交", "免交情形"),
    "note": ("填报须知", "备注", "说明", "要求"),
}


@dataclass
class Part:
    """One chapter: its heading, paragraphs and tables."""

    heading: str
    texts: list[str] = field(default_factory=list)
    tables: list[tuple[tuple[str, ...], ...]] = field(default_factory=list)


def read_document(document: Document, source: str, reading: Reading) -> None:
    """Make entries of a document and keep them in `reading`."""
    parts = list(_parts(document.blocks))
    asked = list(_asked(parts))
    known = [part for part in parts if _bare(part.heading) in CHAPTERS]
    if is_law(document):
        data = [law_entry(document, source)]
    elif len(known) >= 2:
        data = [_guide(document.title, parts, source, reading)]
    elif asked:
        data = [faq_entry(question, answer, (), source, theme="") for question, answer in asked]
    else:
        data = [_policy(document.title, parts, source)]
    reading.row(len(data))
    for number, item in enumerate(data, start=1):
        build(item, source, number if len(data) > 1 else 0, reading)


def _parts(blocks: Sequence[Block]) -> Iterator[Part]:
    part = Part("")
    for block in blocks:
        heading = block.text if block.kind == "heading" else _heading_like(block.text)
        if heading:
            if part.heading or part.texts or part.tables:
                yield part
            part = Part(heading)
            rest = block.text.removeprefix(heading).lstrip("：: ") if block.kind != "heading" else ""
            part.texts += [rest] if rest else []
        elif block.kind == "table":
            part.tables.append(block.rows)
        else:
            part.texts.append(block.text)
    if part.heading or part.texts or part.tables:
        yield part


def _heading_like(text: str) -> str:
    """Return the heading that a plain paragraph begins with, as documents without styles have it: 一、办理条件."""
    head = re.split(r"[：:]", text, maxsplit=1)[0].strip()
    if _bare(head) in CHAPTERS:
        return head
    numbered = re.match(r"[一二三四五六七八九十]+、", text)
    return text if numbered and len(text) <= LONGEST_HEADING and not text.endswith(("。", "；")) else ""


def _bare(heading: str) -> str:
    return _NUMBERED.sub("", heading).strip(" ：:")


def _asked(parts: Sequence[Part]) -> Iterator[tuple[str, str]]:
    for part in parts:
        heading = _bare(part.heading)
        if heading.endswith(("？", "?")) and part.texts:
            yield heading, "\n".join(part.texts)
            continue
        question = ""
        answer: list[str] = []
        for text in part.texts:
            found = _ASKED.match(text)
            if found:
                if question and answer:
                    yield question, "\n".join(answer)
                question, answer = found[1], []
            elif question:
                said = _ANSWERED.match(text)
                answer.append(said[1] if said else text)
        if question and answer:
            yield question, "\n".join(answer)


def _guide(title: str, parts: Sequence[Part], source: str, reading: Reading) -> dict[str, Any]:
    data: dict[str, Any] = {
        "id": made_id("doc", title),
        "kind": "guide",
        "title": title[:200],
        "sources": [{"name": source, "grade": "本地"}],
        "body": {"audience": ""},
    }
    for part in parts:
        path, is_list = CHAPTERS.get(_bare(part.heading), ("", False))
        items = [_NUMBERED.sub("", text).strip() for text in part.texts]
        if path == "body.materials":
            found = [item for table in part.tables for item in _materials(table)] or [{"name": text} for text in items]
            set_path(data, path, found)
        elif path.startswith("body.time"):
            _set_time(data, path, "；".join(part.texts))
        elif path == "body.steps":
            set_path(data, path, [{"name": name, "detail": detail} for name, detail in map(_step, items)])
        elif path == "basis":
            set_path(data, path, [{"law": text.strip("《》")} for text in items])
        elif path:
            set_path(data, path, items if is_list else "；".join(part.texts))
        elif part.heading or part.texts:
            told = (part.heading or "（开头）", "这一段没有对应的字段，未收录", " ".join(part.texts)[:200])
            reading.problems.append(Problem(source, 0, data["id"], *told, fate="changed"))
    return data


def _materials(table: Sequence[Sequence[str]]) -> Iterator[dict[str, str]]:
    places = {
        name: next((place for place, heading in enumerate(table[0]) if heading in words), None)
        for name, words in MATERIAL_COLUMNS.items()
    }
    for row in table[1:]:
        item = {name: row[place] for name, place in places.items() if place is not None and place < len(row)}
        if item.get("name"):
            yield item


def _set_time(data: dict[str, Any], path: str, text: str) -> None:
    try:
        value: dict[str, Any] = duration(text.rstrip("。"), None, lambda *_: None)
    except ValueError:
        value = {"note": text}
    set_path(data, "body.time.statutory" if path == "body.time" else path, value)


def _step(text: str) -> tuple[str, str]:
    name, _, detail = text.partition("：")
    return (name, detail) if detail and len(name) <= LONGEST_HEADING else (text, "")


def _policy(title: str, parts: Sequence[Part], source: str) -> dict[str, Any]:
    articles = []
    for number, part in enumerate(parts, start=1):
        tables = ["；".join("，".join(cell for cell in row if cell) for row in table) for table in part.tables]
        text = "\n".join([*part.texts, *tables])
        if text:
            articles.append({"number": part.heading or f"第{number}部分", "text": text})
    return {
        "id": made_id("doc", title),
        "kind": "policy",
        "title": title[:200],
        "summary": (articles[0]["text"].split("\n")[0][:150] if articles else ""),
        "sources": [{"name": source, "grade": "本地"}],
        "body": {"contact": "", "articles": articles},
    }
