"""The mailbox of conversations: one line each, found by any Chinese words, paged without repeats, in both databases."""

import datetime as dt
from dataclasses import replace

import pytest
from fake_site import open_site
from fake_staff import browser_with
from review_world import make_turn

from kb.privacy import mask
from web.accounts.audit import Filter as AuditFilter
from web.accounts.audit import page as audit_page
from web.review import listing as module
from web.review.bigrams import phrases, pieces
from web.review.filters import Filter
from web.review.listing import Cursor, Listing

DAY = dt.datetime(2026, 11, 1, 9, 0)
LOW = 0.5


@pytest.fixture(params=["sqlite", "postgres"])
def both(request, settings):
    """The site on SQLite, and again on PostgreSQL."""
    url = request.getfixturevalue("postgres") if request.param == "postgres" else ""
    with open_site(replace(settings, database_url=url), entries=[]) as site:
        if url:
            with site.desk.engine.begin() as connection:
                names = "web_words, web_feedback, web_conversation_tags, web_reviews, web_review_samples, web_turns"
                connection.exec_driver_sql(f"TRUNCATE {names}, web_conversations, web_requests CASCADE")
        yield site


def listed(site, size=50, **wanted):
    """The questions of the first page."""
    return [line.question for line in Listing(site.desk.engine, LOW).page(Filter(**wanted), size=size).lines]


def all_pages(site, wanted, size):
    """The lines of every page in a row."""
    found, cursor = [], Cursor()
    while True:
        page = Listing(site.desk.engine, LOW).page(wanted, cursor, size)
        found += page.lines
        if not page.after:
            return found
        cursor = Cursor.read(page.after)


def test_text_becomes_pairs_and_a_query_phrases():
    assert pieces("办 VAT发票2026") == ["办", "vat", "发票", "票", "2026"]
    assert phrases("发票章 办") == [("发票", "票章"), ("办",)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("执照", 1),
        ("营业执照", 1),
        ("执营", 0),
        ("照", 1),
        ("章程", 2),
        ("执照 章程", 1),
        ("ＶＡＴ", 1),
        ("12345", 1),
        ("、", 0),
    ],
)
def test_any_part_of_the_chinese_text_is_found(both, query, found):
    make_turn(both, DAY, "营业执照丢了怎么办 VAT 12345", "带章程来。")
    make_turn(both, DAY, "社保怎么交", "按章程交。")
    assert len(listed(both, q=query)) == found


def test_what_was_asked_in_the_chat_is_found_at_once(site):
    site.ask("开公司需要什么材料")
    assert listed(site, q="开公司") == listed(site, q="公司章程") == ["开公司需要什么材料"]


def test_a_conversation_is_one_line_at_its_latest_turn_that_fits(both):
    for minute, (question, outcome) in enumerate([("一问", "refused"), ("二问", "answered"), ("三问", "answered")]):
        make_turn(both, DAY + dt.timedelta(minutes=minute), question, conversation="one", outcome=outcome)
    make_turn(both, DAY - dt.timedelta(days=1), "另一个")
    assert listed(both) == ["三问", "另一个"]
    assert listed(both, outcome="refused") == ["一问"]


