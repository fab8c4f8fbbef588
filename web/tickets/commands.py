"""What the chat asks the desk to do about appeals: registering, progress, grades, booking an agent."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from retriever.dialogue.commands import BOOK_AGENT, CREATE_TICKET, QUERY_PROGRESS, SAVE_RATING
from web.clock import local
from web.commands import Said
from web.numbers import ALPHABET, RANDOM_LENGTH, normal
from web.numbers import BOOKING as BOOKING_PREFIX
from web.text import contact_of
from web.tickets.bookings.steps import BOOKING, Booking
from web.tickets.intake import draft_of, reasons_of
from web.tickets.lifecycle.codes import BAD_GRADES, GRADES, Role
from web.tickets.lifecycle.errors import NumberTaken, TicketError, UnknownBooking
from web.tickets.lifecycle.machine import LIFE
from web.tickets.lifecycle.ticket import Actor, Ticket
from web.tickets.progress import Progress
from web.tickets.ratings import gradable
from web.tickets.ticket_desk import TicketDesk

Item = dict[str, Any]
Way = Callable[[str], tuple[str, Sequence[str]]]  # an item's name -> the entry's id ("" when unknown) and its steps
REQUESTER = Actor("requester", Role.REQUESTER)
NUMBER = re.compile(r"(?:SQ|DB)\d{8}-[0-9A-Z]{6}")
PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)")
APPEALS_PAGE, BOOKINGS_PAGE = "/appeals", "/bookings"
SAID_LINES = 4
ABOUT_APPEALS = re.compile(r"诉求|投诉|反映|办理|工单|答复|SQ\d")


class Commands:
    """Carries out the dialogue's commands on the ticket desk. Safe to share between threads."""

    def __init__(self, desk: TicketDesk, mask: Callable[[str], str], way: Way) -> None:
        """Act on `desk`; `mask` hides personal numbers in what is told; `way` finds the steps of an item to book."""
        self._desk, self._mask, self._way = desk, mask, way
        self._known = {
            CREATE_TICKET: self._create,
            QUERY_PROGRESS: self._progress,
            SAVE_RATING: self._rate,
            BOOK_AGENT: self._book,
        }

    def carry_out(self, name: str, args: Mapping[str, Any], said: Said) -> Item | None:
        """Return the item that shows what was done, None for what is not the ticket desk's business.

        What cannot be done (a bad phone number, a second grade) is an item that says why.
        """
        act = self._known.get(name)
        if act is None:
            return None
        values = args.get("values", args)
        try:
            return act(values if isinstance(values, Mapping) else {}, said)
        except TicketError as error:
            return _item("诉求", "", "refused", error.detail)

    def _create(self, values: Mapping[str, Any], said: Said) -> Item:
        ticket = next((one for one in self._own(said) if one.turn_id == said.turn_id), None)
        if ticket is None:
            draft = draft_of(values, self._mask, said.conversation_id, said.turn_id)
            ticket = self._desk.tickets.open(draft, REQUESTER)
        due = f"，应在 {local(ticket.due_at)} 前答复" if ticket.due_at else "，办理期限待定"
        proof = "凭编号和登记的电话" if ticket.phone else "在本会话里凭编号"
        text = f"诉求已登记{due}。下一步：派给承办部门。请记下编号，可{proof}查进度。"
        return _item("诉求", ticket.number, ticket.state, text, _page(ticket.number) if ticket.phone else "")

    def _progress(self, values: Mapping[str, Any], said: Said) -> Item:
        number = normal(str(values.get("number", "")))[:32]
        if number.startswith(BOOKING_PREFIX):
            return self._booking_progress(number, said)
        own = next((one for one in self._own(said) if one.number == number), None)
        if own is not None:
            return told(self._desk.progress.of(own))
        phone = PHONE.search(said.text)
        if phone is None:
            text = f"本会话里没有登记过编号 {number}。为了只让本人看到，请在进度页填写编号和登记时留的电话。"
            return _item("诉求", number, "check", text, _page(number))
        return told(self._desk.progress.check(number, phone[0], said.conversation_id))

    def _booking_progress(self, number: str, said: Said) -> Item:
        try:
            booking = self._desk.bookings.get(number)
        except UnknownBooking:
            booking = None
        if booking is None or booking.conversation_id != said.conversation_id:
            text = f"本会话里没有预约过编号 {number}。请在进度页填写编号和预约时留的电话。"
            return _item("帮代办预约", number, "check", text, _page(number))
        return _item("帮代办预约", number, booking.state, standing(booking), _page(number))

    def _rate(self, values: Mapping[str, Any], said: Said) -> Item | None:
        subject = str(values.get("subject") or "")
        named = NUMBER.search(normal(subject))
        waiting = [one for one in self._own(said) if gradable(one)]
        if named is None and not (len(waiting) == 1 and ABOUT_APPEALS.search(subject)):
            return None
        number = named[0] if named else waiting[0].number
        ticket = next((one for one in self._own(said) if one.number == number), None)
        if ticket is None:
            text = "为了只让本人评价，请在进度页填写编号和登记时留的电话后评价。"
            return _item("诉求", number, "check", text, _page(number))
        return self._graded(ticket, values)

    def _graded(self, ticket: Ticket, values: Mapping[str, Any]) -> Item:
        grade, comment = values.get("stars"), self._mask(str(values.get("comment") or ""))
        if isinstance(grade, bool) or not isinstance(grade, int):
            return _item("诉求", ticket.number, "refused", "没看出几级评价，请再评一次。")
        moved = self._desk.ratings.grade(
            ticket.number, grade, REQUESTER, reasons=reasons_of(values.get("reasons")), comment=comment
        )
        text = f"您的评价是“{GRADES[grade]}”，已记下。"
        if grade in BAD_GRADES:
            due = self._desk.tickets.rectifications(moved.number)[-1]["due_at"]
            text += f"承办部门要联系您核实并整改{f'，期限 {local(due)}' if due else ''}，改完会回访。"
        return _item("诉求", moved.number, moved.state, text, _page(moved.number) if moved.phone else "")

    def _book(self, values: Mapping[str, Any], said: Said) -> Item:
        title = self._mask(str(values.get("item") or "").strip()) or "帮代办"
        name, phone = contact_of(str(values.get("contact") or ""))
        wish = "，".join(str(values[key]) for key in ("day", "where") if values.get(key))
        entry_id, steps = self._way(title)
        about = {"contact_name": name, "phone": phone, "wish": self._mask(wish), "entry_id": entry_id}
        number = self._number_of(said.turn_id)
        try:
            booking = self._desk.bookings.book(
                title, steps, REQUESTER, number=number, conversation_id=said.conversation_id, **about
            )
        except NumberTaken:  # the same message once more
            booking = self._desk.bookings.get(number)
        url = _page(booking.number) if booking.phone else ""
        return _item("帮代办预约", booking.number, booking.state, standing(booking), url)

    def _number_of(self, turn_id: str) -> str:
        """Return a number that only this turn leads to, so that a repeated message books once."""
        digest = hashlib.sha256(turn_id.encode()).digest()
        tail = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:RANDOM_LENGTH])
        return f"{BOOKING_PREFIX}{self._desk.tickets.now():%Y%m%d}-{tail}"

    def _own(self, said: Said) -> list[Ticket]:
        return self._desk.tickets.of_conversation(said.conversation_id)


