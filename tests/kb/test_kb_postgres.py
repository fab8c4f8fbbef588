import pytest
from kb_samples import faq, guide

from kb.settings import Settings
from kb.store import Store


@pytest.fixture
def store(postgres):
    """A store in that server."""
    opened = Store.open(Settings(database_url=postgres))
    yield opened
    opened.close()


def test_entries_live_in_postgresql_as_they_do_in_sqlite(store, postgres):
    report = store.save_many([guide("A10-x"), guide("A2-x"), faq("f")], author="小王")
    assert len(report.created) == 3
    assert [entry.id for entry in store.entries(kinds=("guide",))] == ["A2-x", "A10-x"]
    assert store.save(guide("A2-x", title="新标题", status="draft"), author="小李").version == 2
    assert store.get("A2-x").version == 1 and store.save(store.get("A2-x", 1), author="小李").version == 3
    assert store.count(q="招牌") == 3 and len(store.history("A2-x")) == 3
    again = Store.open(Settings(database_url=postgres))
    assert again.fingerprint() == store.fingerprint()
    again.close()
