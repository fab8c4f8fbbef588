"""What forbids a move that state and role alone would allow. Each raises a named error; none changes anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from web.tickets.lifecycle.codes import BAD_GRADES, Role
from web.tickets.lifecycle.errors import BadInput, IllegalMove, NotAllowed, TooLate, UsedUp
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.rules import Given, Guard
from web.tickets.lifecycle.ticket import Actor, Ticket

LABELS: dict[str, str] = {}  # what each guard demands, for people


def says(label: str) -> Callable[[Guard], Guard]:
    """Give a guard the words in which docs/tickets.md tells what it demands."""

    def named(guard: Guard) -> Guard:
        LABELS[guard.__name__] = label
        return guard

    return named


@says("只有主办部门的人（督办、派单、系统不限）")
def own_department(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid handlers of other departments; desk, supervisor and system are free."""
    if actor.role is Role.HANDLER and actor.department != ticket.department:
        raise NotAllowed(f"诉求由{ticket.department}主办，{actor.department or '您的部门'}不能操作")


@says("只有协办部门的人")
def own_co_department(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid departments that do not help with this ticket."""
    if actor.department not in ticket.co_departments:
        raise NotAllowed(f"{actor.department or '您的部门'}不是这件诉求的协办部门")


@says("只有咨询可以直接答复")
def consultation(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a direct answer to anything but a consultation."""
    if ticket.kind != "consult":
        raise IllegalMove("只有咨询可以直接答复，其他诉求要派单办理", kind=ticket.kind)


@says("退回限一次；驳回后是指定办理，不得再退")
def return_once(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a second return, and any after a refused one."""
    if ticket.returns or ticket.designated:
        raise UsedUp("这件诉求已经申请过退回，不得再退")


@says("在退回期限内")
def return_in_time(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a return after its time."""
    if ticket.return_due_at is not None and now > ticket.return_due_at:
        raise TooLate("已经过了可以申请退回的时间")


@says("改派给另一个部门")
def another_department(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid sending the ticket to the department that has it."""
    if given["department"] == ticket.department:
        raise BadInput(f"已经由{ticket.department}主办，改派要选别的部门", field="department")


@says("协办部门不是主办部门")
def co_is_other(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid the lead department among the helping ones."""
    if given.get("department", ticket.department) in given.get("co_departments", ()):
        raise BadInput("主办部门不能同时是协办部门", field="co_departments")


@says("延期限申请一次")
def extension_once(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a second request for more time."""
    if ticket.extension:
        raise UsedUp("这件诉求已经申请过延期")


@says("期限届满前")
def before_due(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a request for more time after the deadline."""
    if ticket.due_at is not None and now > ticket.due_at:
        raise TooLate("期限已过，不能再申请延期")


@says("延长天数不超过上限")
def days_allowed(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid more days than the policy allows."""
    most = policy.limits.extension_days
    if not 1 <= given["days"] <= most:
        raise BadInput(f"延期最多 {most} 天，不能是 {given['days']} 天", field="days")


@says("有待审批的延期申请")
def extension_asked(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a decision where nothing was asked."""
    if ticket.extension != "asked":
        raise IllegalMove("没有待审批的延期申请")


@says("退回重办限一次")
def reopen_once(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a second reopening."""
    if ticket.reopens:
        raise UsedUp("这件诉求已经重办过一次；诉求人仍不满意的，可以申诉")


@says("申诉限一次")
def appeal_once(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a second appeal."""
    if ticket.appeal:
        raise UsedUp("这件诉求已经申诉过")


@says("评价为不满意")
def was_unsatisfied(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid an appeal without a bad grade."""
    if ticket.grade not in BAD_GRADES:
        raise IllegalMove("评价为不满意的诉求才能申诉")


@says("在申诉期限内")
def appeal_in_time(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid an appeal after its time."""
    last = policy.after(ticket.unsatisfied_at or now, policy.limits.appeal_within)
    if last is not None and now > last:
        raise TooLate("已经过了可以申诉的时间")


@says("还没有申诉过")
def appeal_unused(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid reopening what was closed after an appeal."""
    if ticket.appeal and ticket.state == "closed":
        raise IllegalMove("申诉已经复核办结，这次评价只作记录", appeal=ticket.appeal)


@says("申诉已经复核")
def appeal_decided(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a closing grade where an ordinary one is due."""
    if not ticket.appeal:
        raise IllegalMove("还没有申诉过，评价按平常办理")


@says("每次答复评价一次")
def not_graded(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a second grade for the same reply."""
    if ticket.graded_round >= ticket.round:
        raise UsedUp("这次答复已经评价过")


@says("办结后在评价期限内")
def grade_in_time(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a grade long after closing."""
    last = policy.after(ticket.closed_at or now, policy.limits.grade_within)
    if last is not None and now > last:
        raise TooLate("已经过了可以评价的时间")


@says("基本满意及以上")
def good_grade(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a bad grade where a good one is recorded."""
    if given["grade"] in BAD_GRADES:
        raise BadInput("这是差评，不能按满意登记", field="grade")


@says("不满意或非常不满意")
def bad_grade(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid a good grade where a bad one is recorded."""
    if given["grade"] not in BAD_GRADES:
        raise BadInput("这不是差评，不能按不满意登记", field="grade")


@says("整改还没有完成")
def rectifying(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid work on a rectification that is not open."""
    if ticket.rectification not in ("open", "contacted"):
        raise IllegalMove("没有待整改的差评")


@says("整改已经完成，等待回访")
def rectified(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid checking a rectification that is not done."""
    if ticket.rectification != "done":
        raise IllegalMove("整改还没有完成，不能回访")


@says("并入另一件诉求")
def not_itself(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> None:
    """Forbid merging a ticket into itself."""
    if given["into"] == ticket.number:
        raise BadInput("不能并入自己", field="into")
