"""The chat's commands on the ticket desk: registering, progress, grades, booking an agent."""

import json

import pytest

from web.tickets import Actor, Role

DISPATCHER, HANDLER = Actor("fang", Role.DISPATCHER), Actor("li", Role.HANDLER, "供电公司")
APPEAL = {"what": "园区这周停电三次，生产线停了", "category": "水电气网", "where": "科创路8号", "when": "从周一开始"}
GIVEN = {**APPEAL, "contact": "王工 13912345678", "consent": True}


def command(site, name, values, conversation=None, say=""):
    """Let the dialogue decide on a command; returns the reply and its ticket item."""
    text = "命令 " + json.dumps({"name": name, "args": {"values": values, "say": say}}, ensure_ascii=False)
    reply = site.ask(text, conversation).get_json()
    return reply, next((item for item in reply["messages"] if item["type"] == "ticket"), None)


def replied(site, number):
    """Bring a ticket to its reply."""
    steps = (
        ("dispatch", DISPATCHER, {"department": "供电公司"}),
        ("sign", HANDLER, {}),
        ("handle", HANDLER, {}),
        ("reply", HANDLER, {"reply": "线路已修复", "outcome": "resolved"}),
    )
    for move, actor, given in steps:
        site.desk.tickets.tickets.move(number, move, actor, **given)


@pytest.fixture
def told(site):
    """(conversation, number) of an appeal made in the chat."""
    reply, item = command(site, "ticket.create", GIVEN)
    return reply["conversation_id"], item["number"]


def test_appeal_of_the_chat_is_a_ticket_with_all_that_was_told(site, told):
    conversation, number = told
    ticket = site.desk.tickets.tickets.get(number)
    assert (ticket.state, ticket.category, ticket.channel) == ("registered", "facilities.power", "chat")
    assert (ticket.contact_name, ticket.phone, ticket.consent) == ("王工", "13912345678", True)
    assert ticket.conversation_id == conversation and "从周一开始" in ticket.text


def test_reply_tells_number_deadline_and_what_is_next(site):
    _, item = command(site, "ticket.create", GIVEN)
    assert item["number"].startswith("SQ") and "前答复" in item["text"] and "下一步：派给承办部门" in item["text"]
    assert item["url"] == f"/appeals?number={item['number']}"


def test_numbers_of_persons_in_the_text_are_not_kept(site):
    _, item = command(site, "ticket.create", {**GIVEN, "what": "我的手机13800001111，园区又停电了"})
    assert "13800001111" not in site.desk.tickets.tickets.get(item["number"]).text


def test_repeated_message_registers_once(site):
    text = "命令 " + json.dumps({"name": "ticket.create", "args": {"values": GIVEN}}, ensure_ascii=False)
    first = site.ask(text, message_id="m-1").get_json()
    again = site.ask(text, first["conversation_id"], message_id="m-1").get_json()
    assert first["messages"] == again["messages"]
    assert len(site.desk.tickets.tickets.of_conversation(first["conversation_id"])) == 1


def test_own_conversation_sees_the_real_progress(site, told):
    conversation, number = told
    assert "已登记" in command(site, "progress.query", {"number": number}, conversation)[1]["text"]
    replied(site, number)
    text = command(site, "progress.query", {"number": number.lower()}, conversation)[1]["text"]
    assert "现在：已答复。请对答复作出评价。" in text and "线路已修复" in text


def test_other_conversation_needs_the_phone(site, told):
    _, number = told
    item = command(site, "progress.query", {"number": number})[1]
    assert item["status"] == "check" and "停电" not in item["text"] and item["url"].endswith(number)
    unknown = command(site, "progress.query", {"number": "SQ20200101-XXXXXX"})[1]
    assert unknown["text"].replace("SQ20200101-XXXXXX", number) == item["text"]
    proven = command(site, "progress.query", {"number": number}, say="13912345678")[1]
    assert "现在：已登记" in proven["text"]
    wrong = command(site, "progress.query", {"number": number}, say="13900000000")[1]
    assert wrong["status"] == "refused" and "对不上" in wrong["text"]


def test_bad_grade_of_the_chat_opens_a_rectification_with_its_day(site, told):
    conversation, number = told
    replied(site, number)
    values = {"subject": number, "stars": 2, "reasons": ["态度不好", "没听过的"], "comment": "又停了"}
    _, item = command(site, "rating.save", values, conversation)
    assert "不满意" in item["text"] and "整改，期限 " in item["text"]
    ticket = site.desk.tickets.tickets.get(number)
    assert (ticket.state, ticket.grade) == ("unsatisfied", 2)
    assert site.desk.tickets.ratings.of(number)[0]["reasons"] == ["态度", "其他"]
    _, again = command(site, "rating.save", values, conversation)
    assert again["status"] == "refused"


def test_grade_of_somebody_else_needs_the_phone(site, told):
    _, number = told
    replied(site, number)
    _, item = command(site, "rating.save", {"subject": number, "stars": 1})
    assert item["status"] == "check" and site.desk.tickets.tickets.get(number).grade is None


def test_grade_of_the_talk_itself_is_no_grade_of_a_ticket(site, told):
    conversation, number = told
    replied(site, number)
    _, item = command(site, "rating.save", {"subject": "刚才的咨询", "stars": 5}, conversation)
    assert item["number"].startswith("QX") and site.desk.tickets.tickets.get(number).grade is None


def test_agent_is_booked_with_the_steps_of_the_guide(site):
    values = {"item": "公司设立登记", "day": "2026-11-25 上午", "where": "政务服务大厅", "contact": "李总 13912345678"}
    reply, item = command(site, "agent.book", values)
    booking = site.desk.tickets.bookings.get(item["number"])
    assert booking.entry_id == "A1-company-setup" and len(booking.steps) == 5
    assert (booking.contact_name, booking.wish) == ("李总", "2026-11-25 上午，政务服务大厅")
    assert "前联系您" in item["text"] and booking.conversation_id == reply["conversation_id"]
    _, progress = command(site, "progress.query", {"number": item["number"]}, reply["conversation_id"])
    assert "已预约" in progress["text"]
    assert "已预约" not in command(site, "progress.query", {"number": item["number"]})[1]["text"]


def test_what_cannot_be_registered_says_why(site):
    _, item = command(site, "ticket.create", {**GIVEN, "what": " "})
    assert item["status"] == "refused" and "请写下" in item["text"]
