"""The words of appeals: the code kept in the database and what people read for it."""

from __future__ import annotations

from enum import Enum

from kb.terms.tickets import terms

KINDS = {"consult": "咨询", "help": "求助", "complaint": "投诉", "report": "举报", "suggestion": "建议"}
URGENCIES = {"urgent": "紧急", "normal": "一般", "hard": "疑难"}
URGENCY_RANK = {"urgent": 0, "normal": 1, "hard": 1}
CHANNELS = {"chat": "在线对话", "web": "网页", "phone": "电话", "window": "窗口", "import": "导入"}
OUTCOMES = {"resolved": "解决", "partly": "部分解决", "explained": "解释说明", "refused": "不予受理"}
RESOLVED = {"yes": "已解决", "no": "未解决"}
GRADES = {5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意"}
BAD_GRADES = (1, 2)
VERDICTS = {"true": "属实", "partly": "部分属实", "mistaken": "误评", "malicious": "恶意差评"}


def grade_reasons() -> tuple[str, ...]:
    """Return the reasons that a bad grade may be given."""
    return tuple(terms().reasons)


class Role(str, Enum):
    """Who acts on a ticket."""

    REQUESTER = "requester"
    OPERATOR = "operator"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    CO_HANDLER = "co_handler"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """What people call the role."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.REQUESTER: "诉求人",
    Role.OPERATOR: "话务员",
    Role.DISPATCHER: "派单员",
    Role.HANDLER: "主办",
    Role.CO_HANDLER: "协办",
    Role.APPROVER: "审批人",
    Role.SUPERVISOR: "督办员",
    Role.SYSTEM: "系统",
}


class Colour(str, Enum):
    """The colours of supervision, mildest first."""

    BLUE = "blue"
    ORANGE = "orange"
    RED = "red"

    @property
    def rank(self) -> int:
        """1 for blue to 3 for red."""
        return list(Colour).index(self) + 1

    @property
    def word(self) -> str:
        """The word that says the same without the colour."""
        return {"blue": "临近", "orange": "到期", "red": "超期"}[self.value]
