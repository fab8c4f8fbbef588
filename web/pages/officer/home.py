"""The officer's room: rectifications, supervision slips, and who has which post."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from web import clock
from web.pages.form import Form, chosen, form, written
from web.pages.gate import person, require
from web.services import desk
from web.tickets import Actor, Colour
from web.tickets.lifecycle import codes
from web.tickets.lifecycle.errors import BadInput, TicketError
from web.tickets.lifecycle.inputs import SHORT_TEXT_CHARACTERS
from web.tickets.lifecycle.machine import LIFE
from web.tickets.staff_posts import OF_A_DEPARTMENT, POSTS
from web.tickets.ticket_desk import TicketDesk

bp = Blueprint("officer", __name__)
ROWS_A_PAGE = 50


class PostForm(Form):
    """Who works as what, and where."""

    person: str = written("人员", 64)
    roles: list[str] = chosen("岗位", 40, items=20)
    department: str = written("部门", SHORT_TEXT_CHARACTERS)


def tickets() -> TicketDesk:
    """Return the ticket desk of this application."""
    return desk().tickets


def actors() -> list[Actor]:
    """Return as whom the person may act on appeals."""
    return tickets().posts.actors(person())


def own_department() -> str:
    """Return the department of somebody who works for one department only, else nothing."""
    found = actors()
    return found[0].department if found and all(actor.role in OF_A_DEPARTMENT for actor in found) else ""


def departments() -> list[str]:
    """Return the departments that can be chosen: of the category tree and of the posts."""
    suggested = {node.department for node in tickets().policy.categories.nodes.values() if node.department}
    return sorted(suggested | set(tickets().posts.departments()))


def wanted_department() -> str:
    """Return the department a list is filtered by: the person's own unless told otherwise, `all` for every one."""
    given = request.args.get("department", own_department())[:200]
    return "" if given == "all" else given


def number_of(name: str, most: int = 10_000) -> int:
    """Return a small whole number of the address, 0 where there is none."""
    text = request.args.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 8 else 0


@bp.get("/officer")
@require("tickets.read")
def home() -> Any:
    """Begin with the list."""
    return redirect(url_for("officer_tickets.worklist"))


@bp.get("/officer/rectifications")
@require("tickets.read")
def rectifications() -> str:
    """List what bad grades led to, the earliest deadline first."""
    finished, offset, department = request.args.get("finished") == "1", number_of("offset"), wanted_department()
    rows = tickets().ratings.rectifications(
        department=department, finished=finished, offset=offset, limit=ROWS_A_PAGE + 1
    )
    shown = {"rows": rows[:ROWS_A_PAGE], "more": len(rows) > ROWS_A_PAGE, "offset": offset, "finished": finished}
    return render_template(
        "officer/rectifications.html", **shown, **frame(), now=clock.now(), department=department, size=ROWS_A_PAGE
    )


@bp.get("/officer/slips")
@require("tickets.read")
def slips() -> str:
    """List supervision slips, latest first."""
    offset, department, colour = number_of("offset"), wanted_department(), colour_of(request.args.get("colour", ""))
    rows = tickets().supervision.history(department=department, colour=colour, offset=offset, limit=ROWS_A_PAGE + 1)
    shown = {"rows": rows[:ROWS_A_PAGE], "more": len(rows) > ROWS_A_PAGE, "offset": offset, "size": ROWS_A_PAGE}
    return render_template("officer/slips.html", **shown, **frame(), department=department, colour=colour)


@bp.get("/officer/posts")
@require("users.manage")
def posts() -> str:
    """Show who works on appeals as what."""
    return _posts_page()


@bp.post("/officer/posts")
@require("users.manage")
@form(PostForm, BadInput)
def give_post(problems: BadInput | None, given: PostForm) -> Any:
    """Give somebody a post."""
    who = desk().accounts.people.get(given.person)
    try:
        if problems:
            raise problems
        tickets().posts.give(person(), who, given.roles, given.department)
    except TicketError as error:
        return _posts_page(error), 422
    flash(f"{who.shown_name}的岗位已保存。")
    return redirect(url_for("officer.posts"), 303)


def colour_of(text: str) -> Colour | None:
    """Return the colour of an address, None for anything else."""
    return Colour(text) if text in {colour.value for colour in Colour} else None


def frame() -> dict[str, Any]:
    """Return what all pages of the room need: words and choices."""
    return {
        "codes": codes,
        "colours": list(Colour),
        "states": LIFE.states,
        "departments": departments(),
        "category_name": tickets().policy.categories.name,
    }


def _posts_page(error: TicketError | None = None) -> str:
    officers = [one for one in desk().accounts.people.all() if "officer" in one.roles and one.active]
    rows = [(one, tickets().posts.of(one)) for one in officers]
    return render_template("officer/posts.html", rows=rows, choices=POSTS, error=error, **frame())
