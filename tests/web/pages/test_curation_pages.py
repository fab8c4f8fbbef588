"""The curators' pages: hostile text stays text, files are judged by content, the form says what is wrong where."""

import io
from dataclasses import replace

import pytest
from curation_site import asked, curation_site
from fake_staff import browser_with, make_person
from shipped import all_shipped

from retriever.dialogue.message import Message
from retriever.dialogue.payload import payload
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import Memory, turn
from retriever.search import tuning
from web import clock
from web.accounts import audit
from web.accounts.audit import Filter
from web.curation.errors import BadTuning, BadUpload, InvalidEntry
from web.curation.fields import as_entry, as_texts
from web.curation.hit_test import apply, hit_test, tuning_of

EVIL = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
BASE = ("id", "kind", "status", "topic", "updated_on", "version")


@pytest.fixture
def world(settings):
    with curation_site(settings) as site:
        site.browser = browser_with(site, "curator", "reviewer")
        site.person = next(one for one in site.desk.accounts.people.all())
        yield site


def actions(site):
    """What the log holds, newest first."""
    return [event.action for event in audit.page(site.desk.engine, Filter())[0]]


@pytest.mark.parametrize("entry", all_shipped(), ids=lambda entry: entry.id)
def test_the_form_gives_every_entry_back_unchanged(entry):
    base = {name: getattr(entry, name) for name in BASE}
    assert as_entry(base, as_texts(entry)) == entry


def test_complaints_name_the_field_of_the_form():
    texts = {
        "title": "",
        "effective_from": "昨天",
        "body.materials.0.note": "只有说明",
        "body.time.statutory.value": "三",
    }
    with pytest.raises(InvalidEntry) as told:
        as_entry({"id": "x", "kind": "guide"}, texts)
    names = {"title", "effective_from", "body.audience", "body.materials.0.name", "body.time.statutory.value"}
    assert set(told.value.problems) == names


