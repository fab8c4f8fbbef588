import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from kb_samples import faq, guide

from kb.database import writing
from kb.diff import Change, diff
from kb.errors import AuthorMissing, StoreUnavailable, UnknownEntry
from kb.settings import Settings
from kb.store import Store


@pytest.fixture
def store(tmp_path):
    """An empty store in a folder of its own."""
    opened = Store.open(Settings(data_dir=tmp_path))
    yield opened
    opened.close()


def test_a_saved_entry_comes_back_equal(store):
    saved = store.save(guide(), author="小王")
    assert saved == guide() and store.get(saved.id) == guide()


def test_saving_what_is_stored_already_makes_no_version(store):
    store.save(guide(), author="小王")
    assert store.save(guide(), author="小李").version == 1
    assert [row.author for row in store.history("t1-shop-sign")] == ["小王"]


def test_a_change_is_a_new_version_with_author_time_and_note(store):
    store.save(guide(), author="小王")
    before = dt.datetime.now(dt.timezone.utc)
    assert store.save(guide(title="店招许可证"), author="小李", note="改名").version == 2
    newest = store.history("t1-shop-sign")[0]
    assert (newest.version, newest.author, newest.note, newest.status) == (2, "小李", "改名", "published")
    assert before <= newest.at <= dt.datetime.now(dt.timezone.utc)


def test_an_earlier_version_can_still_be_read(store):
    store.save(guide(), author="小王")
    store.save(guide(title="店招许可证"), author="小王")
    assert store.get("t1-shop-sign", 1).title == "户外招牌设置许可"


def test_visitors_keep_the_published_version_while_a_draft_is_written(store):
    store.save(guide(), author="小王")
    store.save(guide(title="草稿标题", status="draft"), author="小王")
    assert store.get("t1-shop-sign").title == "户外招牌设置许可"
    assert store.latest("t1-shop-sign").title == "草稿标题"
    assert [entry.version for entry in store.entries()] == [1]
    assert [entry.version for entry in store.entries(statuses=("draft",))] == [2]
    assert [entry.version for entry in store.entries(statuses=("draft", "published"))] == [2]


def test_an_entry_that_was_never_published_is_a_draft_to_those_who_ask_for_it(store):
    store.save(guide(status="draft"), author="小王")
    assert store.get("t1-shop-sign").status == "draft" and store.count() == 0


def test_an_abolished_entry_replaces_its_published_version(store):
    store.save(guide(), author="小王")
    store.save(guide(status="abolished", status_note="不再审批"), author="小王")
    assert store.get("t1-shop-sign").status == "abolished" and store.count(statuses=("published",)) == 0


def test_a_change_without_an_author_is_refused(store):
    with pytest.raises(AuthorMissing):
        store.save(guide(), author="  ")
    assert store.count() == 0


def test_an_unknown_entry_and_an_unknown_version_are_named(store):
    with pytest.raises(UnknownEntry, match="nobody"):
        store.get("nobody")
    store.save(guide(), author="小王")
    with pytest.raises(UnknownEntry, match="第 7 版"):
        store.get("t1-shop-sign", 7)
    with pytest.raises(UnknownEntry):
        store.history("nobody")


def test_many_are_stored_all_or_none(store):
    def entries():
        yield guide("a")
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        store.save_many(entries(), author="小王")
    assert store.count() == 0


def test_storing_many_tells_new_changed_and_unchanged_apart(store):
    store.save_many([guide("a"), guide("b")], author="小王")
    report = store.save_many([guide("a"), guide("b", title="新标题"), guide("c")], author="小王")
    assert (report.created, report.updated, report.unchanged) == (("c",), ("b",), ("a",))


def test_one_id_twice_in_a_batch_gives_two_versions(store):
    store.save_many([guide("a"), guide("a", title="第二")], author="小王")
    assert store.get("a").title == "第二" and len(store.history("a")) == 2


def test_a_preview_changes_nothing(store):
    report = store.preview([guide("a")])
    assert report.created == ("a",) and store.count() == 0 and store.fingerprint() == "0-empty"