@pytest.mark.parametrize(
    "wanted", [Filter(), Filter(q="材料"), Filter(eyes=True), Filter(vote="down"), Filter(outcome="no_answer")]
)
def test_pages_hold_every_conversation_once_latest_first(both, wanted):
    for number in range(60):
        talk, at = f"c{number % 23}", DAY + dt.timedelta(seconds=number // 2)
        make_turn(both, at, f"材料第{number}问", conversation=talk, outcome="no_answer", vote="down")
    found = all_pages(both, wanted, 7)
    assert len(found) == len({line.conversation_id for line in found}) == 23
    assert [line.asked_at for line in found] == sorted((line.asked_at for line in found), reverse=True)


def test_a_walk_that_finds_little_says_so_and_goes_on(both, monkeypatch):
    monkeypatch.setattr(module, "LOOK_BACK_STEPS", (2, 3))
    for number in range(12):
        make_turn(both, DAY + dt.timedelta(minutes=number), f"第{number}问", confidence=0.1 if number == 0 else 0.9)
    first = Listing(both.desk.engine, LOW).page(Filter(below=0.5))
    assert (first.lines, first.unfinished) == ([], True)
    assert [line.question for line in all_pages(both, Filter(below=0.5), 50)] == ["第0问"]


@pytest.mark.parametrize(
    ("turn", "reason"),
    [
        ({"outcome": "error", "error": "dialogue_down"}, "出错"),
        ({"vote": "down"}, "评为没用"),
        ({"outcome": "no_answer"}, "答不上"),
        ({"outcome": "handoff"}, "转人工"),
        ({"confidence": 0.3}, "把握低"),
        ({}, ""),
    ],
)
def test_a_line_begins_with_why_it_needs_eyes(site, turn, reason):
    make_turn(site, DAY, **turn)
    line = Listing(site.desk.engine, LOW).page(Filter()).lines[0]
    assert line.reason(LOW) == reason
    assert len(listed(site, eyes=True)) == (1 if reason else 0)


def test_filters_narrow_by_day_act_entry_channel_and_tag(site):
    make_turn(site, DAY, "甲", act="ask_policy", conversation="jia")
    make_turn(site, DAY + dt.timedelta(days=1), "乙", entry_id="A4-company-change", vote="up")
    browser = browser_with(site, "operator")
    browser.post("/operator/conversations/jia/tags", {"tag": "要回访"})
    assert (
        listed(site, begin=DAY.date(), end=DAY.date())
        == listed(site, act="ask_policy")
        == listed(site, tag="要回访")
        == ["甲"]
    )
    assert listed(site, entry="A4-company-change") == listed(site, vote="up") == ["乙"]
    assert listed(site, channel="phone") == []


def test_a_filter_survives_its_address_and_nonsense_is_left_out():
    wanted = Filter(q="材料", begin=DAY.date(), outcome="refused", below=0.5, eyes=True)
    assert Filter.read(wanted.given()) == wanted
    assert Filter.read({"outcome": "x", "begin": "gestern", "below": "7", "vote": "maybe"}) == Filter()
    assert str(Cursor.read("rubbish~x")) == str(Cursor())


def test_filters_are_kept_for_oneself_and_forgotten(site):
    browser = browser_with(site, "operator")
    browser.post("/operator/filters", {"name": "拒绝的", "outcome": "refused"})
    page = browser.get("/operator/conversations").text
    assert "拒绝的" in page and "outcome=refused" in page
    saved = page.split('name="drop" value="')[1].split('"')[0]
    browser.post("/operator/filters", {"drop": saved})
    assert "拒绝的" not in browser.get("/operator/conversations").text


def test_the_transcript_shows_how_each_turn_was_answered(site):
    make_turn(
        site,
        DAY,
        conversation="one",
        vote="down",
        sources=[],
        why=[
            {
                "entry_id": "A1-company-setup",
                "key": "materials",
                "score": 0.8765,
                "found_by": ["words"],
                "matched": ["公司"],
            }
        ],
    )
    make_turn(site, DAY, "又问", conversation="one", outcome="error", error="dialogue_down", answer="")
    page = browser_with(site, "operator").get("/operator/conversations/one").text
    for word in ("问事项", "90%", "0.876", "100 毫秒", "没用", "看不懂", "第 1 版", "dialogue_down"):
        assert word in page


@pytest.mark.parametrize("message", ["我要反映路灯坏了", "我要订阅开公司的政策"])
def test_contacts_are_covered_until_somebody_with_the_right_asks_and_the_log_says_who(site, message):
    talk = site.ask(message).get_json()["conversation_id"]
    browser = browser_with(site, "operator")
    assert "13812345678" not in browser.get(f"/operator/conversations/{talk}").text
    assert "13812345678" in browser.post(f"/operator/conversations/{talk}/unmask").text
    events, _ = audit_page(site.desk.engine, AuditFilter(action="conversation.unmask"))
    assert [(one.actor, one.object) for one in events] == [("operator", f"conversation:{talk}")]


def test_the_transcript_leads_to_the_appeals_that_came_out_of_the_conversation(site):
    talk = site.ask("我要反映路灯坏了").get_json()["conversation_id"]
    (ticket,) = site.desk.tickets.tickets.of_conversation(talk)
    page = browser_with(site, "operator").get(f"/operator/conversations/{talk}").text
    assert f'href="/officer/tickets/{ticket.number}">{ticket.number}</a> <span class="badge">已登记</span>' in page


def test_personal_numbers_are_not_in_the_searched_words_either(site):
    site.ask("我的电话 13812345678")
    assert listed(site, q="13812345678") == []
    assert listed(site) == [mask("我的电话 13812345678").text]


def test_what_a_visitor_types_never_becomes_markup(site):
    talk = site.ask("<script>alert(1)</script>开公司").get_json()["conversation_id"]
    browser = browser_with(site, "operator")
    for address in (
        "/operator/conversations",
        "/operator/conversations?q=<script>alert(1)</script>",
        f"/operator/conversations/{talk}",
    ):
        assert "<script>alert" not in browser.get(address).text
