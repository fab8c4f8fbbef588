"""Appeals at the desk: the list, registering one, one with its whole history, and every move it can make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from kb.database import writing
from web import clock
from web.accounts import audit
from web.curation.editing import Editing
from web.errors import BadAttachment, WebError
from web.numbers import normal
from web.pages.downloads import download
from web.pages.form import Form, form, ticked, written
from web.pages.gate import person, require
from web.pages.officer.case import near, talk_of
from web.pages.officer.home import actors, colour_of, frame, own_department, tickets, wanted_department
from web.pages.officer.move_form import MoveForm
from web.pages.shown_turns import text_of
from web.pages.upload_limits import ATTACHMENT_LIMIT, takes
from web.services import desk, masked
from web.tickets.entry_proposal import proposed_entry
from web.tickets.lifecycle.available_moves import Button, buttons
from web.tickets.lifecycle.codes import ROLE_LABELS, Role
from web.tickets.lifecycle.errors import BadInput, NotAllowed, TicketError
from web.tickets.lifecycle.inputs import LONG_TEXT_CHARACTERS, SHORT_TEXT_CHARACTERS
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Actor, Draft, Ticket
from web.tickets.reply_templates import fitting
from web.uploads import MOST_BYTES

bp = Blueprint("officer_tickets", __name__)
WAITS = {role.value: ROLE_LABELS[role] for role in (Role.DISPATCHER, Role.HANDLER, Role.OPERATOR, Role.SUPERVISOR)}
SEES_CONTACTS = {Role.OPERATOR, Role.DISPATCHER, Role.SUPERVISOR}


class AppealForm(Form):
    """An appeal as it is told on the phone or at the window."""

    text: str = written("反映的情况", LONG_TEXT_CHARACTERS)
    kind: str = written("类型", SHORT_TEXT_CHARACTERS)
    category: str = written("类别", SHORT_TEXT_CHARACTERS)
    urgency: str = written("紧急程度", SHORT_TEXT_CHARACTERS)
    channel: str = written("渠道", SHORT_TEXT_CHARACTERS)
    title: str = written("标题", SHORT_TEXT_CHARACTERS)
    enterprise: str = written("企业", SHORT_TEXT_CHARACTERS)
    credit_code: str = written("统一社会信用代码", SHORT_TEXT_CHARACTERS)
    contact_name: str = written("联系人", SHORT_TEXT_CHARACTERS)
    phone: str = written("电话", SHORT_TEXT_CHARACTERS)
    district: str = written("区域", SHORT_TEXT_CHARACTERS)
    place: str = written("地点", 500)
    entry_id: str = written("条目", SHORT_TEXT_CHARACTERS)
    consent: bool = ticked("同意转给承办部门")
    anonymous: bool = ticked("不公开姓名")


@bp.get("/officer/tickets")
@require("tickets.read")
def worklist() -> str:
    """List open appeals: urgent ones first, then what will be late first."""
    args, department = request.args, wanted_department()
    waits = args.get("waits_for", "") if args.get("waits_for", "") in WAITS else ""
    category = args.get("category", "") if args.get("category", "") in tickets().policy.categories.nodes else ""
    page = tickets().worklist.page(
        department=department,
        waits_for=waits,
        colour=colour_of(args.get("colour", "")),
        category=category,
        after=args.get("after", "")[:100],
    )
    wanted = {
        "department": args.get("department"),
        "waits_for": waits,
        "colour": args.get("colour"),
        "category": category,
    }
    return render_template(
        "officer/worklist.html",
        page=page,
        counts=tickets().worklist.counts(department=department),
        department=department,
        wanted={name: value for name, value in wanted.items() if value},
        waits=WAITS,
        categories=tickets().policy.categories,
        now=clock.now(),
        own=own_department(),
        paged=bool(args.get("after")),
        idle=not actors(),
        **frame(),
    )


@bp.get("/officer/find")
@require("tickets.read")
def find() -> Any:
    """Open the appeal of a number."""
    number = normal(request.args.get("number", ""))[:32]
    return redirect(url_for("officer_tickets.ticket", number=number or "无"))


@bp.get("/officer/tickets/new")
@require("tickets.move")
def new() -> str:
    """Show the form for what somebody tells on the phone or at the window."""
    return _new_page({})


@bp.post("/officer/tickets")
@require("tickets.move")
@form(AppealForm, BadInput)
def register(problems: BadInput | None, given: AppealForm) -> Any:
    """Register an appeal that was told by phone or at the window."""
    actor = next((one for one in actors() if one.role in (Role.OPERATOR, Role.DISPATCHER)), None)
    try:
        if actor is None:
            raise NotAllowed("只有话务员和派单员可以登记诉求")
        if problems:
            raise problems
        made = tickets().tickets.open(_draft(given), actor)
    except TicketError as error:
        return _new_page(given.filled(), error), error.status
    flash(f"已登记，编号 {made.number}，请告诉来电人。")
    return redirect(url_for("officer_tickets.ticket", number=made.number), 303)


@bp.get("/officer/tickets/<number>")
@require("tickets.read")
def ticket(number: str) -> str:
    """Show an appeal with its history and everything the person can do with it."""
    return _ticket_page(number)


@bp.post("/officer/tickets/<number>/moves/<move>")
@require("tickets.move")
def make_move(number: str, move: str) -> Any:
    """Make one move, as whichever of the person's posts allows it."""
    sent = MoveForm.sent()
    try:
        now = tickets().tickets.get(number)
        button = next((one for one in _buttons(now) if one.move == move), None)
        if button is None:
            label = LIFE.moves.get(move, move)
            raise NotAllowed(f"现在是“{LIFE.states[now.state].label}”，您的岗位不能“{label}”")
        actor = _actor(button.role)
        tickets().tickets.move(number, move, actor, revision=sent.revision, **sent.inputs(button))
    except TicketError as error:
        if error.status == 404:
            raise
        return _ticket_page(number, error, move, sent.typed), error.status
    flash(f"“{button.label}”已记下。")
    return redirect(url_for("officer_tickets.ticket", number=now.number), 303)


