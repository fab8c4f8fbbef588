"""Every part of every kind of entry, declared once: its heading, its fields, its form, and a sentence of its own.

From a declaration come the line that is searched, the answer, the card and the tables of documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from kb.facets import layouts, sentences
from kb.facets.forms import Articles, Form, Points, Questions, Steps, Text, Times
from kb.facets.sentences import Sentence, led
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
class Declaration:
    """One part of a kind: `name` is a key of HEADINGS, `fields` are paths in the entry, parted by blanks.

    `form` makes a form of the fields' values; `sentence` answers with them, and without one the form's line answers.
    """

    name: str
    fields: str
    form: Callable[..., Form]
    sentence: Sentence | None = None

    @property
    def heading(self) -> str:
        """The words above the part."""
        return HEADINGS[self.name]

    def of(self, entry: Entry) -> Form:
        """Return what the entry has to say in this part."""
        return self.form(*self._values(entry))

    def answer(self, entry: Entry, limit: int) -> str:
        """Return the part's own sentence, empty when it has none or nothing to say."""
        return self.sentence(entry.title, limit, *self._values(entry)) if self.sentence else ""

    def _values(self, entry: Entry) -> list[Any]:
        return [attrgetter(path)(entry) for path in self.fields.split()]


OVERVIEW = Declaration("overview", "summary", Text.of)
AUDIENCE = Declaration("audience", "body.audience", Text.of)
CONDITIONS = Declaration(
    "conditions", "body.conditions", Points, led("{title}的条件有{count}项：", one="{title}的条件是：")
)
MATERIALS = Declaration("materials", "body.materials", layouts.materials, sentences.materials)
STEPS = Declaration("steps", "body.steps", Steps, sentences.steps)
FEE = Declaration("fee", "body.fee", layouts.fee, sentences.fee)
MISTAKES = Declaration("mistakes", "body.mistakes", Points, led("容易出错的有{count}处："))
DEPARTMENT = Declaration("department", "department", layouts.department, sentences.department)
BASIS = Declaration("basis", "basis", layouts.basis)
FAQ = Declaration("faq", "faq", Questions)

# In reading order.
PARTS: Mapping[str, tuple[Declaration, ...]] = {
    "guide": (
        OVERVIEW,
        AUDIENCE,
        CONDITIONS,
        MATERIALS,
        STEPS,
        Declaration("time", "body.time", Times, sentences.time),
        FEE,
        Declaration("place", "body.place body.channels body.hours body.online_url", layouts.where, sentences.where),
        Declaration("result", "body.result", layouts.result, sentences.result),
        MISTAKES,
        Declaration("penalties", "body.penalties", Points),
        Declaration("department", "department body.contact body.complaint", layouts.department, sentences.department),
        BASIS,
        FAQ,
    ),
    "policy": (
        OVERVIEW,
        AUDIENCE,
        Declaration("benefits", "body.benefits", Points, led("")),
        CONDITIONS,
        MATERIALS,
        STEPS,
        Declaration("window", "body.window_from body.window_to body.window_note", layouts.window, sentences.window),
        MISTAKES,
        Declaration("department", "department body.contact", layouts.department, sentences.department),
        BASIS,
        FAQ,
        Declaration("article", "body.articles", Articles),
    ),
    "faq": (
        Declaration("overview", "summary body.answer", Text.of),
        Declaration("conditions", "body.points", Points),
        DEPARTMENT,
        BASIS,
        FAQ,
    ),
    "package": (
        OVERVIEW,
        AUDIENCE,
        Declaration("components", "body.lead body.components", layouts.components, sentences.components),
        MATERIALS,
        FEE,
        Declaration("place", "body.place body.channels", layouts.where, sentences.where),
        Declaration("mistakes", "body.sticking_points", Points, MISTAKES.sentence),
        DEPARTMENT,
        BASIS,
        FAQ,
    ),
    "place": (
        OVERVIEW,
        Declaration("place", "body.address body.district body.hours body.phone", layouts.address, sentences.address),
        Declaration("services", "body.services", Points),
        DEPARTMENT,
        BASIS,
        FAQ,
    ),
    "notice": (
        Declaration("overview", "summary body.content", Text.of),
        AUDIENCE,
        Declaration(
            "schedule",
            "body.starts_at body.ends_at body.time_note body.place body.capacity",
            layouts.schedule,
            sentences.schedule,
        ),
        Declaration("signup", "body.sign_up", Text.of),
        DEPARTMENT,
        BASIS,
        FAQ,
    ),
}
