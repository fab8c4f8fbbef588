"""The forms of the desk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from kb.terms.tickets import terms
from retriever.dialogue.commands import (
    BOOK_AGENT,
    CREATE_TICKET,
    QUERY_PROGRESS,
    SAVE_PROFILE,
    SAVE_RATING,
    SAVE_SUBSCRIPTION,
)
from retriever.dialogue.forms import profile_fields, readers
from retriever.dialogue.forms.model import Asked, BadValue, Field, Form
from retriever.text.normalize import clean

MATTER_LEAST, OPENING_LEAST = 6, 12  # characters of a matter, and of an opening message that tells one
NO_GRADE = re.compile(r"满意度|满不满意|满意不满意|好差评|一般纳税人")
MARK = re.compile(r"[一二两三四五\d]+\s*颗?[星分]")

TOPICS = {
    "惠企政策": ("补贴", "优惠", "政策"),
    "申报通知": ("申报",),
    "会议培训": ("会", "培训", "讲座"),
    "招聘活动": ("招聘",),
    "税务社保": ("税", "社保"),
    "停办公告": (),
    "取消订阅": ("取消", "退订", "不要", "不想", "别"),
}
TOPICS_TRIED = {name: TOPICS[name] for name in ("取消订阅", *TOPICS)}  # whoever takes leave may name the topic, too


def _low(values: Mapping[str, Any]) -> bool:
    return int(values.get("stars", 5)) <= 2


def _consent(value: bool) -> str:
    return "同意" if value else "不同意"


def _matter(text: str, asked: Asked) -> str:
    """Read what happened from an opening that tells it: numbers of people and of tickets alone tell nothing."""
    said = readers.sentence(MATTER_LEAST)(text, asked)
    if len(clean(text)) < OPENING_LEAST or sum(char.isalpha() for char in said) < MATTER_LEAST:
        raise BadValue("请说说是什么事。")
    return str(said)


def _address(text: str, asked: Asked) -> str:
    """Read the phone number or e-mail address alone: the words beside it need not be a name."""
    return str(readers.contact(text, asked)).rsplit(" ", 1)[-1]


def _number(text: str, asked: Asked) -> str:
    """Read a ticket number with its letters: digits alone may be anything, a person's number too."""
    number = readers.ticket(text, asked)
    if number.isdigit():
        raise BadValue("没看到编号。")
    return number


def _grade(text: str, asked: Asked) -> int:
    """Read a grade that is called so: 好评, 五星; 满意度 is a word for grading, and 3号窗口 has no three stars."""
    said = NO_GRADE.sub("", clean(text))
    if not any(word in said for word in readers.STARS):
        said = "".join(MARK.findall(said))
    return readers.stars(said, asked)


CONTACT = Field(
    "contact",
    "联系方式",
    "怎么联系您？请留姓名和电话，只用于办理这件事。",
    readers.contact,
    ("电话", "手机", "号码", "联系", "邮箱", "姓名", "名字"),
    telling=True,
    sure=_address,
)
PROGRESS = Form(
    "progress",
    "查询进度",
    QUERY_PROGRESS,
    (
        Field(
            "number",
            "编号",
            "请告诉我编号，就是提交后给您的那一串字母和数字。",
            readers.ticket,
            ("编号", "单号", "号码"),
            sure=readers.ticket,
        ),
    ),
    "正在查编号{number}的进度，结果见下方。",
    confirmed=False,
)
AGENT = Form(
    "agent",
    "预约代办员",
    BOOK_AGENT,
    (
        Field(
            "item",
            "要办的事项",
            "要请代办员帮您办什么事？",
            readers.sentence(2, 100),
            ("事项", "业务", "办什么"),
            free=True,
        ),
        Field(
            "day",
            "预约时间",
            "想约哪天？上午还是下午？",
            readers.work_day,
            ("时间", "日期", "哪天", "上午", "下午"),
            sure=readers.work_day,
        ),
        Field(
            "where",
            "见面地点",
            "在哪里见面？可以是政务服务大厅，也可以是您的公司地址。",
            readers.sentence(2, 100),
            ("地点", "地址", "位置", "哪里"),
            ("政务服务大厅",),
            free=True,
        ),
        CONTACT,
    ),
    "预约已提交，代办员会按您留的方式联系确认。",
)
TOPIC = readers.one_of(tuple(TOPICS), TOPICS_TRIED)
SUBSCRIBE = Form(
    "subscribe",
    "订阅",
    SAVE_SUBSCRIPTION,
    (
        Field(
            "topic",
            "主题",
            "想订阅哪一类？要退订请选“取消订阅”。",
            TOPIC,
            ("主题", "类别"),
            tuple(TOPICS),
            sure=TOPIC,
        ),
        replace(
            CONTACT,
            question="要短信或邮件的话请留联系方式；在这个对话框和企业页面里看，可以说“跳过”。",
            optional=True,
        ),
    ),
    "已登记。",
)


