"""What each move changes on the ticket beyond its state, and the rows it adds beside it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from web.tickets.lifecycle.codes import BAD_GRADES, Colour, Role
from web.tickets.lifecycle.policy import Policy
from web.tickets.lifecycle.rules import Given
from web.tickets.lifecycle.ticket import Actor, Ticket
from web.tickets.lifecycle.time_limits import Limit

Rows = tuple[tuple[str, dict[str, Any]], ...]
Outcome = tuple[dict[str, Any], Rows]
Effect = Callable[[Ticket, Actor, Given, dt.datetime, Policy], Outcome]
EFFECTS: dict[str, Effect] = {}
DESK = "企业服务中心"


def effect(*moves: str) -> Callable[[Effect], Effect]:
    """Name the moves that a function is the effect of."""

    def named(function: Effect) -> Effect:
        EFFECTS.update(dict.fromkeys(moves, function))
        return function

    return named


def timeliness(ticket: Ticket, now: dt.datetime) -> str:
    """Return yes, no, or unknown (where the deadline is) for a reply at `now`."""
    if ticket.due_at is None:
        return "unknown"
    return "yes" if now <= ticket.due_at else "no"


@effect("dispatch", "redispatch")
def _to_department(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {
        "department": given["department"],
        "co_departments": given.get("co_departments", ()),
        "stage_started_at": now,  # a new department has its own time to sign; the handling limit runs on
    }, ()


@effect("ask_return")
def _return_asked(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"returns": ticket.returns + 1}, ()


@effect("refuse_return")
def _designated(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"designated": True}, ()


@effect("add_co_handlers")
def _co_handlers(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"co_departments": tuple(dict.fromkeys((*ticket.co_departments, *given["co_departments"])))}, ()


@effect("reclassify")
def _reclassified(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    changes = {name: given[name] for name in ("kind", "category", "urgency", "district") if given.get(name)}
    if ticket.round == 1:  # a reopened ticket keeps its shorter limit
        kind, category, urgency = (changes.get(name, getattr(ticket, name)) for name in ("kind", "category", "urgency"))
        changes["limit"] = str(policy.handling(kind, category, urgency))
    return changes, ()


@effect("ask_extension")
def _extension_asked(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"extension": "asked", "extension_days": given["days"]}, ()


@effect("approve_extension")
def _extension_approved(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"extension": "approved"}, ()


@effect("refuse_extension")
def _extension_refused(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"extension": "refused"}, ()


@effect("supervise")
def _slip(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    colour = Colour(given["colour"])
    row = {
        "sequence": ticket.revision + 1,
        "round": ticket.round,
        "state": ticket.state,
        "colour": colour.value,
        "by_hand": actor.role is not Role.SYSTEM,
        "issued_at": now,
        "reason": given["reason"],
        "department": ticket.department,
        "told": list(policy.limits.tell[colour]),
        "due_at": ticket.due_at,
    }
    return {"slip_rank": max(ticket.slip_rank, colour.rank)}, (("slips", row),)


@effect("absorb")
def _absorbed(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    repeats = ticket.repeats + 1
    many = repeats >= policy.limits.colours.repeats
    return {"repeats": repeats, "repeated_at": ticket.repeated_at or (now if many else None)}, ()


@effect("answer")
def _answered(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    changes, rows = _replied(ticket, actor, given, now, policy)
    # Somebody has to take it up again should the answer not satisfy.
    usual = policy.categories.get(ticket.category).department
    return {**changes, "department": actor.department or usual or DESK}, rows


@effect("reply")
def _replied(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {
        "replied_at": now,
        "reply": given["reply"],
        "outcome": given["outcome"],
        "timely": timeliness(ticket, now),
    }, ()


@effect("revisit_good", "revisit_bad", "grade_good", "grade_bad", "grade_final")
def _graded(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    own = actor.role is Role.REQUESTER
    bad = given["grade"] in BAD_GRADES
    changes: dict[str, Any] = {
        "grade": given["grade"],
        "graded_round": ticket.round if own else ticket.graded_round,
        "revisited_round": ticket.revisited_round if own else ticket.round,
        "resolved": given.get("resolved") or ticket.resolved,
        "after_appeal": bad and bool(ticket.appeal),
    }
    rating = {
        "sequence": ticket.revision + 1,
        "round": ticket.round,
        "source": "requester" if own else "revisit",
        "grade": given["grade"],
        "reasons": list(given.get("reasons", ())),
        "comment": given.get("comment", ""),
        "real_name": given.get("real_name", ticket.real_name),
        "resolved": given.get("resolved", ""),
        "department": ticket.department,
        "category": ticket.category,
        "district": ticket.district,
        "given_at": now,
    }
    rows: Rows = (("ratings", rating),)
    if bad:
        changes |= {
            "unsatisfied": ticket.unsatisfied + 1,
            "unsatisfied_at": now,
            "closed_at": ticket.closed_at if ticket.state == "closed" and ticket.appeal else None,
            "rectification": "open",
        }
        rows = (*rows, ("rectifications", _rectification(ticket, now, policy)))
    return changes, rows


def _rectification(ticket: Ticket, now: dt.datetime, policy: Policy) -> dict[str, Any]:
    return {
        "sequence": ticket.revision + 1,
        "round": ticket.round,
        "department": ticket.department,
        "status": "open",
        "opened_at": now,
        "contact_due_at": policy.after(now, policy.limits.rectify_contact),
        "due_at": policy.after(now, policy.limits.rectify_done),
    }


@effect("rectify_contact")
def _contacted(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    change = {"status": "contacted", "contacted_at": now, "verdict": given["verdict"]}
    return {"rectification": "contacted"}, (("rectifications.last", change),)


@effect("rectify_done")
def _rectified(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    change = {"status": "done", "done_at": now, "measures": given["text"]}
    return {"rectification": "done"}, (("rectifications.last", change),)


@effect("rectify_check")
def _checked(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    change = {"status": "checked", "checked_at": now, "check_text": given["text"]}
    changes = {"rectification": "checked", "resolved": given.get("resolved") or ticket.resolved}
    return changes, (("rectifications.last", change),)


@effect("reopen", "support_appeal")
def _again(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    limit = Limit.parse(ticket.limit).shortened(policy.limits.reopen_share)
    changes: dict[str, Any] = {
        "round": ticket.round + 1,
        "round_started_at": now,
        "limit": str(limit),
        "slip_rank": 0,
        "extension_days": 0,
        "closed_at": None,
        "reopens": ticket.reopens + (ticket.appeal != "asked"),
        "extension": ticket.extension and "used",
    }
    if ticket.appeal == "asked":
        changes["appeal"] = "supported"
    return changes, ()


@effect("appeal")
def _appealed(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"appeal": "asked", "closed_at": None}, ()


@effect("reject_appeal")
def _rejected(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"appeal": "rejected", "after_appeal": True, "closed_at": now}, ()


@effect("close", "uphold")
def _closed(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"closed_at": now}, ()


@effect("withdraw")
def _withdrawn(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"closed_at": now}, ()


@effect("merge")
def _merged(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"closed_at": now, "merged_into": given["into"]}, ()


@effect("transfer")
def _transferred(ticket: Ticket, actor: Actor, given: Given, now: dt.datetime, policy: Policy) -> Outcome:
    return {"closed_at": now, "transferred_to": given["channel"]}, ()
