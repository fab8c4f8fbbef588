"""The life of an appeal, as one table: from which state, by which move, to which state, by whom, and with what.

Nothing else decides what may happen to a ticket: the service asks this table, the database holds a copy of its
transitions (web/migrations), and docs/tickets.md shows the picture that `diagram` draws from it.
"""

from __future__ import annotations

from web.tickets.lifecycle import guards as g
from web.tickets.lifecycle.codes import Role
from web.tickets.lifecycle.rules import STAY, Machine, Rule, State

STATES = (
    State("registered", "已登记", Role.DISPATCHER.value),
    State("dispatched", "已派单", Role.HANDLER.value),
    State("return_asked", "申请退回", Role.DISPATCHER.value),
    State("signed", "已签收", Role.HANDLER.value),
    State("handling", "办理中", Role.HANDLER.value),
    State("replied", "已答复", Role.OPERATOR.value),
    State("revisited", "已回访", Role.OPERATOR.value),
    State("unsatisfied", "不满意", Role.DISPATCHER.value),
    State("appealed", "申诉中", Role.SUPERVISOR.value),
    State("closed", "已办结"),
    State("withdrawn", "已撤回"),
    State("merged", "已合并"),
    State("transferred", "已转其他渠道"),
)
OPEN = tuple(state.code for state in STATES if state.is_open)
ACTIVE = ("registered", "dispatched", "return_asked", "signed", "handling")  # the handling limit runs
AT_WORK = ("signed", "handling")
UNSETTLED = (*ACTIVE, "unsatisfied", "appealed")
RECTIFIABLE = tuple(state.code for state in STATES if state.code != "merged")  # a bad grade is followed up in any state

REQUESTER, OPERATOR, DISPATCHER = Role.REQUESTER, Role.OPERATOR, Role.DISPATCHER
HANDLER, CO_HANDLER, APPROVER = Role.HANDLER, Role.CO_HANDLER, Role.APPROVER
SUPERVISOR, SYSTEM = Role.SUPERVISOR, Role.SYSTEM
DESK = (OPERATOR, DISPATCHER)
GRADE = ("reasons", "comment", "real_name", "resolved")

