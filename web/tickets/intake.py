"""From what a person told the chat to the fields of an appeal: category, kind, contact, words without numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from web.text import contact_of
from web.tickets.lifecycle.codes import GRADE_REASONS
from web.tickets.lifecycle.ticket import Draft

# The chat's few choices, and words of the text that point to a node below.
CATEGORIES = {
    "审批服务": "approval",
    "政策兑现": "policy.payment",
    "款项拖欠": "finance.overdue",
    "用工": "labour",
    "水电气网": "facilities",
    "执法检查": "market.enforcement",
    "用地环保": "premises",
    "其他": "other",
}
NARROWER = {
    "facilities": (
        (r"停电|供电|电压|用电|断电|跳闸", "facilities.power"),
        (r"停水|供水|排水|自来水|积水", "facilities.water"),
        (r"燃气|天然气|供热|蒸汽", "facilities.gas"),
        (r"路灯|道路|停车|路面", "facilities.road"),
        (r"网络|宽带|信号|光纤", "facilities.network"),
    ),
    "labour": (
        (r"工资|欠薪", "labour.wages"),
        (r"社保|保险", "labour.insurance"),
        (r"仲裁|纠纷", "labour.dispute"),
    ),
    "premises": (
        (r"噪音|噪声|污染|异味|臭|粉尘", "environment.pollution"),
        (r"环评|排污", "environment.permit"),
        (r"厂房|租", "premises.lease"),
        (r"物业", "premises.property"),
        (r"用地|土地", "premises.land"),
    ),
}
KINDS = (
    (r"举报", "report"),
    (r"投诉|推诿|拖着|态度|不作为|乱收费", "complaint"),
    (r"建议|希望能|能否增设", "suggestion"),
    (r"咨询|请问|怎么办理", "consult"),
)
URGENT = re.compile(r"紧急|十万火急|危险|起火|爆炸|泄漏|触电|坍塌|全线停产")
REASONS = {"重复要材料": "材料重复要", "态度不好": "态度", "违规收费": "收费"}


def draft_of(values: Mapping[str, Any], mask: Callable[[str], str], conversation_id: str, turn_id: str) -> Draft:
    """Return the appeal of a filled-in form; what is not there stays empty."""
    what = mask(str(values.get("what") or "").strip())
    when = str(values.get("when") or "")
    name, phone = contact_of(str(values.get("contact") or values.get("phone") or ""))
    return Draft(
        text=f"{what}\n发生时间：{mask(when)}" if what and when else what,
        title=what[:40],
        kind=kind_of(what),
        category=category_of(str(values.get("category") or ""), what),
        urgency="urgent" if URGENT.search(what) else "normal",
        channel="chat",
        contact_name=name,
        phone=phone,
        place=mask(str(values.get("where") or "")),
        conversation_id=conversation_id,
        turn_id=turn_id,
        consent=values.get("consent") is True,
    )


def category_of(choice: str, what: str) -> str:
    """Return the node of the category tree for a choice of the chat, narrowed by the words of the text."""
    node = CATEGORIES.get(choice, "other")
    return next((below for pattern, below in NARROWER.get(node, ()) if re.search(pattern, what)), node)


def kind_of(what: str) -> str:
    """Return the kind that the words point to, help when none does; the desk may correct it."""
    return next((kind for pattern, kind in KINDS if re.search(pattern, what)), "help")


def reasons_of(reasons: Any) -> list[str]:
    """Return the reasons of a grade in the desk's own words; what it has no word for becomes 其他."""
    if not isinstance(reasons, list):
        return []
    named = [REASONS.get(str(one), str(one)) for one in reasons]
    return list(dict.fromkeys(one if one in GRADE_REASONS else "其他" for one in named))