def test_the_fingerprint_changes_with_every_change_only(store):
    prints = [store.fingerprint()]
    for entry in (guide("a"), guide("b"), guide("a", title="新标题"), guide("a")):
        store.save(entry, author="小王")
        prints.append(store.fingerprint())
    assert len(set(prints)) == 5
    store.save(guide("a"), author="小王")
    assert store.fingerprint() == prints[-1]


def test_entries_come_in_the_order_of_their_numbers(store):
    store.save_many([guide("A10-x"), guide("A2-x"), guide("B1-x")], author="小王")
    assert [entry.id for entry in store.entries()] == ["A2-x", "A10-x", "B1-x"]
    assert [entry.id for entry in store.entries(offset=1, limit=1)] == ["A10-x"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"kinds": ("faq",)}, ["f"]),
        ({"theme": "示例"}, ["g"]),
        ({"q": "招牌"}, ["f", "g"]),
        ({"q": "门头 审批"}, ["g"]),
        ({"q": "%"}, []),
        ({"q": "_"}, []),
        ({"q": "T1"}, ["g"]),
        ({"kinds": ("faq",), "theme": "示例"}, []),
    ],
)
def test_entries_are_filtered_by_kind_theme_and_text(store, filters, ids):
    store.save_many([guide("g"), faq("f")], author="小王")
    assert [entry.id for entry in store.entries(**filters)] == ids
    assert store.count(**filters) == len(ids)


def test_two_threads_writing_one_entry_both_keep_their_version(store):
    store.save(guide(), author="小王")

    def write(name):
        for number in range(10):
            store.save(guide(title=f"{name}{number}"), author=name)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.version for row in store.history("t1-shop-sign")) == list(range(1, 22))


def test_sqlite_keeps_a_write_ahead_log_and_foreign_keys(store):
    with store.engine.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_opening_twice_finds_the_same_entries(tmp_path):
    first = Store.open(Settings(data_dir=tmp_path))
    first.save(guide(), author="小王")
    first.close()
    second = Store.open(Settings(data_dir=tmp_path))
    assert second.count() == 1
    second.close()


def test_a_database_that_is_up_to_date_opens_while_somebody_writes(store, tmp_path):
    with writing(store.engine):
        Store.open(Settings(data_dir=tmp_path)).close()


def test_a_database_newer_than_the_program_is_refused(store, tmp_path):
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE kb_alembic SET version_num = '9999'"))
    with pytest.raises(StoreUnavailable, match="先更新程序"):
        Store.open(Settings(data_dir=tmp_path))


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x/y", "sqlite:////proc/none/kb.sqlite3"])
def test_a_database_url_that_cannot_be_used_is_named(url, tmp_path):
    with pytest.raises(StoreUnavailable):
        Store.open(Settings(data_dir=tmp_path, database_url=url))


def test_a_password_is_not_shown_in_the_complaint(tmp_path):
    with pytest.raises(StoreUnavailable) as raised:
        Store.open(Settings(data_dir=tmp_path, database_url="postgresql://kb:geheim@127.0.0.1:1/kb"))
    assert "geheim" not in str(raised.value)


def test_a_comparison_names_each_field_that_differs():
    new = guide(
        title="店招许可证", aliases=["挂招牌", "店招许可"], body={"fee": {"standard": "100元", "charged": True}}
    )
    changes = {change.field: (change.before, change.after) for change in diff(guide(), new)}
    assert changes["title"] == ("户外招牌设置许可", "店招许可证")
    assert changes["aliases[2]"] == ("门头审批", None)
    assert changes["body.fee.charged"] == (False, True)
    assert changes["body.fee.standard"] == ("免费", "100元")


def test_a_comparison_goes_into_lists_of_things():
    materials = [
        {"name": "效果图", "origin": "设计公司"},
        {"name": "营业执照", "origin": "申请人", "waivable": "能共享的不交"},
        {"name": "承诺书"},
    ]
    changes = diff(guide(), guide(body={"materials": materials}))
    assert changes[0] == Change("body.materials[1].origin", "申请人", "设计公司")
    assert changes[1].field == "body.materials[3]" and changes[1].before is None


def test_equal_entries_do_not_differ_whatever_their_version():
    assert diff(guide(), guide().copy(update={"version": 7})) == []
