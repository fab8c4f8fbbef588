"""Word lists that the desk changes itself, and what a change does to the answers: told before it is in force."""

from dataclasses import replace

import pytest
from background import work_off
from curation_site import asked, curation_site
from fake_staff import browser_with, make_person

from kb import lexicon_overrides
from kb.database import reading, writing
from kb.errors import BadLexicon
from kb.lexicon import curated
from kb.lexicon_overrides import Change, change_of, changed, checked
from kb.store import Store
from web import jobs
from web.accounts import audit
from web.accounts.audit import Filter
from web.curation.answer_changes import Effects
from web.curation.errors import StaleEffect
from web.curation.kept_questions import stored
from web.jobs import open_queue
from web.review.reviews import Reviews

GROUP = Change("group", "营业执照", ("营业执照", "执照", "本本"))


@pytest.fixture
def world(settings):
    with curation_site(settings) as site:
        site.person = make_person(site, "wang", "curator", shown_name="王维护")
        yield site


def test_a_change_of_a_group_stands_over_the_files_and_can_be_taken_back(settings):
    store = Store.open(settings)
    usual = dict(curated().named)["营业执照"]
    with writing(store.engine) as connection:
        assert lexicon_overrides.keep(connection, GROUP) is None
    assert dict(store.lexicon().named)["营业执照"] == GROUP.words
    assert store.lexicon().group_of("本本") == "营业执照" and store.lexicon().group_of(usual[-1]) == ""
    with writing(store.engine) as connection:
        assert lexicon_overrides.keep(connection, Change("group", "营业执照", usual)) == GROUP
    with reading(store.engine) as connection:
        assert lexicon_overrides.changes(connection) == [] and lexicon_overrides.in_force(connection) == curated()
    store.close()


@pytest.mark.parametrize(
    ("kind", "name", "text", "said"),
    [
        ("group", "", "只有一个", "至少两个词"),
        ("group", "", "执照 本本", "已在“营业执照”"),
        ("group", "", "好！词 本本", "不带标点"),
        ("group", "", "", "至少写一个词"),
        ("word", "", "abc", "至少一个汉字"),
        ("word", "", "一二三四五六七八九", "2 到 8 个字"),
        ("rule", "", "执照 本本", "只能改"),
    ],
)
def test_words_that_search_cannot_work_with_are_refused(kind, name, text, said):
    with pytest.raises(BadLexicon, match=said):
        checked(change_of(kind, name, text), curated())


def test_a_word_taken_out_is_out_and_one_put_in_is_in():
    lists = changed(curated(), [Change("word", "一件事", ()), Change("word", "蜂场备案", ("蜂场备案",))])
    assert "一件事" not in lists.words and "蜂场备案" in lists.words


def test_the_effect_of_new_synonyms_is_told_first_and_comes_true_when_applied(world):
    desk = world.curation
    asked(world, "小红皮")
    before = world.searcher.search("小红皮")
    effect = desk.effects.propose(world.person, change_of("group", "", "公司设立登记 小红皮"))
    desk.effects.wait()
    row = desk.effects.get(effect)
    told = {one["question"]: one for one in row.changes}
    assert world.searcher.search("小红皮").candidates == before.candidates, "nothing is in force yet"
    assert row.done_at and not row.trouble and row.asked > row.known > 20 and row.right_after > 0
    assert told["小红皮"]["after"] != told["小红皮"]["before"]

    desk.effects.apply(world.person, effect)
    desk.publisher.want()
    desk.publisher.wait()
    after = world.searcher.search("小红皮")
    assert after.candidates[0].entry_id == "A1-company-setup" != before.candidates[0].entry_id
    assert audit.page(world.desk.engine, Filter())[0][0].action == "search.words"
    with pytest.raises(StaleEffect):
        desk.effects.apply(world.person, effect)


def test_a_new_word_reaches_the_folder_that_the_dialogue_reads(world):
    desk, folder = world.curation, world.desk.settings.lexicon_dir
    effect = desk.effects.propose(world.person, change_of("word", "", "蜂场备案"))
    desk.effects.wait()
    assert "蜂场备案" not in (folder / "domain.txt").read_text(encoding="utf-8")
    desk.effects.apply(world.person, effect)
    desk.publisher.want()
    desk.publisher.wait()
    assert "蜂场备案 2000" in (folder / "domain.txt").read_text(encoding="utf-8")


