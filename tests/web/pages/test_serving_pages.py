"""The enterprise's pages: its profile, matched policies, subscriptions, messages; notices and places for anyone."""

import json
import re

import pytest
from fake_site import open_site
from fake_staff import Browser
from serving_world import CODE, notice, policy, profile_in_chat, some_entries

from web.outbox import Message, Target
from web.profiles.errors import UnknownProfile
from web.push import widget

FORM = {
    "name": "甲科技有限公司",
    "code": CODE,
    "headcount": "51-100人",
    "size_class": "小型",
    "qualifications:高新技术企业": "yes",
}


@pytest.fixture
def site(settings):
    """A site with policies, notices and places."""
    with open_site(settings, (*some_entries(), policy())) as opened:
        yield opened


@pytest.fixture
def browser(site):
    """A browser that has filled in a profile on the page."""
    made = Browser(site)
    assert made.post("/mine/new", FORM).location == "/mine"
    return made


def profile_of(site, browser):
    with browser.client.session_transaction() as session:
        return site.desk.serving.profiles.get(session["profile"][0])


def test_a_profile_made_on_a_page_shows_its_key_once(site, browser):
    page = browser.get("/mine").text
    key = re.search(r'id="new-key">.*<code>([^<]+)</code>', page)[1]
    assert "51-100人" in page and key not in browser.get("/mine").text
    other = Browser(site)
    assert other.post("/mine/enter", {"key": key}).status_code == 303
    assert "甲科技有限公司" in other.get("/mine").text
    assert Browser(site).post("/mine/enter", {"key": key + "x"}).status_code == 404


def test_a_contact_or_an_answer_that_cannot_be_kept_stands_in_the_form_again(browser):
    contact = {"channel": "phone", "address": "138", "name": "王工", "purposes": "policy"}
    page = browser.post("/mine/contacts", contact)
    assert page.status_code == 422 and 'value="138"' in page.text and 'value="王工"' in page.text
    assert 'value="policy" checked' in page.text
    page = browser.post("/mine/contacts", {**contact, "name": "王" * 41})
    assert page.status_code == 422 and "“姓名”最多 40 个字，现在 41 个" in page.text and "王" * 41 in page.text


def test_seats_that_are_no_number_are_refused_and_not_taken_for_one(site, browser):
    typed = {"enterprise": "甲公司", "contact": "王工", "phone": "13912345678", "seats": "三"}
    page = browser.post(f"/notices/{notice().id}", typed)
    assert page.status_code == 422 and "“人数”要是整数" in page.text and 'value="三"' in page.text


def test_nobody_sees_the_pages_without_showing_whose_they_are(site, browser):
    stranger = Browser(site)
    for address in ("/mine/edit", "/mine/export", "/mine/policies", "/mine/subscriptions", "/mine/messages"):
        assert stranger.get(address).location == "/mine"
    assert stranger.post("/mine/delete", {"sure": "yes"}).location == "/mine"
    assert "甲科技有限公司" not in stranger.get("/mine").text
    assert profile_of(site, browser).name == "甲科技有限公司"


def test_the_door_from_the_chat_opens_only_by_the_button_and_once(site):
    _, item = profile_in_chat(site, code=CODE)
    visitor = Browser(site)
    assert visitor.get(item["url"]).status_code == visitor.get(item["url"]).status_code == 200
    assert visitor.post(item["url"]).location == "/mine" and CODE in visitor.get("/mine").text
    assert Browser(site).post(item["url"]).status_code == 404


def test_a_correction_forgets_what_was_emptied_and_keeps_what_was_not_touched(site, browser):
    page = browser.get("/mine/edit").text
    assert "<option selected>51-100人</option>" in page
    form = {**FORM, "version": 1, "size_class": "", "revenue_wan": "3000万"}
    assert browser.post("/mine/edit", form).status_code == 303
    values = profile_of(site, browser).values
    assert "size_class" not in values and {"headcount", "revenue_wan", "qualifications"} <= set(values)
    assert browser.post("/mine/edit", form).status_code == 409


def test_what_is_never_kept_is_refused_with_the_form_as_it_was(site, browser):
    reply = browser.post("/mine/edit", {**FORM, "version": 1, "business_district": "身份证 11010519491231002X"})
    assert reply.status_code == 422 and "不保存" in reply.text and "甲科技有限公司" in reply.text


def test_the_export_holds_everything_and_the_deletion_leaves_nothing(site, browser):
    profile = profile_of(site, browser)
    browser.post("/mine/contacts", {"channel": "phone", "address": "13912345678", "purposes": "policy"})
    browser.post("/mine/subscriptions", {"channel": "widget", "frequency": "daily"})
    kept = json.loads(browser.get("/mine/export").text)
    assert (
        kept["code"] == CODE
        and kept["contacts"][0]["purposes"] == ["policy"]
        and "每天一次" in kept["subscriptions"][0]
    )
    assert browser.post("/mine/delete").status_code == 303 and profile_of(site, browser)
    browser.post("/mine/delete", {"sure": "yes"})
    with pytest.raises(UnknownProfile):
        site.desk.serving.profiles.get(profile.id)
    assert "甲科技有限公司" not in browser.get("/mine").text


def test_matched_policies_are_explained_and_an_answer_ranks_anew(site, browser):
    page = browser.get("/mine/policies").text
    assert "职工不超过500人" in page or "职工总数不超过500人" in page
    assert "因为" in page and "请补充" in page and "以主管部门审核为准" in page
    order = re.findall(r'data-policy="([^"]+)"', page)
    field = re.search(r'name="field" value="(\w+)"', page)[1]
    assert order[0] == "K9-test-policy" and "B7-small-profit-income-tax" in order and field == "total_assets_wan"
    browser.post("/mine/policies/answer", {"field": field, "value": "6000万"})
    assert "B7-small-profit-income-tax" not in re.findall(r'data-policy="([^"]+)"', browser.get("/mine/policies").text)
    assert browser.post("/mine/policies/answer", {"field": field, "value": "很多"}).status_code == 422


