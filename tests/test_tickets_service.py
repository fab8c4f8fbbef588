"""Opening, finding, merging, proving, grading and exporting appeals."""

import csv
import io
import json
import zipfile

import pytest
from tickets_world import CALLER, DISPATCHER, HANDLER, OPERATOR, POWER, ROADS, World

from web.tickets import Colour, errors, proposal, replies
from web.tickets.attachments import SAFE_HEADERS
from web.tickets.figures import Period
from web.tickets.numbers import ALPHABET
from web.tickets.pool import FIELDS, FORMAT


@pytest.fixture
def world(tmp_path):
    """A desk on SQLite."""
    made = World(f"sqlite:///{tmp_path / 'tickets.sqlite3'}", tmp_path)
    yield made
    made.close()


def test_an_appeal_gets_a_number_a_deadline_and_its_first_event(world):
    ticket = world.open("  车间停电\x00\u200b ", phone="+86 139-1234-5678", district="东区")
    assert ticket.number.startswith("SQ20261116-") and set(ticket.number[11:]) <= set(ALPHABET)
    assert (ticket.text, ticket.title, ticket.phone) == ("车间停电", "车间停电", "13912345678")
    assert world.tickets.get(f" {ticket.number.lower()} ") == ticket
    (event,) = world.tickets.history(ticket.number)
    assert (event.move, event.from_state, event.to_state, event.sequence) == ("register", "", "registered", 1)


def test_the_number_told_in_the_chat_is_kept_and_telling_twice_opens_one(world):
    first = world.open(number="QX20261116-ABCDEF", turn_id="t1", conversation_id="c1")
    again = world.open(number="QX20261116-ABCDEF", turn_id="t1", conversation_id="c1")
    assert first.number == "QX20261116-ABCDEF" and again == first
    with pytest.raises(errors.NumberTaken):
        world.open(number="QX20261116-ABCDEF", turn_id="t2")
    assert [ticket.number for ticket in world.tickets.of_conversation("c1")] == [first.number]
    assert world.tickets.of_conversation("") == []


def test_a_drawn_number_that_is_taken_is_drawn_again(world):
    draws = iter(["A", "A", "B"])
    world.tickets._draw = lambda day: next(draws)
    assert [world.open().number, world.open().number] == ["A", "B"]
    world.tickets._draw = lambda day: "A"
    with pytest.raises(errors.NumberTaken):
        world.open()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": " \u200b "},
        {"text": "长" * 5001},
        {"kind": "wish"},
        {"urgency": "asap"},
        {"channel": "pigeon"},
        {"category": "moon"},
        {"phone": "call me"},
        {"phone": "1" * 40},
    ],
)
def test_an_appeal_that_cannot_be_used_is_refused_with_the_field(world, fields):
    with pytest.raises(errors.BadInput) as caught:
        world.open(**{"text": "停电", **fields})
    assert caught.value.extra["field"] in fields


def test_an_unknown_number_is_named(world):
    for call in (world.tickets.get, world.tickets.history):
        with pytest.raises(errors.UnknownTicket, match="SQ-1"):
            call("SQ-1")
    with pytest.raises(errors.UnknownTicket):
        world.tickets.move("SQ-1", "sign", HANDLER)


def test_a_move_made_on_an_old_view_is_refused(world):
    ticket = world.at("dispatched")
    world.tickets.move(ticket.number, "sign", HANDLER, revision=ticket.revision)
    with pytest.raises(errors.StaleTicket):
        world.tickets.move(ticket.number, "note", HANDLER, revision=ticket.revision, text="晚了一步")


def test_progress_is_shown_to_who_has_number_and_phone(world):
    ticket = world.at("replied")
    shown = world.desk.progress.check(ticket.number.lower(), "139 1234 5678", "1.2.3.4")
    assert shown.label == "已答复" and shown.can_grade and shown.reply == "线路已修复"
    texts = [line.text for line in shown.lines]
    assert (
        texts[0].startswith("已收到您的诉求") and texts[1] == f"已交{POWER}办理" and texts[-1] == "已答复：线路已修复"
    )


def test_inner_events_are_not_shown_to_the_requester(world):
    ticket = world.at("return_asked")
    world.move(ticket, "note", DISPATCHER, text="先问问城建")
    lines = world.desk.progress.of(ticket).lines
    assert not any("先问问" in line.text or "不归" in line.text for line in lines)


