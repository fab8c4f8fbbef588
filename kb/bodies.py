"""The parts of an entry that differ by kind: what a guide, a policy, a package, a place or a notice holds."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field, root_validator

Unit = Literal["工作日", "自然日", "日", "小时", "个月", "年", "即时"]
Part = Literal[
    "概述",
    "适用对象",
    "办理条件",
    "申请材料",
    "办理流程",
    "办理时限",
    "收费",
    "办理地点",
    "办理部门",
    "办理结果与有效期",
    "易错点",
    "法律责任",
    "支持内容",
    "申报时间",
    "套餐包含的事项",
    "可办业务",
    "时间与地点",
    "报名方式",
    "依据",
]
UNFILLED = "由各地填写"  # a local value that nobody has written yet
PROPERTIES = ("即来即办", "不打烊", "跨区域通办", "全程网办", "告知承诺", "容缺受理", "帮代办", "免申即享")


class Value(BaseModel):
    """A frozen value; an unknown field is an error, so that a typing slip is never swallowed."""

    class Config:
        frozen = True
        extra = "forbid"
        anystr_strip_whitespace = True
        smart_union = True


class Basis(Value):
    """A legal basis, to the article, with the version's year."""

    law: str
    article: str = ""
    version: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """One line: 《公司法》（2023修订）第47条。"""
        version = f"（{self.version}）" if self.version else ""
        return f"《{self.law}》{version}{self.article}" + (f"：{self.note}" if self.note else "")


class Material(Value):
    """One thing to hand in. `waivable` says when it may be left out (shared certificate, promise), empty when never."""

    name: str
    form: str = ""
    origin: str = ""
    waivable: str = ""
    required: bool = True
    note: str = ""


class Step(Value):
    """One step, in order; `after` holds the numbers (from 1) it waits for: empty means the one before it."""

    name: str
    detail: str = ""
    actor: str = ""
    time: str = ""
    after: tuple[int, ...] = ()


class Duration(Value):
    """A time limit: `value` in `unit`; `note` says what it counts from or leaves out."""

    value: float | None = Field(default=None, ge=0)
    unit: Unit = "工作日"
    note: str = ""

    @property
    def text(self) -> str:
        """Words for a person: 20个工作日；即时办结；otherwise the note alone."""
        if self.unit == "即时":
            number = "即时办结"
        elif self.value is None:
            number = ""
        else:
            joint = "" if self.unit in ("日", "个月", "年") else "个"
            number = f"{self.value:g}{joint}{self.unit}"
        return "，".join(part for part in (number, self.note) if part)


class TimeLimit(Value):
    """Statutory and promised time, kept apart; `excluded` names what does not count (hearings, tests, reviews)."""

    statutory: Duration = Duration()
    promised: Duration = Duration(note=UNFILLED)
    excluded: str = ""


class Fee(Value):
    """What it costs; free of charge needs its basis too."""

    charged: bool = False
    standard: str = ""
    basis: str = ""


class Result(Value):
    """What one gets, how long it is valid, and when to renew."""

    name: str = ""
    form: str = ""
    validity: str = ""
    renewal: str = ""


class Question(Value):
    """A question people ask about the entry, other wordings of it, and the answer with its figure."""

    q: str
    ways: tuple[str, ...] = ()
    a: str
    basis: str = ""


class Ways(Value):
    """Ways in which people ask for one part of the entry, named as `facets.HEADINGS` heads it."""

    part: Part
    texts: tuple[str, ...]


class Rule(Value):
    """A condition a machine can check: a profile field, an operator and a value, with clause and sentence."""

    field: str
    op: Literal["==", "!=", ">=", "<=", ">", "<", "in", "not in", "contains"]
    value: Any
    clause: str = ""
    sentence: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


class Article(Value):
    """One article of a law or a policy text."""

    number: str
    chapter: str = ""
    text: str


class GuideBody(Value):
    """A service guide: who, conditions, materials, steps, time, fee, where, result."""

    audience: str
    conditions: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    time: TimeLimit = TimeLimit()
    fee: Fee = Fee()
    place: str = UNFILLED
    hours: str = UNFILLED
    channels: tuple[str, ...] = ()
    online_url: str = ""
    contact: str = UNFILLED
    complaint: str = "12345"
    result: Result = Result()
    mistakes: tuple[str, ...] = ()
    penalties: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class PolicyBody(Value):
    """A policy or a law: who issued it, who may have what, on which conditions, and when to apply; or its articles."""

    issuer: str = ""
    audience: str = ""
    rules: tuple[Rule, ...] = ()
    conditions: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    window_from: dt.date | None = None
    window_to: dt.date | None = None
    window_note: str = ""
    mistakes: tuple[str, ...] = ()
    contact: str = UNFILLED
    articles: tuple[Article, ...] = ()


class FaqBody(Value):
    """An explanation of a mechanism or a rule; what people ask stands in the entry's `faq`."""

    answer: str
    points: tuple[str, ...] = ()


class Component(Value):
    """One item of a package: the entry it stands for (empty when there is none), its days, and what it waits for."""

    name: str
    entry: str = ""
    condition: str = ""
    department: str = ""
    days: float | None = Field(default=None, ge=0)
    days_note: str = ""
    after: tuple[int, ...] = ()


class PackageBody(Value):
    """一件事: items applied for together. Materials of the components are merged when shown."""

    audience: str
    lead: str
    components: tuple[Component, ...]
    materials: tuple[Material, ...] = ()
    fee: Fee = Fee()
    place: str = UNFILLED
    channels: tuple[str, ...] = ()
    sticking_points: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class PlaceBody(Value):
    """Where to go: address, district, coordinates (WGS 84 degrees), hours, services."""

    address: str = UNFILLED
    district: str
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    hours: str = UNFILLED
    phone: str = UNFILLED
    services: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()


class NoticeBody(Value):
    """A meeting or an activity: for whom (in words, and as rules over profiles), when, where, and how to sign up."""

    form: Literal["会议通知", "活动公告", "停办通知", "政策解读"]
    audience: str
    rules: tuple[Rule, ...] = ()
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    time_note: str = ""
    place: str = UNFILLED
    capacity: int | None = Field(default=None, ge=1)
    sign_up: str = ""
    content: str = ""

    @root_validator(skip_on_failure=True)
    def _end_follows_start(cls, values: dict[str, Any]) -> dict[str, Any]:
        starts, ends = values.get("starts_at"), values.get("ends_at")
        if starts and ends and ends < starts:
            raise ValueError("ends_at 早于 starts_at")
        return values


Body = GuideBody | PolicyBody | FaqBody | PackageBody | PlaceBody | NoticeBody
BODIES: dict[str, type[Value]] = {
    "guide": GuideBody,
    "policy": PolicyBody,
    "faq": FaqBody,
    "package": PackageBody,
    "place": PlaceBody,
    "notice": NoticeBody,
}