def test_what_is_not_wanted_can_be_taken_back(site, browser):
    profile, wishes = profile_of(site, browser), site.desk.serving.wishes
    browser.post("/mine/unwanted", {"kind": "theme", "name": "科技资质"})
    assert (
        wishes.refused(profile.id) == [("theme", "科技资质")] and "一类：科技资质" in browser.get("/mine/policies").text
    )
    browser.post("/mine/unwanted", {"kind": "theme", "name": "科技资质", "again": "1"})
    assert wishes.refused(profile.id) == []
    assert browser.post("/mine/unwanted", {"kind": "all", "name": "x"}).status_code == 422


def test_a_subscription_keeps_frequency_and_quiet_hours(site, browser):
    quiet = {"quiet_from": "22:00", "quiet_to": "08:00"}
    browser.post("/mine/subscriptions", {"channel": "widget", "frequency": "weekly", **quiet})
    assert "每周一次，周一上午 9 点，22:00-08:00 不打扰" in browser.get("/mine/subscriptions").text
    wrong = browser.post("/mine/subscriptions", {"channel": "widget", "frequency": "now", "quiet_from": "22:00"})
    assert wrong.status_code == 422 and "免打扰" in wrong.text
    browser.post("/mine/subscriptions/end", {"channel": "widget"})
    assert "还没有订阅" in browser.get("/mine/subscriptions").text


def test_the_signed_link_unsubscribes_only_on_confirmation(site, browser):
    profile, serving = profile_of(site, browser), site.desk.serving
    serving.wishes.subscribe(profile.id, "widget")
    address = "/unsubscribe/" + serving.signs.dumps([profile.id, "widget"])
    anyone = Browser(site)
    assert anyone.get(address).status_code == 200 and serving.wishes.of(profile.id)
    assert "已退订" in anyone.post(address).text and serving.wishes.of(profile.id) == []
    head, seal = address.rsplit(".", 1)
    assert anyone.post(f"{head}.{'B' if seal[0] == 'A' else 'A'}{seal[1:]}").status_code == 404


def test_the_panel_gets_a_message_of_its_own_conversation_once(site):
    conversation, _ = profile_in_chat(site)
    stranger, _ = profile_in_chat(site)
    serving = site.desk.serving
    outbox = widget.WidgetOutbox(site.desk.engine)
    for _ in range(2):
        outbox.send(Target(serving.ways.of(conversation)), Message("k1", "新政策", "因为…", "/m/k1", "/unsubscribe/x"))
    address = f"/api/v1/conversations/{conversation}/events"
    news = site.client.get(address).get_json()
    assert [one["title"] for one in news["pushes"]] == ["新政策"] and news["pushes"][0]["url"] == "/m/k1"
    assert site.client.get(address, query_string={"pushed": news["pushed"]}).get_json()["pushes"] == []
    assert [one["title"] for one in site.client.get(f"{address}?pushed=x").get_json()["pushes"]] == ["新政策"]
    assert site.client.get(f"/api/v1/conversations/{stranger}/events").get_json()["pushes"] == []
    assert widget.of(site.desk.engine, serving.ways.of(conversation))[0].shown_at


def test_signing_up_for_a_notice_and_giving_the_seat_back(site):
    visitor = Browser(site)
    assert "年度汇算清缴办税培训" in visitor.get("/notices").text
    given = {"enterprise": "甲公司", "contact": "王工", "phone": "13912345678", "seats": "2"}
    assert visitor.post("/notices/notice-tax-training", given).location == "/signups"
    number = re.search(r"BM\d{8}-\w{8}", visitor.get("/signups").text)[0]
    assert visitor.post("/notices/notice-tax-training", given).status_code == 409
    other = Browser(site)
    assert number not in other.get("/signups").text
    assert other.post("/signups", {"number": number, "phone": "13900000000"}).status_code == 404
    assert "报名已取消" in visitor.post("/signups/cancel", follow_redirects=True).text
    calendar = visitor.get("/notices/notice-tax-training/calendar.ics")
    assert calendar.mimetype == "text/calendar" and b"BEGIN:VEVENT" in calendar.data


def test_places_are_filtered_and_have_a_card(site):
    visitor = Browser(site)
    page = visitor.get("/places").text
    assert "办税服务厅" in page and "东区园区驿站" in page
    assert "办税服务厅" not in visitor.get("/places?property=帮代办").text
    assert visitor.get("/places?lat=95&lon=0").status_code == visitor.get("/places?lat=x").status_code == 422
    assert "geolocation=(self)" in visitor.get("/places").headers["Permissions-Policy"]
    assert "geolocation=()" in visitor.get("/notices").headers["Permissions-Policy"]
    assert "请电话确认" in visitor.get("/places/place-tax-hall/card").text
    assert visitor.get("/places/K2-tech-sme/card").status_code == 404


def test_a_notice_with_conditions_says_for_whom_it_is(settings):
    rule = policy().body.rules[0]
    with open_site(settings, [notice(body={"rules": (rule,)})]) as site:
        browser = Browser(site)
        assert rule.sentence in browser.get("/notices/notice-tax-training").text
        browser.post("/mine/new", FORM)
        assert f"因为：{rule.sentence}" in browser.get("/notices/notice-tax-training").text