def test_an_effect_computed_on_other_lists_cannot_be_applied(world):
    effects = world.curation.effects
    first = effects.propose(world.person, change_of("word", "", "蜂场备案"))
    second = effects.propose(world.person, change_of("word", "", "蜂场登记"))
    effects.wait()
    effects.apply(world.person, first)
    with pytest.raises(StaleEffect):
        effects.apply(world.person, second)


def test_after_publishing_the_questions_that_are_answered_differently_are_listed(world):
    desk = world.curation
    asked(world, "养蜜蜂酿蜂蜜要什么手续")
    reviewer = make_person(world, "zhao", "reviewer")
    entry = desk.store.latest("A4-company-change")
    changed = entry.copy(update={"questions": (*entry.questions, "养蜜蜂酿蜂蜜要什么手续")})
    saved = desk.editing.save(world.person, changed, entry.version, "加问法", submit=True)
    desk.editing.publish(reviewer, entry.id, saved.version)
    desk.publisher.wait()
    desk.effects.wait()
    (row,) = desk.effects.latest(entry_id=entry.id)
    (one,) = [one for one in row.changes if one["question"] == "养蜜蜂酿蜂蜜要什么手续"]
    assert row.about["entries"] == [entry.id]
    assert one["before"]["entry"] != one["after"]["entry"] == entry.id
    assert desk.effects.latest(entry_id="A1-company-setup") == []

    page = browser_with(world, "curator").get(f"/curator/effects/{row.id}").text
    assert "养蜜蜂酿蜂蜜要什么手续" in page and "回答变了" in page
    assert (
        f"/curator/effects/{row.id}" in browser_with(world, "curator").get(f"/curator/entries/{entry.id}/versions").text
    )


def effects_of(site, queue):
    """The service as one process opens it."""
    judged = Reviews(site.desk.engine).settled
    return Effects(
        site.curation.store, site.desk.settings, site.curation.searcher, judged, site.curation.rehearsal, queue
    )


def test_what_a_process_had_not_compared_when_it_died_the_next_one_does(world):
    desk, before = world.curation, world.searcher.index
    reviewer = make_person(world, "zhao", "reviewer")
    entry = desk.store.latest("A4-company-change")
    changed = entry.copy(update={"questions": (*entry.questions, "养蜜蜂酿蜂蜜要什么手续")})
    saved = desk.editing.save(world.person, changed, entry.version, "加问法", submit=True)
    desk.editing.publish(reviewer, entry.id, saved.version)
    desk.publisher.wait()
    desk.effects.wait()

    died = effects_of(world, open_queue(world.desk.settings, "died"))
    proposed = died.propose(world.person, change_of("word", "", "蜂场备案"))
    died.published(before, world.searcher.index)
    died.published(replace(before, name="v000000-cleared"), world.searcher.index)
    assert not any(row.done_at for row in (desk.effects.get(proposed), *desk.effects.latest(2)))
    queue = open_queue(world.desk.settings, "died")
    effects_of(world, queue)
    jobs.start(queue, poll=0.02)()
    work_off(queue)
    words, compared, cleared = desk.effects.get(proposed), *reversed(desk.effects.latest(2))
    assert words.done_at and words.asked > 20 and not words.trouble
    assert compared.done_at and compared.asked > 20 and not compared.trouble
    assert cleared.done_at and not cleared.asked and "已经清除" in cleared.trouble


def test_questions_are_kept_once_and_judged_ones_come_first(world):
    asked(world, "开公司要什么材料")
    asked(world, "我的电话是***")
    found = {one.text: one for one in stored(world.entries, world.desk.engine, Reviews(world.desk.engine).settled())}
    assert found["开公司要什么材料"].source in ("attached", "asked") and "我的电话是***" not in found
    assert {one.right for one in found.values()} >= {entry.id for entry in world.entries if entry.questions}


def test_the_page_shows_the_effect_and_puts_it_in_force(world):
    browser = browser_with(world, "curator")
    refused = browser.post("/curator/words/try", {"kind": "group", "words": "执照 本本"}, page="/curator/words")
    assert refused.status_code == 422 and "已在“营业执照”" in refused.text
    reply = browser.post("/curator/words/try", {"kind": "word", "words": "蜂场备案"}, page="/curator/words")
    world.curation.effects.wait()
    shown = browser.get(reply.location).text
    assert "生效" in shown and "答对" in shown
    done = browser.post(f"{reply.location}/apply", page="/curator/words", follow_redirects=True)
    assert "“蜂场备案”已改" in done.text and "本窗口" in done.text