def test_guessing_is_answered_alike_limited_and_logged(world, caplog):
    ticket = world.open()
    messages = set()
    for number in (ticket.number, "SQ20261116-XXXXXX"):
        with pytest.raises(errors.NotProven) as caught:
            world.desk.progress.check(number, "13900000000", "1.2.3.4")
        messages.add(caught.value.detail)
    assert len(messages) == 1 and "failed" in caplog.text
    for _ in range(3):
        with pytest.raises(errors.NotProven):
            world.desk.progress.check(ticket.number, "13900000001", "1.2.3.4")
    with pytest.raises(errors.TooManyAttempts):  # by the place, on any number
        world.desk.progress.check("SQ20261116-YYYYYY", "13912345678", "1.2.3.4")
    assert "too many failures" in caplog.text
    assert world.desk.progress.check(ticket.number, "13912345678", "5.6.7.8")
    with pytest.raises(errors.NotProven):
        world.desk.progress.check(ticket.number, "1", "9.9.9.9")
    with pytest.raises(errors.TooManyAttempts):  # by the number, from anywhere, though the phone is right
        world.desk.progress.check(ticket.number, "13912345678", "7.7.7.7")
    world.clock.forward(minutes=16)
    assert world.desk.progress.check(ticket.number, "13912345678", "1.2.3.4")


def test_an_appeal_without_a_phone_is_shown_to_nobody_by_number(world):
    ticket = world.open(phone="")
    for phone in ("", "no-such-phone"):
        with pytest.raises(errors.NotProven):
            world.desk.progress.check(ticket.number, phone, "x")


def test_news_reach_the_conversation_once(world):
    ticket = world.open(conversation_id="c1")
    first = world.desk.progress.news("c1")
    assert len(first) == 1
    world.move(ticket, "dispatch", DISPATCHER, department=POWER)
    assert [line.text for line in world.desk.progress.news("c1", after=first[-1].id)] == [f"已交{POWER}办理"]
    assert world.desk.progress.news("") == []


def test_the_same_matter_told_twice_is_found_and_merged(world):
    first = world.open("车间这周停电三次，机器停了")
    second = world.open("我们车间这周停电三次，机器都停了")
    world.open("食堂饭菜太咸", category="other", phone="13700000000")
    (match,) = world.desk.duplicates.of(second.text, category=second.category, phone=second.phone, but=second.number)
    assert match.ticket.number == first.number and match.score > 0.75
    merged = world.move(second, "merge", DISPATCHER, into=first.number, reason="同一问题")
    assert (merged.state, merged.merged_into) == ("merged", first.number)
    absorbed = world.tickets.history(first.number)[-1]
    assert (absorbed.move, absorbed.details["absorbed"], absorbed.public) == ("absorb", second.number, False)
    assert world.tickets.get(first.number).repeats == 2


def test_meaning_is_compared_by_what_the_caller_gives(world):
    first = world.open("车间停电")
    world.desk.duplicates._similar = lambda text, others: [1.0 if "停电" in other else 0.0 for other in others]
    (match,) = world.desk.duplicates.of("供电中断了", category="facilities.power")
    assert match.ticket.number == first.number and match.score == 1.0
    assert world.desk.duplicates.of("供电中断了", category="talent") == []


@pytest.mark.parametrize("into", ["", "SQ-NONE", "itself", "closed"])
def test_merging_into_nothing_itself_or_the_past_is_refused(world, into):
    ticket = world.open()
    target = {"itself": ticket.number, "closed": world.at("closed").number}.get(into, into)
    with pytest.raises((errors.MissingInput, errors.UnknownTicket, errors.BadInput, errors.IllegalMove)):
        world.move(ticket, "merge", DISPATCHER, into=target)
    assert world.tickets.get(ticket.number).state == "registered"


def test_similar_answered_appeals_teach_the_officer(world):
    done = world.at("closed", text="车间停电，要求尽快恢复")
    world.open("车间停电，要求赔偿")
    (match,) = world.desk.duplicates.answered("车间又停电，要求恢复", category="facilities.power")
    assert match.ticket.number == done.number and match.ticket.reply


def test_the_list_has_urgent_first_then_what_is_late_first_and_pages_without_gaps(world):
    numbers = {}
    for n in range(25):
        world.clock.forward(hours=1)
        urgency = "urgent" if n % 5 == 0 else "normal"
        numbers[world.open(f"第{n}件", urgency=urgency, phone="").number] = urgency
    seen, mark = [], ""
    while True:
        page = world.desk.worklist.page(after=mark, size=7)
        seen += [row.ticket for row in page.rows]
        mark = page.next
        if not mark:
            break
    assert [ticket.number for ticket in seen] == sorted(
        numbers, key=lambda number: (numbers[number] != "urgent", world.tickets.get(number).sort_at, number)
    )
    with pytest.raises(errors.BadInput):
        world.desk.worklist.page(after="nonsense")


