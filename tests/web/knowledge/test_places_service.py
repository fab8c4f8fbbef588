"""Places: distance, opening hours that are known or not, services, lists by property."""

import datetime as dt

import pytest
from shipped import all_shipped

from kb.bodies import PROPERTIES
from kb.terms.opening_hours import read_hours
from kb.workdays import Calendar
from web.errors import InvalidField
from web.knowledge.opening_hours import open_at
from web.knowledge.places import distance_text, districts, haversine, nearest, property_text, with_property

CALENDAR = Calendar()
ENTRIES = [entry for entry in all_shipped() if getattr(entry.body, "properties", ())]
MOMENT = dt.datetime(2026, 11, 23, 10, 0)  # a Monday
WEEK = "周一至周五 9:00-12:00，13:30-17:30"


def is_open(hours, when):
    return open_at(read_hours(hours), dt.datetime.fromisoformat(when), CALENDAR)


@pytest.mark.parametrize(
    ("hours", "when", "answer"),
    [
        ("工作日 9:00-17:00", "2026-11-23 09:00", True),
        ("工作日 9:00-17:00", "2026-11-23 17:00", False),
        ("工作日 9:00-17:00", "2026-11-22 10:00", False),
        ("工作日 9:00-17:00", "2026-10-01 10:00", False),
        ("工作日 9:00-17:00", "2026-10-10 10:00", True),
        ("工作日 9:00-17:00", "2031-11-24 10:00", None),
        ("工作日 9:00-17:00", "2031-11-24 20:00", False),
        (WEEK, "2026-11-23 12:30", False),
        (WEEK, "2026-11-23 13:30", True),
        (WEEK, "2026-10-01 10:00", None),
        (WEEK + "（法定节假日除外）", "2026-10-01 10:00", False),
        (WEEK + "，节假日照常", "2026-10-01 10:00", True),
        (WEEK, "2026-10-10 10:00", None),
        (WEEK, "2026-11-21 10:00", False),
        (WEEK, "2031-11-24 10:00", None),
        ("周一至周五 9:00-17:00；周六 9:00-12:00", "2026-11-21 10:00", True),
        ("周一至周五 9:00-17:00，周六 9:00-12:00", "2026-11-21 13:00", False),
        ("周一、周三、周五 上午9点至11点30分", "2026-11-25 11:00", True),
        ("周一、周三、周五 9:00-11:30", "2026-11-24 11:00", False),
        ("周一到周四 上午9:00-11:30，下午1:30-5:00", "2026-11-23 14:00", True),
        ("星期一至星期日 8：30—20：00", "2026-11-22 19:59", None),
        ("星期一至星期日 8：30-20：00", "2026-11-22 19:59", True),
        ("每天 8:30-20:00", "2026-10-01 10:00", True),
        ("每日 8:30-20:00，法定节假日休息", "2026-10-01 10:00", False),
        ("24小时", "2031-01-01 03:00", True),
        ("全年无休 24小时", "2026-10-01 03:00", True),
        ("双休日 9:00-12:00", "2026-11-22 10:00", True),
        ("工作日 9:00-17:00；周六 9:00-12:00", "2026-11-21 10:00", True),
        ("由各地填写", "2026-11-23 10:00", None),
        ("9:00-17:00", "2026-11-23 10:00", None),
        ("工作日", "2026-11-23 10:00", None),
        ("工作日 9:00-17:00，夏季另行通知", "2026-11-23 10:00", None),
        ("工作日 17:00-9:00", "2026-11-23 10:00", None),
        ("工作日 9:00-25:00", "2026-11-23 10:00", None),
        ("", "2026-11-23 10:00", None),
    ],
)
def test_a_place_is_open_closed_or_not_known_to_be_either(hours, when, answer):
    assert is_open(hours, when) is answer


def places(*rows):
    """Copies of a place with (id, district, point, hours)."""
    one = next(entry for entry in ENTRIES if entry.kind == "place")
    for name, district, point, hours in rows:
        latitude, longitude = point or (None, None)
        more = {"district": district, "latitude": latitude, "longitude": longitude, "hours": hours}
        yield one.copy(update={"id": name, "body": one.body.copy(update=more)})


def test_the_nearest_comes_first_and_no_distance_is_made_up():
    rows = list(
        places(
            ("far", "西区", (31.40, 120.60), WEEK),
            ("near", "东区", (31.30, 120.61), "由各地填写"),
            ("unknown-east", "东区", None, WEEK),
            ("a-unknown-west", "西区", None, WEEK),
        )
    )
    spots = nearest(rows, MOMENT, CALENDAR, district="东区", point=(31.30, 120.60))
    assert [spot.entry.id for spot in spots] == ["near", "far", "unknown-east", "a-unknown-west"]
    assert [spot.open for spot in spots] == [None, True, True, True]
    assert spots[0].km == pytest.approx(0.95, abs=0.01) and spots[2].km is None
    assert spots[0].map_link == "geo:31.300000,120.610000" and spots[2].map_link == ""
    by_district = nearest(rows, MOMENT, CALENDAR, district="西区")
    assert [spot.entry.id for spot in by_district][:2] == ["a-unknown-west", "far"]
    assert [spot.entry.id for spot in nearest(rows, MOMENT, CALENDAR, only_open=True)] == sorted(
        ["far", "unknown-east", "a-unknown-west"]
    )


def test_the_card_says_what_is_not_known():
    card = dict(nearest(ENTRIES, MOMENT, CALENDAR)[0].card)
    assert card["状态"] == "现在是否开放未知，请先电话确认" and card["地址"] == "由各地填写" and "距离" not in card


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [
        ((0, 0), (0, 0), 0),
        ((0, 0), (0, 180), 20015.1),
        ((39.9042, 116.4074), (31.2304, 121.4737), 1067),
        ((90, 0), (-90, 0), 20015.1),
    ],
)
def test_distances_along_the_ground(one, other, km):
    assert haversine(one, other) == pytest.approx(km, rel=0.002)


def test_distances_as_people_say_them():
    assert [distance_text(km) for km in (0.347, 2.44)] == ["约 350 米", "约 2.4 公里"]


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0)])
def test_coordinates_that_cannot_be_are_refused(point):
    with pytest.raises(InvalidField):
        nearest(ENTRIES, MOMENT, CALENDAR, point=point)


def test_places_that_offer_a_service():
    spots = nearest(ENTRIES, MOMENT, CALENDAR, service="公积金转移")
    assert [spot.entry.id for spot in spots] == ["place-housing-fund"]
    assert nearest(ENTRIES, MOMENT, CALENDAR, service="火箭发射") == []
    assert "东区" in districts(ENTRIES)


@pytest.mark.parametrize("name", ["即来即办", "不打烊", "跨区域通办", "全程网办"])
def test_lists_by_property_name_guides_and_places(name):
    found = with_property(ENTRIES, name, MOMENT.date())
    text = property_text(found, name)
    assert sum(map(len, found.values())) and f"共 {sum(map(len, found.values()))} 项" in text and len(text) <= 300
    assert all(entry.title in text for entries in found.values() for entry in entries)


def test_a_long_list_is_counted_and_an_unknown_property_refused():
    one = next(entry for entry in ENTRIES if entry.kind == "guide")
    text = property_text({"guide": [one.copy(update={"title": f"事项{n}" * 4}) for n in range(60)]}, "不打烊")
    assert len(text) <= 300 and "另有" in text
    assert "目前没有" in property_text({"guide": []}, "不打烊")
    with pytest.raises(InvalidField):
        with_property(ENTRIES, "随便", MOMENT.date())
    assert len(PROPERTIES) == 8