def _appeal() -> Form:
    return Form(
        "appeal",
        "企业诉求",
        CREATE_TICKET,
        (
            Field(
                "what",
                "诉求内容",
                "请说说是什么事，影响了什么。",
                readers.sentence(MATTER_LEAST),
                ("内容", "事情", "诉求", "描述"),
                free=True,
                sure=_matter,
            ),
            Field(
                "category",
                "类别",
                "属于哪一类？",
                readers.one_of(tuple(terms().choices), terms().words),
                ("类别", "分类", "类型"),
                tuple(terms().choices),
            ),
            Field(
                "where",
                "地点",
                "发生在哪里？写到街道、园区或单位；不涉及地点可以说“跳过”。",
                readers.sentence(2, 100),
                ("地点", "地址", "位置", "哪里"),
                optional=True,
                free=True,
            ),
            Field(
                "when",
                "时间",
                "什么时候发生的？比如“昨天下午”“从上个月开始”。",
                readers.past_day,
                ("时间", "日期", "哪天"),
            ),
            CONTACT,
            Field(
                "consent",
                "是否同意转给承办部门",
                "联系方式和内容可以转给承办部门吗？不同意也受理，只是由本窗口转达。",
                readers.yes_or_no,
                ("同意", "共享", "转给"),
                ("同意", "不同意"),
                show=_consent,
            ),
        ),
        "已提交，编号会显示在下面，可凭编号查进度。",
    )


def _rating() -> Form:
    return Form(
        "rating",
        "服务评价",
        SAVE_RATING,
        (
            Field(
                "subject",
                "评价对象",
                "要评价哪件事？可以写编号、窗口或事项名称。",
                readers.sentence(2, 100),
                ("对象", "编号", "窗口", "事项"),
                ("刚才的咨询",),
                free=True,
                sure=_number,
            ),
            Field(
                "stars",
                "满意度",
                "满意吗？5非常满意、4满意、3基本满意、2不满意、1非常不满意。",
                readers.stars,
                ("分", "星", "满意", "评分"),
                ("非常满意", "满意", "基本满意", "不满意", "非常不满意"),
                sure=_grade,
                show=lambda value: f"{value}星",
            ),
            Field(
                "reasons",
                "原因",
                "是哪方面不好？可多选。",
                readers.many_of(terms().offered_reasons),
                ("原因",),
                terms().offered_reasons,
                needed=_low,
                show=readers.listed,
            ),
            Field(
                "comment",
                "补充说明",
                "还有什么要补充的？没有可以说“跳过”。",
                readers.sentence(2),
                ("说明", "补充", "意见"),
                optional=True,
                free=True,
            ),
        ),
        "评价已提交，谢谢；差评会有人核实并回复。",
    )


def _profile() -> Form:
    return Form(
        "profile",
        "企业画像与政策匹配",
        SAVE_PROFILE,
        profile_fields.steps(),
        "已按您填的情况匹配，结果见下方；能否享受以主管部门审核为准。",
    )


@cache
def forms() -> Mapping[str, Form]:
    """Return every form by its name."""
    made = (_appeal(), PROGRESS, AGENT, _profile(), _rating(), SUBSCRIBE)
    return {form.name: form for form in made}