def test_the_list_is_filtered_by_colour_department_category_and_whose_turn_it_is(world):
    mine, other = world.at("dispatched"), world.open(category="labour.wages")
    world.at("closed")
    listed = lambda **by: {row.ticket.number for row in world.desk.worklist.page(**by).rows}  # noqa: E731
    assert listed() == {mine.number, other.number}
    assert listed(department=POWER) == {mine.number}
    assert listed(category="labour") == {other.number}
    assert listed(waits_for="handler") == {mine.number} and listed(states=["registered"]) == {other.number}
    assert listed(colour=Colour.BLUE) == set()
    world.clock.forward(days=10)
    assert listed(colour=Colour.RED) == {mine.number, other.number} and listed(colour=Colour.ORANGE) == set()
    assert {row.word for row in world.desk.worklist.page().rows} == {"超期"}
    assert world.desk.worklist.counts() == {"all": 2, "blue": 0, "orange": 0, "red": 2, "unknown": 0}
    assert world.desk.worklist.counts(department="没有这个局")["all"] == 0


def test_a_bad_grade_makes_a_rectification_with_deadlines_that_is_followed_to_the_end(world):
    ticket = world.at("replied")
    bad = world.desk.ratings.grade(ticket.number, 2, CALLER, reasons=["推诿"], comment="没人来", resolved="no")
    (todo,) = world.desk.ratings.rectifications(department=POWER)
    assert (bad.rectification, todo.status, bad.resolved) == ("open", "open", "no")
    assert str(todo.contact_due_at.date()) == "2026-11-17" and str(todo.due_at.date()) == "2026-12-07"
    assert not todo.late(world.clock.at)
    world.move(bad, "rectify_contact", HANDLER, text="已电话致歉", verdict="true")
    world.move(bad, "rectify_done", HANDLER, text="更换线路")
    with pytest.raises(errors.IllegalMove):
        world.move(bad, "rectify_done", HANDLER, text="再来一次")
    checked = world.move(bad, "rectify_check", OPERATOR, text="企业认可", resolved="yes")
    assert (checked.rectification, checked.resolved) == ("checked", "yes")
    (done,) = world.desk.ratings.rectifications(finished=True)
    assert (done.verdict, done.measures, done.check_text) == ("true", "更换线路", "企业认可")
    assert world.desk.ratings.rectifications() == []


def test_a_late_rectification_shows(world):
    world.at("unsatisfied")
    (todo,) = world.desk.ratings.rectifications()
    assert todo.late(world.clock.at.replace(month=12, day=20))


def test_nothing_counts_as_good_unless_somebody_said_so(world):
    ticket = world.at("replied")
    silent = world.desk.ratings.revisit(ticket.number, None, OPERATOR)
    assert (silent.state, silent.grade, silent.resolved) == ("revisited", None, "")
    assert world.desk.ratings.of(ticket.number) == []


def test_one_reply_is_graded_once_by_each_side(world):
    ticket = world.at("replied")
    world.desk.ratings.revisit(ticket.number, 3, OPERATOR)
    world.desk.ratings.grade(ticket.number, 5, CALLER)
    with pytest.raises(errors.UsedUp):
        world.desk.ratings.grade(ticket.number, 1, CALLER)
    assert [row["source"] for row in world.desk.ratings.of(ticket.number)] == ["revisit", "requester"]


PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def office(*names):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def test_an_attachment_is_kept_and_given_back_as_a_download_only(world):
    ticket = world.open()
    added = world.desk.attachments.add(ticket.number, "..\\..\\照片.PNG", PNG, CALLER)
    assert (added.name, added.media_type, added.size) == ("照片.png", "image/png", len(PNG))
    assert world.desk.attachments.open(added.id) == (added, PNG)
    assert world.desk.attachments.of(ticket.number) == [added]
    assert SAFE_HEADERS["Content-Type"] == "application/octet-stream"
    for wrong in ("nothing", "../tickets.sqlite3", ""):
        with pytest.raises(errors.UnknownAttachment):
            world.desk.attachments.open(wrong)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.pdf", b""),
        ("a.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024)),
        (".pdf", b"%PDF-"),
        ("a.docx", b"PK\x03\x04 broken"),
        ("a.docx", office("xl/workbook.xml")),
        ("a.xlsx", office("xl/workbook.xml", "xl/vbaProject.bin")),
        ("a.exe", b"MZ"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(world, name, content):
    ticket = world.open()
    with pytest.raises(errors.BadAttachment):
        world.desk.attachments.add(ticket.number, name, content, CALLER)
    assert world.desk.attachments.of(ticket.number) == []


def test_a_ticket_takes_ten_files_and_no_more(world):
    ticket = world.open()
    for n in range(10):
        world.desk.attachments.add(ticket.number, f"{n}.xlsx", office("xl/workbook.xml"), CALLER)
    with pytest.raises(errors.BadAttachment, match="最多"):
        world.desk.attachments.add(ticket.number, "11.png", PNG, CALLER)


def test_the_pool_leaves_personal_data_out_and_no_cell_is_a_formula(world):
    text = "=cmd() 我是张三丰，手机13912345678，蓝天公司停电"
    world.open(text, enterprise="蓝天公司", contact_name="张三丰", place="一号路")
    (record,) = [json.loads(line) for line in world.desk.pool.jsonl()]
    assert record["format"] == FORMAT and record["category_name"] == "基础设施与要素／供电"
    line = json.dumps(record, ensure_ascii=False)
    assert not any(word in line for word in ("张三丰", "13912345678", "蓝天", "一号路", "phone"))
    heading, row = csv.reader(io.StringIO("".join(world.desk.pool.csv())))
    assert heading == [field.name for field in FIELDS if not field.personal]
    assert row[heading.index("text")].startswith("'=cmd()")
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    (full,) = world.desk.pool.records(personal=True)
    assert full["phone"] == "13912345678" and list(full) == [field.name for field in FIELDS]


def test_the_pool_has_every_appeal_of_the_period_once(world, monkeypatch):
    monkeypatch.setattr("web.tickets.pool.BATCH", 3)
    numbers = sorted(world.open(f"第{n}件").number for n in range(10))
    november = Period.month(2026, 11)
    assert [record["number"] for record in world.desk.pool.records(november)] == numbers
    assert list(world.desk.pool.records(Period.month(2026, 10))) == []


def test_reply_templates_start_the_answer_and_show_what_is_missing(world):
    ticket = world.at("handling")
    templates = replies.fitting(list(world.desk.templates), ticket)
    text = templates[0].filled(ticket)
    assert ticket.number in text and POWER in text and replies.unfinished(text)
    assert not replies.unfinished("线路已修复")
    consult = world.open("怎么办证", kind="consult")
    assert replies.fitting(list(world.desk.templates), consult)[0].id == "consult"


def test_a_closed_consultation_can_be_proposed_as_knowledge(world):
    ticket = world.open("公章怎么刻，我电话13912345678", kind="consult", category="approval.guide", entry_id="A2-seal")
    ticket = world.move(ticket, "answer", OPERATOR, reply="先备案，再刻", outcome="explained")
    with pytest.raises(errors.IllegalMove):
        proposal.proposed_entry(ticket, str)
    ticket = world.desk.ratings.grade(ticket.number, 5, CALLER)
    ticket = world.move(ticket, "close", OPERATOR)
    entry = proposal.proposed_entry(ticket, lambda text: text.replace("13912345678", "＊"))
    assert (entry.kind, entry.status, entry.faq[0].a) == ("faq", "draft", "先备案，再刻")
    assert "139" not in entry.json() and entry.related == ("A2-seal",)


def test_the_whole_story_of_a_returned_redispatched_and_badly_graded_appeal(world):
    ticket = world.open(conversation_id="c1")
    steps = [
        ("dispatch", DISPATCHER, {"department": POWER}),
        ("ask_return", HANDLER, {"reason": "属于道路施工挖断"}),
        ("redispatch", DISPATCHER, {"department": ROADS, "reason": "施工挖断电缆"}),
    ]
    for move, actor, given in steps:
        ticket = world.move(ticket, move, actor, **given)
    roads = type(HANDLER)("wang", HANDLER.role, ROADS)
    for move, given in (("sign", {}), ("handle", {}), ("reply", {"reply": "电缆已接好", "outcome": "resolved"})):
        ticket = world.move(ticket, move, roads, **given)
    ticket = world.desk.ratings.grade(ticket.number, 2, CALLER, resolved="no")
    ticket = world.move(ticket, "reopen", DISPATCHER, reason="接头仍发热")
    ticket = world.move(ticket, "rectify_done", roads, text="重做接头")
    ticket = world.move(ticket, "reply", roads, reply="接头已重做", outcome="resolved")
    ticket = world.desk.ratings.grade(ticket.number, 4, CALLER, resolved="yes")
    ticket = world.move(ticket, "close", OPERATOR)
    assert (ticket.state, ticket.round, ticket.resolved, ticket.after_appeal) == ("closed", 2, "yes", False)
    assert [event.sequence for event in world.tickets.history(ticket.number)] == list(range(1, ticket.revision + 1))
    total = world.desk.statistics.monthly(2026, 11).total.figures
    assert (total.registered, total.replies, total.graded, total.closed) == (1, 2, 2, 1)
    assert (total.satisfied_rate, total.resolved_rate, total.on_time_rate) == (0.5, 1.0, 1.0)
