"""What operators call outcomes, acts, verdicts and channels."""

from __future__ import annotations

from retriever.dialogue.commands import BOOK_AGENT, CREATE_TICKET, SAVE_PROFILE, SAVE_RATING, SAVE_SUBSCRIPTION

OUTCOMES = {
    "answered": "已回答",
    "clarify": "已反问",
    "no_answer": "答不上",
    "form": "填表中",
    "handoff": "转人工",
    "smalltalk": "寒暄",
    "refused": "已拒绝",
    "error": "出错",
}
ACTS = {
    "ask_guide": "问事项",
    "ask_facet": "追问细节",
    "ask_policy": "问政策",
    "ask_package": "问一件事",
    "ask_place": "问地点",
    "ask_notice": "问通知活动",
    "report_appeal": "提诉求",
    "check_progress": "查进度",
    "contact_person": "找人工",
    "book_agent": "约帮代办",
    "match_policy": "匹配政策",
    "subscribe": "订阅",
    "rate": "评价",
    "greet": "问候",
    "thank": "致谢",
    "goodbye": "道别",
    "small_talk": "闲聊",
    "out_of_scope": "范围外",
    "abuse": "辱骂",
    "injection": "诱导攻击",
    "affirm": "肯定",
    "deny": "否定",
    "choose": "选择",
    "correct": "更正",
    "repeat": "请重复",
    "cancel": "取消",
    "start_over": "重新开始",
    "inform": "提供信息",
}
OTHER_ACTS = {"wordless": "无文字", "nlu_fallback": "没听懂", "held": "对人工说"}
CHANNELS = {"web": "网页", "dingtalk": "钉钉", "wecom": "企业微信", "wechat": "微信公众号", "webhook": "通用回调"}
VERDICTS = {"right": "正确", "partly": "部分正确", "wrong": "错误"}
VOTES = {"up": "有用", "down": "没用"}
FACETS = {
    "overview": "概述",
    "audience": "对象",
    "conditions": "条件",
    "materials": "材料",
    "steps": "流程",
    "time": "时限",
    "fee": "费用",
    "place": "地点",
    "department": "部门",
    "result": "结果",
    "basis": "依据",
}
FORMS = (
    ("report_appeal", CREATE_TICKET, "企业诉求"),
    ("book_agent", BOOK_AGENT, "帮代办预约"),
    ("match_policy", SAVE_PROFILE, "企业信息与政策匹配"),
    ("subscribe", SAVE_SUBSCRIPTION, "订阅"),
    ("rate", SAVE_RATING, "评价"),
)


def outcome(value: str) -> str:
    """Return what an outcome is called; empty while there is no answer."""
    return OUTCOMES.get(value, value or "未答")


def act(value: str) -> str:
    """Return what an act is called."""
    return ACTS.get(value) or OTHER_ACTS.get(value) or value or "—"


def channel(value: str) -> str:
    """Return what a channel is called."""
    return CHANNELS.get(value, value)