@bp.post("/officer/tickets/<number>/files")
@require("tickets.move")
@takes(ATTACHMENT_LIMIT, fields=False)
def attach(number: str) -> Any:
    """Keep a file with an appeal."""
    sent, known = request.files.get("file"), tickets().tickets.get(number)
    try:
        if not actors():
            raise NotAllowed("您还没有岗位，不能上传附件")
        if sent is None or not sent.filename:
            raise BadAttachment("请选一个文件")
        tickets().attachments.add(known.number, sent.filename, sent.stream.read(MOST_BYTES + 1), actors()[0])
    except (TicketError, BadAttachment) as error:
        return _ticket_page(number, error), error.status
    flash("附件已保存。")
    return redirect(url_for("officer_tickets.ticket", number=known.number), 303)


@bp.get("/officer/files/<attachment_id>")
@require("tickets.read")
def attachment(attachment_id: str) -> Response:
    """Send a file to be saved, never to be shown."""
    return download(*tickets().attachments.open(attachment_id))


@bp.post("/officer/tickets/<number>/propose")
@require("tickets.move")
def propose(number: str) -> Any:
    """Make a draft entry of a closed consultation."""
    found = tickets().tickets.get(number)
    try:
        entry = proposed_entry(found, masked)
        Editing(desk().engine, lambda: None).save(person(), entry, 0, f"由诉求 {found.number} 建议")
        with writing(desk().engine) as connection:
            audit.record(connection, person().name, "tickets.propose", f"entry:{entry.id}")
    except WebError as error:
        return _ticket_page(number, error), error.status
    flash(f"已作为草稿 {entry.id} 交给知识维护员，补充依据、审核后发布。")
    return redirect(url_for("officer_tickets.ticket", number=found.number), 303)


def _draft(given: AppealForm) -> Draft:
    told = given.filled(*(item.name for item in fields(Draft)))
    hidden = {name: masked(getattr(given, name)) for name in ("text", "title")}
    channel = given.channel if given.channel in ("phone", "window") else "phone"
    return Draft(**{**told, **hidden, "channel": channel, "real_name": not given.anonymous})


def _buttons(found: Ticket) -> list[Button]:
    return buttons(found, actors(), clock.now(), tickets().policy)


def _actor(role: Role) -> Actor:
    return next(actor for actor in actors() if actor.role is role)


def _new_page(given: Mapping[str, Any], error: TicketError | None = None) -> str:
    return render_template(
        "officer/new.html", given=given, error=error, categories=tickets().policy.categories, **frame()
    )


def _ticket_page(
    number: str, error: WebError | None = None, tried: str = "", typed: Mapping[str, str] | None = None
) -> str:
    found, service = tickets().tickets.get(number), tickets()
    options = _buttons(found)
    contacts = found.consent or any(actor.role in SEES_CONTACTS for actor in actors())
    return render_template(
        "officer/ticket.html",
        ticket=found,
        error=error,
        tried=tried,
        given=typed or {},
        colour=found.colour(clock.now()),
        state=LIFE.states[found.state],
        history=service.tickets.history(found.number),
        moves=LIFE.moves | {"register": "登记"},
        options=[one for one in options if not one.beside],
        beside=[one for one in options if one.beside],
        contacts=contacts,
        slips=service.tickets.slips(found.number),
        rectifications=service.tickets.rectifications(found.number),
        files=service.attachments.of(found.number),
        templates=[(one, one.filled(found)) for one in fitting(list(service.templates), found)],
        role_labels={role.value: label for role, label in ROLE_LABELS.items()},
        talk=talk_of(found),
        text_of=text_of,
        categories=service.policy.categories,
        suggested=service.policy.categories.nodes[found.category].department
        if found.category in service.policy.categories.nodes
        else "",
        may_move=bool(actors()),
        proposable=found.kind == "consult" and found.state == "closed" and bool(found.reply) and bool(actors()),
        **near(found),
        **frame(),
    )