MAIN = (
    Rule(
        "dispatch", "派单", ("registered",), "dispatched", DESK, ("department",), ("co_departments", "text"),
        (g.co_is_other,),
    ),
    Rule("answer", "直接答复", ("registered",), "replied", DESK, ("reply", "outcome"), (), (g.consultation,)),
    Rule("sign", "签收", ("dispatched",), "signed", (HANDLER,), (), ("text",), (g.own_department,)),
    Rule("handle", "开始办理", ("signed",), "handling", (HANDLER,), (), ("contact",), (g.own_department,)),
    Rule("reply", "答复", ("handling",), "replied", (HANDLER,), ("reply", "outcome"), (), (g.own_department,)),
    Rule("close", "办结", ("revisited",), "closed", (*DESK, SYSTEM), (), ("text",)),
)  # fmt: skip
ROUTING = (
    Rule(
        "ask_return", "申请退回", ("dispatched", "signed"), "return_asked", (HANDLER,), ("reason",), (),
        (g.own_department, g.return_once, g.return_in_time), public=False,
    ),
    Rule("refuse_return", "驳回退回", ("return_asked",), "dispatched", (DISPATCHER,), ("reason",), public=False),
    Rule(
        "redispatch", "改派", ("dispatched", "return_asked", *AT_WORK), "dispatched", (DISPATCHER,),
        ("department", "reason"), ("co_departments",), (g.another_department, g.co_is_other),
    ),
    Rule(
        "add_co_handlers", "增加协办", ("dispatched", *AT_WORK), STAY, (DISPATCHER, HANDLER),
        ("co_departments",), ("reason",), (g.own_department, g.co_is_other),
    ),
    Rule("co_opinion", "协办意见", AT_WORK, STAY, (CO_HANDLER,), ("text",), (), (g.own_co_department,), public=False),
    Rule(
        "reclassify", "更正分类", ACTIVE, STAY, (*DESK, HANDLER),
        ("reason",), ("kind", "category", "urgency", "district"), (g.own_department,),
    ),
)  # fmt: skip
TIME = (
    Rule(
        "ask_extension", "申请延期", AT_WORK, STAY, (HANDLER,), ("reason", "days"), (),
        (g.own_department, g.extension_once, g.before_due, g.days_allowed), public=False,
    ),
    Rule("approve_extension", "批准延期", AT_WORK, STAY, (APPROVER,), (), ("reason",), (g.extension_asked,)),
    Rule(
        "refuse_extension", "不准延期", AT_WORK, STAY, (APPROVER,), ("reason",), (), (g.extension_asked,), public=False,
    ),
    Rule("supervise", "督办", OPEN, STAY, (SUPERVISOR, SYSTEM), ("colour", "reason"), public=False),
    Rule("recount", "重算期限", OPEN, STAY, (SYSTEM,), (), ("reason",), public=False),
)  # fmt: skip
TALK = (
    Rule("ask_more", "请补充情况", AT_WORK, STAY, (HANDLER, OPERATOR), ("text",), (), (g.own_department,)),
    Rule("add_information", "补充情况", OPEN, STAY, (REQUESTER, OPERATOR), ("text",)),
    Rule(
        "note", "内部备注", OPEN, STAY, tuple(role for role in Role if role is not REQUESTER), ("text",), public=False,
    ),
    Rule("absorb", "并入重复诉求", OPEN, STAY, (SYSTEM,), ("absorbed",), public=False),
)  # fmt: skip
REVISIT = (
    Rule("revisit_good", "回访满意", ("replied",), "revisited", (OPERATOR,), ("grade",), GRADE, (g.good_grade,)),
    Rule("revisit_bad", "回访不满意", ("replied",), "unsatisfied", (OPERATOR,), ("grade",), GRADE, (g.bad_grade,)),
    Rule("revisit_unreached", "回访未联系上", ("replied",), "revisited", (OPERATOR,), ("text",)),
    Rule(
        "grade_good", "评价满意", ("replied",), "revisited", (REQUESTER,), ("grade",), GRADE,
        (g.not_graded, g.good_grade),
    ),
    Rule(
        "grade_good", "评价满意", ("revisited", "closed"), STAY, (REQUESTER,), ("grade",), GRADE,
        (g.not_graded, g.good_grade, g.grade_in_time),
    ),
    Rule(
        "grade_bad", "评价不满意", ("replied", "revisited", "closed"), "unsatisfied", (REQUESTER,), ("grade",), GRADE,
        (g.not_graded, g.bad_grade, g.grade_in_time, g.appeal_unused),
    ),
    Rule(
        "grade_final", "申诉后评价不满意", ("closed",), STAY, (REQUESTER,), ("grade",), GRADE,
        (g.not_graded, g.bad_grade, g.grade_in_time, g.appeal_decided),
    ),
)  # fmt: skip
REVIEW = (
    Rule(
        "reopen", "退回重办", ("unsatisfied",), "handling", (DISPATCHER, SUPERVISOR), ("reason",), (), (g.reopen_once,),
    ),
    Rule("uphold", "复核维持", ("unsatisfied",), "closed", (DISPATCHER, SUPERVISOR), ("reason",)),
    Rule(
        "appeal", "申诉", ("unsatisfied", "closed"), "appealed", (REQUESTER,), ("reason",), (),
        (g.appeal_once, g.was_unsatisfied, g.appeal_in_time),
    ),
    Rule("support_appeal", "支持申诉", ("appealed",), "handling", (SUPERVISOR,), ("reason",)),
    Rule("reject_appeal", "申诉复核维持", ("appealed",), "closed", (SUPERVISOR,), ("reason",)),
    Rule(
        "rectify_contact", "差评核实", RECTIFIABLE, STAY, (HANDLER, OPERATOR), ("text", "verdict"), (),
        (g.own_department, g.rectifying), public=False,
    ),
    Rule(
        "rectify_done", "整改完成", RECTIFIABLE, STAY, (HANDLER, OPERATOR), ("text",), (),
        (g.own_department, g.rectifying),
    ),
    Rule("rectify_check", "整改回访", RECTIFIABLE, STAY, (OPERATOR,), ("text",), ("resolved",), (g.rectified,)),
)  # fmt: skip
ENDS = (
    Rule("withdraw", "撤回", UNSETTLED, "withdrawn", (REQUESTER, OPERATOR), ("reason",)),
    Rule("merge", "合并", ACTIVE, "merged", DESK, ("into",), ("reason",), (g.not_itself,)),
    Rule("transfer", "转其他渠道", UNSETTLED, "transferred", DESK, ("channel", "reason")),
)  # fmt: skip

LIFE = Machine("诉求", STATES, (*MAIN, *ROUTING, *TIME, *TALK, *REVISIT, *REVIEW, *ENDS))


def phase(state: str) -> str:
    """Return which deadline counts in a state: `handle` until the reply, afterwards the state's own."""
    return "handle" if state in ACTIVE else state
