"""Where to go: the nearest places, what they offer, whether they are open, and what has a property such as 不打烊."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.bodies import PROPERTIES, PlaceBody
from kb.models import Entry
from kb.terms.opening_hours import read_hours
from kb.text_fit import ANSWER_LIMIT
from kb.workdays import Calendar
from web.errors import InvalidField
from web.knowledge.opening_hours import open_at

EARTH_KM = 6371.0088  # mean radius
Point = tuple[float, float]  # latitude, longitude in degrees, WGS 84


@dataclass(frozen=True)
class Spot:
    """A place as seen from where somebody is. `km` is None without coordinates, `open` None where it is not known."""

    entry: Entry
    body: PlaceBody
    km: float | None
    same_district: bool
    open: bool | None

    @property
    def map_link(self) -> str:
        """A geo: address that opens the map of the person's own device, empty without coordinates."""
        point = point_of(self.body)
        return "" if point is None else f"geo:{point[0]:.6f},{point[1]:.6f}"

    @property
    def card(self) -> tuple[tuple[str, str], ...]:
        """(heading, text) of the address card, plain enough to print; what is not filled in says so."""
        state = {True: "现在开放", False: "现在不开放", None: "现在是否开放未知，请先电话确认"}[self.open]
        rows = [
            ("地点", self.entry.title),
            ("地址", self.body.address),
            ("区域", self.body.district),
            ("时间", self.body.hours),
            ("状态", state),
            ("电话", self.body.phone),
            ("可办业务", "、".join(self.body.services)),
            ("服务特色", "、".join(self.body.properties)),
        ]
        if self.km is not None:
            rows.insert(3, ("距离", distance_text(self.km)))
        return tuple((heading, text) for heading, text in rows if text)


def nearest(
    entries: Iterable[Entry],
    moment: dt.datetime,
    calendar: Calendar,
    *,
    district: str = "",
    point: Point | None = None,
    service: str = "",
    only_open: bool = False,
) -> list[Spot]:
    """Return the places in force at the local `moment`, the nearest first.

    By coordinates where both sides have them; then those of the district; then the rest by id. A place without
    coordinates never gets a made-up distance. `service` keeps those that offer it; `only_open` those known to be open.
    Raises InvalidField for coordinates that cannot be.
    """
    if point is not None and not (-90 <= point[0] <= 90 and -180 <= point[1] <= 180):
        raise InvalidField("坐标应为纬度 -90 到 90、经度 -180 到 180", field="point")
    spots = []
    for entry in entries:
        body = entry.body
        if isinstance(body, PlaceBody) and entry.state_on(moment.date()) == "current" and offers(body, service):
            there = point_of(body)
            km = haversine(point, there) if point is not None and there is not None else None
            state = open_at(read_hours(body.hours), moment, calendar)
            spots.append(Spot(entry, body, km, bool(district) and body.district == district.strip(), state))
    kept = [spot for spot in spots if spot.open or not only_open]
    return sorted(kept, key=_distance)


def _distance(spot: Spot) -> tuple[bool, float, bool, str]:
    return spot.km is None, spot.km or 0.0, not spot.same_district, spot.entry.id


def offers(body: PlaceBody, service: str) -> bool:
    """Say whether a place offers a service: one name holds the other."""
    wanted = service.strip()
    return not wanted or any(wanted in name or name in wanted for name in body.services)


def districts(entries: Iterable[Entry]) -> list[str]:
    """Return the districts that have places, to choose from."""
    return sorted({entry.body.district for entry in entries if isinstance(entry.body, PlaceBody)})


def point_of(body: PlaceBody) -> Point | None:
    """Return the coordinates of a place, None when one of them is missing."""
    if body.latitude is None or body.longitude is None:
        return None
    return body.latitude, body.longitude


def haversine(one: Point, other: Point) -> float:
    """Return the kilometres between two points along the ground."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def distance_text(km: float) -> str:
    """Return a distance as people say it: 350 米、2.4 公里."""
    return f"约 {round(km * 1000, -1):.0f} 米" if km < 1 else f"约 {km:.1f} 公里"


def with_property(entries: Iterable[Entry], name: str, day: dt.date) -> dict[str, list[Entry]]:
    """Return what has the property on `day`, by kind: guide, package, place (InvalidField for an unknown property)."""
    if name not in PROPERTIES:
        raise InvalidField(f"没有“{name[:20]}”这个特色，可选：{'、'.join(PROPERTIES)}", field="property")
    found: dict[str, list[Entry]] = {"guide": [], "package": [], "place": []}
    for entry in entries:
        listed = entry.kind in found and name in getattr(entry.body, "properties", ())
        if listed and entry.state_on(day) == "current":
            found[entry.kind].append(entry)
    return found


def property_text(found: dict[str, list[Entry]], name: str, limit: int = ANSWER_LIMIT) -> str:
    """Return the list as an answer of at most `limit` characters; what does not fit is counted."""
    heads = {"guide": "事项", "package": "一件事", "place": "地点"}
    titles = [(heads[kind], entry.title) for kind, entries in found.items() for entry in entries]
    if not titles:
        return f"目前没有标为“{name}”的事项或地点。"
    text, shown = f"“{name}”共 {len(titles)} 项：", 0
    for number, (head, title) in enumerate(titles):
        piece = ("；" if number else "") + (f"【{head}】" if _first_of(titles, number) else "") + title
        if len(text) + len(piece) > limit - 12:
            break
        text, shown = text + piece, shown + 1
    return text + ("。" if shown == len(titles) else f"；另有 {len(titles) - shown} 项。")


def _first_of(titles: Sequence[tuple[str, str]], number: int) -> bool:
    return number == 0 or titles[number - 1][0] != titles[number][0]
