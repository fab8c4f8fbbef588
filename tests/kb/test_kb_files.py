import datetime as dt

import pytest
from kb_samples import guide

from kb.errors import BadEntries
from kb.files import dump_entry, parse_entry, read_file, read_folder

GOOD = dump_entry(guide())


def test_an_entry_written_as_yaml_is_read_back_equal():
    assert parse_entry(GOOD, "good.yaml") == guide()


@pytest.mark.parametrize(
    ("old", "new", "field", "line_of"),
    [
        ("title: 户外招牌设置许可", "titel: 户外招牌设置许可", "title", None),
        ("review_by: 2027-06-30", "review_by: 明年", "review_by", "review_by:"),
        ("kind: guide", "kind: giude", "kind", "kind:"),
        ("      value: 20.0", "      value: 二十", "value", "      value: 二十"),
        ("id: t1-shop-sign", "id: 招牌", "id", "id:"),
    ],
)
def test_a_broken_guide_file_is_told_with_file_line_and_field(tmp_path, old, new, field, line_of):
    path = tmp_path / "broken.yaml"
    text = GOOD.replace(old, new)
    assert text != GOOD
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadEntries) as raised:
        read_file(path)
    problem = next(item for item in raised.value.problems if field in item.field)
    assert str(path) in str(problem)
    if line_of:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[problem.line - 1].startswith(line_of)


def test_yaml_that_does_not_parse_is_told_with_its_line(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("id: a\ntitle: [open\nkind: guide\n", encoding="utf-8")
    with pytest.raises(BadEntries, match=r"broken\.yaml:\d+.*YAML"):
        read_file(path)


def test_a_file_in_gbk_is_refused_by_name(tmp_path):
    path = tmp_path / "gbk.yaml"
    path.write_bytes(GOOD.encode("gbk"))
    with pytest.raises(BadEntries, match="UTF-8"):
        read_file(path)


def test_two_files_with_one_id_are_both_named(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(BadEntries, match=r"two\.yaml.*t1-shop-sign.*one\.yaml"):
        read_folder(tmp_path)


def test_every_broken_file_of_a_folder_is_told_at_once(tmp_path):
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("id: x\n", encoding="utf-8")
    with pytest.raises(BadEntries) as raised:
        read_folder(tmp_path)
    assert {problem.source for problem in raised.value.problems} == {
        str(tmp_path / n) for n in ("one.yaml", "two.yaml")
    }


FIRST, LAST = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "day", "state"),
    [
        ({}, FIRST, "current"),
        ({}, FIRST - DAY, "future"),
        ({}, LAST, "current"),
        ({}, LAST + DAY, "expired"),
        ({"superseded_by": "t9"}, LAST + DAY, "superseded"),
        ({"superseded_by": "t9"}, LAST, "current"),
        ({"status": "abolished"}, LAST, "current"),
        ({"status": "abolished"}, LAST + DAY, "abolished"),
        ({"status": "expired", "effective_to": None}, FIRST, "expired"),
        ({"status": "superseded", "superseded_by": "t9"}, LAST + DAY, "superseded"),
        ({"status": "draft"}, FIRST, "draft"),
        ({"status": "in_review"}, FIRST, "draft"),
        ({"effective_from": None, "effective_to": None}, dt.date(1999, 1, 1), "current"),
    ],
)
def test_an_entry_knows_how_it_stands_on_a_day(changes, day, state):
    dates = {"effective_from": FIRST, "effective_to": LAST}
    assert guide(**(dates | changes)).state_on(day) == state
