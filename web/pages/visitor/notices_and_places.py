"""Notices with sign-up, and places to go: pages that anyone may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for

from kb.bodies import PROPERTIES, NoticeBody, PlaceBody
from kb.facets import notice_time
from kb.models import Entry
from web import clock
from web.clock import local_now
from web.errors import InvalidField, WebError
from web.knowledge.notices_ahead import conditions, meant_for, takes_place, upcoming
from web.knowledge.places import Point, Spot, districts, nearest
from web.notices.calendar_file import calendar_file
from web.notices.errors import BadSignUp, UnknownNotice
from web.notices.signup import MOST_SEATS, Receipt, Wish
from web.pages.enterprise.profile import own
from web.pages.form import Form, form, whole, written
from web.rate_limit import limited
from web.services import serving

bp = Blueprint("going", __name__)
FORMS = ("会议通知", "活动公告", "停办通知", "政策解读")
LOCATE = "camera=(), geolocation=(self), microphone=()"


class SignUpForm(Form):
    """Who wants to come to a notice."""

    enterprise: str = written("企业名称", 200)
    contact: str = written("联系人", 40)
    phone: str = written("电话", 40)
    seats: int = whole("人数", 1, MOST_SEATS, usual=1)


class ReceiptForm(Form):
    """Whose sign-up is looked up."""

    number: str = written("回执号", 32)
    phone: str = written("电话", 40)


@bp.get("/notices")
def notices() -> str:
    """List the notices ahead."""
    wanted = request.args.get("form", "")
    found = upcoming(serving().entries.all(), clock.today(), (wanted,) if wanted in FORMS else ())
    return render_template("going/notices.html", found=found, form=wanted, forms=FORMS, time_of=notice_time)


@bp.get("/notices/<notice_id>")
def notice(notice_id: str) -> str:
    """Show one notice, for whom it is, and the form to sign up."""
    return _notice_page(_notice(notice_id))


@bp.post("/notices/<notice_id>")
@limited
@form(SignUpForm, BadSignUp)
def sign_up(notice_id: str, problems: BadSignUp | None, given: SignUpForm) -> Any:
    """Give a seat or a place in line, and show the receipt."""
    entry, profile = _notice(notice_id), own()
    try:
        if problems:
            raise problems
        wish = Wish(**given.dict(), profile_id=profile.id if profile else None)
        receipt = serving().notices.sign_up(entry.id, wish)
    except WebError as error:
        return _notice_page(entry, given.dict(), error), error.status
    session["receipt"] = [receipt.number, given.phone]
    flash(f"{receipt.text}。请记下回执号，凭回执号和电话查看或取消。")
    return redirect(url_for("going.receipt"), 303)


@bp.get("/notices/<notice_id>/calendar.ics")
def calendar(notice_id: str) -> Response:
    """Send a notice as a calendar file."""
    entry = _notice(notice_id)
    content = calendar_file(entry, clock.now(), url_for("going.notice", notice_id=entry.id, _external=True))
    headers = {"Content-Disposition": f"attachment; filename={entry.id}.ics"}
    return Response(content, mimetype="text/calendar", headers=headers)


@bp.route("/signups", methods=["GET", "POST"])
@limited
@form(ReceiptForm)
def receipt(problems: InvalidField | None, given: ReceiptForm) -> Any:
    """Show how a sign-up stands, by receipt and phone; a POST looks one up."""
    number, phone = session.get("receipt", ("", ""))
    if request.method == "POST":
        number, phone = given.number, given.phone
    try:
        if problems:
            raise problems
        found = serving().notices.look(number, phone) if number else None
    except WebError as error:
        return _receipt_page(None, error), error.status
    if found:
        session["receipt"] = [number, phone]
    return _receipt_page(found)


@bp.post("/signups/cancel")
@limited
def cancel() -> Any:
    """Give the seat of the receipt shown back."""
    number, phone = session.get("receipt", ("", ""))
    try:
        serving().notices.cancel(number, phone)
    except WebError as error:
        return _receipt_page(None, error), error.status
    flash("报名已取消，名额让给了后面的企业。")
    return redirect(url_for("going.receipt"), 303)


@bp.get("/places")
def places() -> Any:
    """List the places by distance, district, property, and whether they are open now."""
    args, error = request.args, None
    try:
        found = _spots(_point(args.get("lat", ""), args.get("lon", "")))
    except InvalidField as wrong:
        found, error = _spots(None), wrong
    everything = serving().entries.all()
    shown = {"found": found, "given": args, "error": error, "districts": districts(everything)}
    page = render_template("going/places.html", **shown, properties=_properties(everything))
    response = make_response(page, 422 if error else 200)
    response.headers["Permissions-Policy"] = LOCATE
    return response


@bp.get("/places/<place_id>/card")
def card(place_id: str) -> str:
    """Show the address of a place, plain enough to print."""
    entry = serving().entries.get(place_id)
    if not isinstance(entry.body, PlaceBody):
        raise UnknownNotice("这不是办事地点")
    spot = nearest([entry], local_now(), serving().calendar)
    return render_template("going/card.html", entry=entry, spot=spot[0] if spot else None)


def _notice(notice_id: str) -> Entry:
    entry = serving().entries.get(notice_id)
    if not isinstance(entry.body, NoticeBody):
        raise UnknownNotice("没有这个通知")
    return entry


def _notice_page(entry: Entry, given: Mapping[str, Any] | None = None, error: WebError | None = None) -> str:
    assert isinstance(entry.body, NoticeBody)
    day, profile = clock.today(), own()
    rules = conditions(entry, day).checks
    match = meant_for(entry, profile.values, day) if profile and rules else None
    return render_template(
        "going/notice.html",
        entry=entry,
        body=entry.body,
        time=notice_time(entry.body),
        rules=rules,
        match=match,
        counts=serving().notices.counts(entry.id),
        open=takes_place(entry, day),
        most=MOST_SEATS,
        profile=profile,
        given=given or {},
        error=error,
    )


def _receipt_page(found: Receipt | None, error: WebError | None = None) -> str:
    entry = serving().entries.get(found.notice_id) if found else None
    return render_template("going/receipt.html", found=found, entry=entry, error=error)


def _spots(point: Point | None) -> list[Spot]:
    args = request.args
    spots = nearest(
        serving().entries.all(),
        local_now(),
        serving().calendar,
        district=args.get("district", "")[:40],
        point=point,
        service=args.get("service", "")[:40],
        only_open=bool(args.get("open")),
    )
    wanted = args.get("property", "")
    return [spot for spot in spots if not wanted or wanted in spot.body.properties]


def _point(latitude: str, longitude: str) -> Point | None:
    if not latitude.strip() and not longitude.strip():
        return None
    try:
        return float(latitude), float(longitude)
    except ValueError as error:
        raise InvalidField("坐标要写数字，例如纬度 31.30、经度 120.60", field="point") from error


def _properties(entries: list[Entry]) -> list[str]:
    used = {name for entry in entries if isinstance(entry.body, PlaceBody) for name in entry.body.properties}
    return [name for name in PROPERTIES if name in used]
