"""The pool of appeals: one documented record an appeal, as JSON lines or CSV, without personal data by default."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kb.database import reading
from web.clock import iso
from web.tickets import storage
from web.tickets.lifecycle.ticket import Ticket
from web.tickets.service import Tickets
from web.tickets.statistics.figures import Period
from web.tickets.tables import tickets

FORMAT = "qixiaoban.appeal/1"
TICKETS_A_BATCH = 1000
FORMULA = tuple("=+-@\t\r＝＋－＠")


@dataclass(frozen=True)
class Field:
    """One field of the record: its name, what it holds, and whether it is personal (left out by default)."""

    name: str
    meaning: str
    personal: bool = False


FIELDS = (
    Field("format", f"记录格式与版本，现为 {FORMAT}"),
    Field("number", "诉求编号"),
    Field("channel", "渠道：chat、web、phone、window、import"),
    Field("kind", "类型：consult、help、complaint、report、suggestion"),
    Field("category", "类别编号，见 kb/terms/tickets.yaml"),
    Field("category_name", "类别名称，带上级"),
    Field("urgency", "紧急程度：urgent、normal、hard"),
    Field("district", "区域"),
    Field("title", "标题，已去掉个人信息"),
    Field("text", "反映的情况，已去掉个人信息"),
    Field("entry_id", "相关办事指南的编号"),
    Field("registered_at", "登记时间，UTC，ISO 8601"),
    Field("state", "状态，见状态表"),
    Field("round", "第几轮办理，1 起"),
    Field("department", "主办部门"),
    Field("co_departments", "协办部门；CSV 里以分号隔开"),
    Field("limit", "本轮时限"),
    Field("due_at", "本轮期限，UTC；空＝待定"),
    Field("replied_at", "最近一次答复时间，UTC"),
    Field("timely", "最近一次答复是否按时：yes、no、unknown"),
    Field("outcome", "办理结果：resolved、partly、explained、refused"),
    Field("reply", "答复，已去掉个人信息"),
    Field("closed_at", "结束时间，UTC"),
    Field("grade", "最近一次评价 1–5；空＝未评，不当作好评"),
    Field("resolved", "企业说是否实际解决：yes、no；空＝没有说"),
    Field("unsatisfied", "评价不满意的次数"),
    Field("appeal", "申诉：asked、supported、rejected；空＝没有"),
    Field("after_appeal", "申诉后仍不满意"),
    Field("returns", "申请退回的次数"),
    Field("extension", "延期：asked、approved、refused、used；空＝没有"),
    Field("repeats", "同一问题第几次反映"),
    Field("merged_into", "并入的编号"),
    Field("transferred_to", "转往的渠道"),
    Field("enterprise", "企业名称", personal=True),
    Field("credit_code", "统一社会信用代码", personal=True),
    Field("contact_name", "联系人", personal=True),
    Field("phone", "电话", personal=True),
    Field("place", "地点", personal=True),
)
TEXTS = ("title", "text", "reply")
OWN = ("contact_name", "phone", "enterprise", "credit_code")


class Pool:
    """Writes the appeals of one database out."""

    def __init__(self, service: Tickets, mask: Callable[[str], str]) -> None:
        """Read through the service; `mask` hides phone numbers, ids and the like in texts."""
        self._tickets, self._mask = service, mask

    def records(self, period: Period | None = None, *, personal: bool = False) -> Iterator[dict[str, Any]]:
        """Yield a record an appeal, in the order of numbers; `personal` adds personal fields and full texts."""
        last = ""
        while True:
            query = sa.select(tickets).where(tickets.c.number > last).order_by(tickets.c.number).limit(TICKETS_A_BATCH)
            if period:
                start, end = period.instants
                query = query.where(tickets.c.registered_at >= start, tickets.c.registered_at < end)
            with reading(self._tickets.engine) as connection:
                found = [storage.from_row(row) for row in connection.execute(query).mappings()]
            yield from (self._record(ticket, personal) for ticket in found)
            if len(found) < TICKETS_A_BATCH:
                return
            last = found[-1].number

    def jsonl(self, period: Period | None = None, *, personal: bool = False) -> Iterator[str]:
        """Yield the records as lines of JSON."""
        for record in self.records(period, personal=personal):
            yield json.dumps(record, ensure_ascii=False) + "\n"

    def csv(self, period: Period | None = None, *, personal: bool = False) -> Iterator[str]:
        """Yield a heading and the records as lines of CSV; no cell can start a formula in a spreadsheet."""
        names = [field.name for field in FIELDS if personal or not field.personal]
        yield _line(names)
        for record in self.records(period, personal=personal):
            yield _line([_cell(record[name]) for name in names])

    def _record(self, ticket: Ticket, personal: bool) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for field in FIELDS:
            if field.personal and not personal:
                continue
            value = getattr(ticket, field.name, None)
            if field.name in TEXTS and not personal:
                value = self._hidden(str(value), ticket)
            record[field.name] = iso(value) if isinstance(value, dt.datetime) else value
        record["format"] = FORMAT
        record["category_name"] = self._tickets.policy.categories.name(ticket.category)
        record["co_departments"] = list(ticket.co_departments)
        return record

    def _hidden(self, text: str, ticket: Ticket) -> str:
        for name in OWN:
            own = getattr(ticket, name)
            if len(own) > 1:
                text = text.replace(own, "＊＊")
        return self._mask(text)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ";".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