def told(progress: Progress) -> Item:
    """Return how an appeal stands, as an item of the chat."""
    lines = [f"现在：{progress.label}。{next_of(progress)}"]
    lines += [f"{local(line.at)} {line.text}" for line in progress.lines[-SAID_LINES:]]
    return _item("诉求", progress.number, progress.state, "\n".join(lines), _page(progress.number))


def next_of(progress: Progress) -> str:
    """Return who has to do what next, and by when."""
    due = f"，期限 {local(progress.due_at)}" if progress.due_at else ""
    if progress.can_grade:
        return "请对答复作出评价。"
    waits = LIFE.states[progress.state].waits_for
    if not waits:
        return ""
    who = {"dispatcher": "派单员", "handler": "承办部门", "operator": "回访人员", "supervisor": "督办员"}[waits]
    return f"下一步由{who}处理{due}。"


def standing(booking: Booking) -> str:
    """Return how a booking stands, in words for the one who booked."""
    done, steps = booking.progress
    text = f"现在：{BOOKING.states[booking.state].label}。"
    if booking.state == "booked" and booking.accept_due_at:
        text += f"帮代办员会在 {local(booking.accept_due_at)} 前联系您。"
    return text + (f"共 {steps} 步，已办好 {done} 步。" if steps else "")


def _item(title: str, number: str, status: str, text: str, url: str = "") -> Item:
    item = {"type": "ticket", "number": number, "title": title, "status": status, "text": text}
    return {**item, "url": url} if url else item


def _page(number: str) -> str:
    return f"{BOOKINGS_PAGE if number.startswith(BOOKING_PREFIX) else APPEALS_PAGE}?number={number}"