def test_hostile_questions_and_entries_are_shown_as_text_everywhere(world):
    asked(world, f"{EVIL}怎么办")
    world.curation.queue.refresh()
    (row,), _ = world.curation.queue.page()
    entry = world.curation.store.latest("A1-company-setup")
    changed = entry.copy(update={"title": EVIL, "summary": EVIL, "aliases": (EVIL,), "department": EVIL})
    world.curation.editing.save(world.person, changed, entry.version, note=EVIL)
    for address in (
        "/curator",
        "/curator/queue",
        f"/curator/queue/{row.id}",
        f"/curator/entries/new?question={row.id}",
        "/curator/entries",
        "/curator/entries/A1-company-setup",
        "/curator/entries/A1-company-setup/versions",
        f"/curator/hit-test?q={EVIL}&entry={EVIL}",
        f"/curator/entries?q={EVIL}&theme={EVIL}",
    ):
        reply = world.browser.get(address)
        assert reply.status_code == 200, address
        assert "<script>alert" not in reply.text and "<img src=x" not in reply.text, address
    token = {"X-CSRFToken": world.browser.token()}
    fields = {**as_texts(changed), "body.steps.0.name": EVIL}
    sent = {"fields": fields, "base_version": entry.version, "kind": "guide"}
    shown = world.browser.client.post("/curator/entries/A1-company-setup/preview", json=sent, headers=token)
    assert "&lt;script&gt;" in shown.json["html"] and "<script>" not in shown.json["html"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.png", b"<svg onload=alert(1)>"),
        ("letter.pdf", b"MZ\x90"),
        ("empty.pdf", b""),
        ("drawing.svg", b"<svg/>"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(world, name, content):
    with pytest.raises(BadUpload):
        world.curation.files.add(world.person, name, content)


def test_a_file_is_handed_out_as_a_download_under_a_plain_name(world):
    data = {"file": (io.BytesIO(b"%PDF-1.7 x"), "../../<b>a|b.pdf")}
    token = {"X-CSRFToken": world.browser.token()}
    made = world.browser.client.post("/curator/entries/A1-company-setup/file", data=data, headers=token).json
    assert "/" not in made["name"] and "<" not in made["name"]
    reply = world.client.get(made["url"])
    assert reply.data == b"%PDF-1.7 x" and reply.headers["Content-Type"] == "application/octet-stream"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert world.client.get("/files/none").status_code == 404


def test_the_hit_test_says_word_for_word_what_the_dialogue_says(world):
    settings, searcher = world.desk.settings, world.searcher
    questions = [*(entry.questions[0] for entry in world.entries), "今天天气", "开公司和食品许可要什么材料", "那要多久"]
    for question in questions:
        for act in ("ask_guide", "out_of_scope"):
            done = turn(Message(question), Memory(), {act: 0.0}, Desk(searcher, settings, clock.today()))
            said = hit_test(question, act, "", searcher, world.curation.rehearsal, tuning.in_force(settings)).said
            assert said == payload(done.reply, done.memory.form, done.sure)


def test_a_tuning_put_in_force_moves_the_chat_and_can_be_taken_back(world):
    settings, question = world.desk.settings, "公司设立登记需要什么材料"
    rehearsal = world.curation.rehearsal
    before = world.searcher.search(question)
    assert before.band == "answer"
    strict = tuning_of({"answer": "1", "clarify": "1"}, settings)
    assert hit_test(question, "ask_guide", "", world.searcher, rehearsal, strict).said.outcome != "answered"
    assert world.searcher.search(question).band == "answer"
    apply(world.desk.engine, world.person, settings, strict)
    assert world.searcher.search(question).band == "refuse"
    apply(world.desk.engine, world.person, settings, None)
    assert world.searcher.search(question).band == "answer"
    assert actions(world)[:2] == ["search.tune", "search.tune"]


@pytest.mark.parametrize(
    "knobs", [{"answer": "2"}, {"words": "0.9", "pairs": "0.9"}, {"clarify": "0.9"}, {"value": "x"}]
)
def test_knobs_that_make_no_sense_are_refused(world, knobs):
    with pytest.raises(BadTuning):
        apply(world.desk.engine, world.person, world.desk.settings, tuning_of(knobs, world.desk.settings))


def test_raising_the_answer_threshold_never_answers_more(world):
    settings, rehearsal = world.desk.settings, world.curation.rehearsal
    for entry in world.entries:
        found = [
            hit_test(
                entry.questions[0], "ask_guide", "", world.searcher, rehearsal, tuning_of({"answer": at}, settings)
            )
            for at in ("0.2", "0.5", "0.8", "1")
        ]
        answered = [one.found.band == "answer" for one in found]
        assert answered == sorted(answered, reverse=True)


def test_the_list_is_filtered_and_changed_in_bulk(world):
    assert "A1-company-setup" in world.browser.get("/curator/entries?mark=never&kind=guide").text
    asked(world, "公司设立登记", "answered", None, 0.9, "A1-company-setup", 1, "overview")
    assert [item.id for item in world.curation.shelf.page(replace(wanted(), mark="low"))[0]] == []
    sent = {"id": ["A1-company-setup", "A4-company-change"], "what": "review_by", "value": "2027-01-31"}
    assert world.browser.post("/curator/entries/bulk", sent).status_code == 303
    stored = world.curation.store.latest("A1-company-setup")
    assert (str(stored.review_by), stored.status) == ("2027-01-31", "in_review")
    page = world.browser.post("/curator/entries/bulk", {**sent, "value": "明年"})
    assert page.status_code == 422 and 'name="value" value="明年"' in page.text
    assert 'value="A1-company-setup" checked' in page.text and '<option value="review_by" selected>' in page.text


def test_a_reason_that_is_too_long_stands_in_the_form_again(world):
    entry = world.curation.store.latest("A1-company-setup")
    stored = world.curation.editing.save(
        world.person, entry.copy(update={"summary": "改过"}), entry.version, submit=True
    )
    reviewer = browser_with(world, "reviewer")
    sent = {"version": str(stored.version), "note": "长" * 501}
    page = reviewer.post("/curator/entries/A1-company-setup/return", sent)
    assert page.status_code == 422 and "“要改什么”最多 500 个字，现在 501 个" in page.text and "长" * 501 in page.text
    assert world.curation.store.latest("A1-company-setup").status == "in_review"


def test_a_reviewer_publishes_in_bulk_what_others_wrote(world):
    entry = world.curation.store.latest("A1-company-setup")
    other = world.curation.store.latest("A4-company-change")
    li = make_person(world, "li", "curator")
    world.curation.editing.save(li, entry.copy(update={"summary": "别人写的"}), entry.version, submit=True)
    world.curation.editing.save(world.person, other.copy(update={"summary": "自己写的"}), other.version, submit=True)
    sent = {"id": [entry.id, other.id, "none"]}
    page = world.browser.post("/curator/entries/bulk-publish", sent, follow_redirects=True).text
    assert "已发布 1 个条目" in page and other.id in page
    assert world.curation.store.latest(entry.id).status == "published"
    world.curation.publisher.wait(30)


def wanted():
    """A filter that wants everything."""
    from web.curation.entry_list import Wanted

    return Wanted()


def test_what_was_typed_is_kept_and_offered_again(world):
    token = {"X-CSRFToken": world.browser.token()}
    entry = world.curation.store.latest("A1-company-setup")
    sent = {"fields": {**as_texts(entry), "summary": "写到一半的话"}, "base_version": entry.version}
    answer = world.browser.client.post("/curator/entries/A1-company-setup/keep", json=sent, headers=token).json
    assert answer["others"] == [] and answer["newer"] == 0
    page = world.browser.get("/curator/entries/A1-company-setup").text
    assert "写到一半的话" in page and "已恢复您" in page
    other = browser_with(world, "reviewer")
    assert "也在编辑这个条目" in other.get("/curator/entries/A1-company-setup").text


def test_import_is_tried_applied_and_undone(world):
    rows = (
        "编号,类型,标题,概述,适用对象",
        "X1,办事指南,=1+1新事项,概述,企业",
        "A1-company-setup,办事指南,换了名,概述,企业",
    )
    table = "\n".join(rows)
    imports = world.curation.imports
    key = imports.take(world.person, f"{EVIL}.csv", table.encode("gbk"))
    plan = imports.plan(key)
    assert (plan.report.created, plan.report.updated) == (("X1",), ("A1-company-setup",))
    page = world.browser.get(f"/curator/import/{key}").text
    assert "存入并提交审核" in page and "<script>alert" not in page
    before = world.curation.store.latest("A1-company-setup")
    imports.apply(world.person, key)
    assert world.curation.store.latest("X1").status == "in_review"
    assert imports.undo(world.person, key) == (2, [])
    assert world.curation.store.latest("A1-company-setup").copy(update={"version": 1}) == before
    assert "X1" not in {item.id for item in world.curation.shelf.items()}
    assert actions(world)[:2] == ["entries.import_undo", "entries.import"]


def test_a_foreign_table_is_mapped_column_by_column(world):
    imports = world.curation.imports
    key = imports.take(world.person, "old.csv", "号,名称,说法\nZ1,旧系统的题,答复内容\n".encode())
    assert imports.plan(key).headings == ("号", "名称", "说法") and imports.plan(key).trouble
    sent = {"kind": "faq", "id": "号", "title": "名称", "body.answer": "说法"}
    assert "存入并提交审核" in world.browser.post(f"/curator/import/{key}", sent).text
    imports.apply(world.person, key)
    assert world.curation.store.latest("Z1").body.answer == "答复内容"


def test_exports_come_back_the_same_and_hold_no_formula(world):
    entry = world.curation.store.latest("A1-company-setup")
    make_person(world, "li", "curator")
    world.curation.editing.save(world.person, entry.copy(update={"title": "=cmd|' /C calc'!A0"}), entry.version)
    reply = world.browser.get("/curator/export.csv")
    assert "\n=cmd" not in reply.text and ",=cmd" not in reply.text
    key = world.curation.imports.take(world.person, "back.csv", reply.data)
    report = world.curation.imports.plan(key).report
    assert not report.created and not report.updated
    assert world.browser.get("/curator/export.exe").status_code == 422
    assert world.browser.get("/curator/template.xlsx?kind=qa").status_code == 200
