"""Judging answers: two people, each on their own; only what they agree on becomes data."""

import datetime as dt
import json

import pytest
import yaml
from fake_staff import browser_of, make_person
from review_world import make_turn

from web import clock
from web.errors import UnknownTurn
from web.review import sample
from web.review.agreement import agreement
from web.review.errors import BadReview, ReviewClosed
from web.review.reviews import Judgement, Reviews
from web.review.sample import Candidate, choose
from web.review.training import gold_jsonl, rasa_yaml

DAY = dt.datetime(2026, 11, 1, 9, 0)
ENTRIES = {"A1-company-setup", "A4-company-change"}


@pytest.fixture
def reviews(site):
    """The judgements of a site."""
    return Reviews(site.desk.engine)


def judge(reviews, turn, who, verdict="right", **more):
    return reviews.judge(turn, who, Judgement(verdict, **more), ENTRIES)


def test_two_people_look_and_a_third_is_turned_away(site, reviews):
    turn = make_turn(site, DAY)
    assert (judge(reviews, turn, "wang"), judge(reviews, turn, "li"), judge(reviews, turn, "wang", "wrong")) == (
        1,
        2,
        1,
    )
    with pytest.raises(ReviewClosed):
        judge(reviews, turn, "zhao")


@pytest.mark.parametrize(
    "said", [Judgement("perfect"), Judgement("wrong", act="no_such"), Judgement("wrong", entry="no-such")]
)
def test_a_judgement_that_names_nothing_known_is_refused(site, reviews, said):
    with pytest.raises(BadReview):
        reviews.judge(make_turn(site, DAY), "wang", said, ENTRIES)
    with pytest.raises(UnknownTurn):
        judge(reviews, "nothing", "wang")


def test_the_second_look_is_offered_to_the_others_only(site, reviews):
    turn = make_turn(site, DAY)
    judge(reviews, turn, "wang")
    assert ([row.id for row in reviews.waiting("li")], reviews.waiting("wang")) == ([turn], [])
    judge(reviews, turn, "li")
    assert reviews.waiting("zhao") == []


def test_nobody_sees_the_others_word_before_giving_their_own(site, reviews):
    turn = make_turn(site, DAY, conversation="one")
    judge(reviews, turn, "wang", "wrong", note="答的是变更")
    browser = browser_of(site, make_person(site, "li", "operator"))
    for address in ("/operator/review?look=second", "/operator/conversations/one"):
        page = browser.get(address).text
        assert "开公司要什么材料" in page and "答的是变更" not in page


def test_only_what_two_people_agree_on_goes_out(site, reviews):
    agreed, disputed, once = (make_turn(site, DAY, question) for question in ("开公司 [要] 啥", "吵架的", "一个人看的"))
    for who in ("wang", "li"):
        judge(reviews, agreed, who, "wrong", act="ask_facet", entry="A4-company-change")
    judge(reviews, disputed, "wang")
    judge(reviews, disputed, "li", "wrong")
    judge(reviews, once, "wang")
    found = reviews.judged()
    data = yaml.safe_load(rasa_yaml(found))
    assert data == {"version": "3.1", "nlu": [{"intent": "ask_facet", "examples": "- 开公司 要 啥\n"}]}
    gold = [json.loads(line) for line in gold_jsonl(found).splitlines()]
    assert [(row["q"], row["entry"], row["facet"]) for row in gold] == [("开公司 要 啥", "A4-company-change", "")]


def test_a_right_answer_keeps_its_part_and_a_masked_question_stays_home(site, reviews):
    for question in ("开公司要啥", "我的电话138******78要办事"):
        turn = make_turn(site, DAY, question)
        judge(reviews, turn, "wang")
        judge(reviews, turn, "li")
    assert [json.loads(line)["facet"] for line in gold_jsonl(reviews.judged()).splitlines()] == ["materials"]
    assert "138" not in rasa_yaml(reviews.judged())


def test_kappa_counts_what_people_said_first(site, reviews):
    pairs = [("right", "right"), ("right", "right"), ("wrong", "wrong"), ("right", "wrong")]
    for first, second in pairs:
        turn = make_turn(site, DAY)
        judge(reviews, turn, "wang", first)
        judge(reviews, turn, "li", second)
        judge(reviews, turn, "li", first)  # talked into it: does not count
    found = agreement(reviews.judged())
    assert (found.pairs, found.same, round(found.kappa, 3)) == (4, 3, 0.5)
    assert found.words == "中等一致"


def test_kappa_says_nothing_where_everybody_says_the_same(site, reviews):
    turn = make_turn(site, DAY)
    judge(reviews, turn, "wang")
    assert agreement(reviews.judged()).pairs == 0
    judge(reviews, turn, "li")
    assert (agreement(reviews.judged()).kappa, agreement([]).share) == (None, None)


def test_a_sample_is_the_same_for_the_same_day_and_another_for_another_day():
    found = [
        Candidate(f"t{number}", "answered", number / 100, "down" if number % 9 == 0 else "") for number in range(100)
    ]
    first = choose(dt.date(2026, 11, 1), found)
    assert first == choose(dt.date(2026, 11, 1), found[::-1]) != choose(dt.date(2026, 11, 2), found)
    reasons = [reason for _, reason in first]
    assert [reasons.count(name) for name in ("vote", "low", "random")] == [10, 10, 20]
    assert len({turn for turn, _ in first}) == 40


def test_a_drawn_sample_stays_though_votes_come_later(site):
    turn = make_turn(site, DAY, confidence=0.99)
    before = sample.of_day(site.desk.engine, DAY.date())
    site.client.post("/api/v1/feedback", json={"turn_id": turn, "value": "down"})
    assert [reason for _, reason in sample.of_day(site.desk.engine, DAY.date())] == [reason for _, reason in before]


def test_the_page_takes_a_judgement_and_the_log_keeps_it(site):
    yesterday = dt.datetime.combine(clock.today() - dt.timedelta(days=1), dt.time(9))
    turn = make_turn(site, yesterday, "昨天问的")
    browser = browser_of(site, make_person(site, "wang", "operator"))
    assert "昨天问的" in browser.get("/operator/review").text
    token = {"X-CSRFToken": browser.token()}
    body = {"verdict": "wrong", "act": "ask_facet", "entry": "A4-company-change", "note": "应当答变更"}
    reply = browser.client.post(f"/operator/review/{turn}", json=body, headers=token)
    assert reply.get_json() == {"ok": True, "look": 1, "verdict": "错误"}
    assert (
        browser.client.post(f"/operator/review/{turn}", json={**body, "entry": "x"}, headers=token).status_code == 422
    )
    assert "review.judge" in str(site.desk.engine.connect().exec_driver_sql("SELECT action FROM web_audit").all())
    assert browser.get("/operator/review/results").status_code == 200
    assert browser.get("/operator/review/training.yml").text.startswith("#")
    assert browser.get("/operator/review/gold.jsonl").status_code == 200
